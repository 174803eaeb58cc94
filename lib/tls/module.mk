# SPDX-License-Identifier: ISC
# tls: GnuTLS; sees base, policy, certificate and record (record_params, client_hello).
noinst_LIBRARIES += libtls.a
libtls_a_SOURCES = lib/tls/client.c lib/tls/context.c lib/tls/export.c lib/tls/tls.c lib/tls/stapling.c lib/tls/tls.h \
	lib/tls/server_certificate.c lib/tls/server_certificate.h \
	lib/tls/server_fault.c lib/tls/server_fault.h \
	lib/tls/tls_internal.h
libtls_a_CPPFLAGS = $(SEES_POLICY) -I$(srcdir)/lib/certificate -I$(srcdir)/lib/record $(GNUTLS_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/tls
t_unit_tls_SOURCES = t/unit/tls.c t/unit/tls_bed.h
t_unit_tls_CPPFLAGS = $(libtls_a_CPPFLAGS) -I$(srcdir)/lib/tls $(NETTLE_CFLAGS)
t_unit_tls_LDADD = libtls.a libcertificate.a libpolicy.a librecord.a liblog.a libbase.a \
	$(GNUTLS_LIBS) $(NETTLE_LIBS) $(CMOCKA_LIBS)
endif
