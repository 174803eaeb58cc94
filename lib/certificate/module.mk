# SPDX-License-Identifier: ISC
# certificate: clients' certificates, by GnuTLS; sees base. Link with $(GNUTLS_LIBS). The filter and
# the helper both judge by it.
noinst_LIBRARIES += libcertificate.a
libcertificate_a_SOURCES = lib/certificate/client_ca.c lib/certificate/client_ca.h \
	lib/certificate/client_ca_inner.h lib/certificate/client_subject.c \
	lib/certificate/client_subject.h lib/certificate/client_verify.c
libcertificate_a_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/client_ca
t_unit_client_ca_SOURCES = t/unit/client_ca.c t/unit/issue.h
t_unit_client_ca_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)
t_unit_client_ca_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)
endif
