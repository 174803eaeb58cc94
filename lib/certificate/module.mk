# SPDX-License-Identifier: ISC
# certificate: client certificates, by GnuTLS; sees base and policy. Link with $(GNUTLS_LIBS). Both
# the filter and the helper verify with it.
noinst_LIBRARIES += libcertificate.a
libcertificate_a_SOURCES = lib/certificate/certificates.c lib/certificate/certificates.h \
	lib/certificate/client_ca.c lib/certificate/client_ca.h \
	lib/certificate/client_ca_internal.h lib/certificate/client_verify.c \
	lib/certificate/client_path.c lib/certificate/client_path.h \
	lib/certificate/name_constraints.c lib/certificate/name_constraints.h \
	lib/certificate/dn_compare.c lib/certificate/dn_compare.h \
	lib/certificate/der.c lib/certificate/der.h \
	lib/certificate/certificate_name.c lib/certificate/certificate_name.h \
	lib/certificate/directory_string.c lib/certificate/directory_string.h \
	lib/certificate/dn_text.c lib/certificate/dn_text.h \
	lib/certificate/ocsp_response.c lib/certificate/ocsp_response.h \
	lib/certificate/pair.c lib/certificate/pair.h \
	lib/certificate/validity.c lib/certificate/validity.h
libcertificate_a_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)

# certificate/expiry_log: sees log, too; link with libcertificate.a behind it.
noinst_LIBRARIES += libexpirylog.a
libexpirylog_a_SOURCES = lib/certificate/expiry_log.c lib/certificate/expiry_log.h
libexpirylog_a_CPPFLAGS = $(SEES_CERTIFICATE) $(SEES_LOG)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/client_ca
t_unit_client_ca_SOURCES = t/unit/client_ca.c t/unit/issue.h
t_unit_client_ca_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)
t_unit_client_ca_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/name_constraints
t_unit_name_constraints_SOURCES = t/unit/name_constraints.c t/unit/general_name.h t/unit/certificate_make.h
t_unit_name_constraints_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)
t_unit_name_constraints_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/constraint_chains
t_unit_constraint_chains_SOURCES = t/unit/constraint_chains.c t/unit/issue.h t/unit/general_name.h \
	t/unit/certificate_make.h
t_unit_constraint_chains_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)
t_unit_constraint_chains_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/directory_string
t_unit_directory_string_SOURCES = t/unit/directory_string.c
t_unit_directory_string_CPPFLAGS = $(SEES_CERTIFICATE)
t_unit_directory_string_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/dn_text
t_unit_dn_text_SOURCES = t/unit/dn_text.c
t_unit_dn_text_CPPFLAGS = $(SEES_CERTIFICATE)
t_unit_dn_text_LDADD = libcertificate.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/certificate_name
t_unit_certificate_name_SOURCES = t/unit/certificate_name.c t/unit/certificate_make.h
t_unit_certificate_name_CPPFLAGS = $(SEES_CERTIFICATE) $(GNUTLS_CFLAGS)
t_unit_certificate_name_LDADD = libcertificate.a libpolicy.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)
endif
