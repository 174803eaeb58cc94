# SPDX-License-Identifier: ISC
# record: PURE, on nettle; sees base.
noinst_LIBRARIES += librecord.a
librecord_a_SOURCES = \
	lib/record/cipher.c lib/record/cipher.h lib/record/client_hello.c lib/record/client_hello.h \
	lib/record/post_handshake.c lib/record/post_handshake.h \
	lib/record/open.c lib/record/record.c lib/record/record.h lib/record/record_internal.h
librecord_a_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)

EXTRA_DIST += t/fuzz/record.c t/fuzz/client_hello.c

EXTRA_PROGRAMS += t/bench/record
t_bench_record_SOURCES = t/bench/record.c
t_bench_record_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)
t_bench_record_LDADD = librecord.a libbase.a $(NETTLE_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/record
t_unit_record_SOURCES = t/unit/record.c t/unit/record_pair.h
t_unit_record_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)
t_unit_record_LDADD = librecord.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/client_hello
t_unit_client_hello_SOURCES = t/unit/client_hello.c
t_unit_client_hello_CPPFLAGS = $(SEES_RECORD)
t_unit_client_hello_LDADD = librecord.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/record_state
t_unit_record_state_SOURCES = t/unit/record_state.c t/unit/record_pair.h
t_unit_record_state_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)
t_unit_record_state_LDADD = librecord.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/record_rfc8448
t_unit_record_rfc8448_SOURCES = t/unit/record_rfc8448.c
t_unit_record_rfc8448_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)
t_unit_record_rfc8448_LDADD = librecord.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/record_tls
t_unit_record_tls_SOURCES = t/unit/record_tls.c
t_unit_record_tls_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS) $(GNUTLS_CFLAGS)
t_unit_record_tls_LDADD = librecord.a libbase.a $(NETTLE_LIBS) $(GNUTLS_LIBS) $(CMOCKA_LIBS)
endif
