# SPDX-License-Identifier: ISC
# aaa: asking server groups; sees base, log, policy, radius.
noinst_LIBRARIES += libaaa.a
libaaa_a_SOURCES = \
	lib/aaa/aaa.h lib/aaa/ask.c lib/aaa/class.c lib/aaa/class.h lib/aaa/curl_run.c lib/aaa/curl_run.h lib/aaa/escape.c \
	lib/aaa/escape.h lib/aaa/http.c lib/aaa/http_answer.c lib/aaa/http_answer.h lib/aaa/ldap.c \
	lib/aaa/ldap_client.c lib/aaa/ldap_client.h lib/aaa/ldap_code.c lib/aaa/ldap_code.h \
	lib/aaa/ldap_policy.c lib/aaa/ldap_policy.h lib/aaa/resolve.c lib/aaa/resolve.h \
	lib/aaa/timed_stream.c lib/aaa/timed_stream.h \
	lib/aaa/in_turn.c lib/aaa/in_turn.h lib/aaa/radius.c \
	lib/aaa/radius_answer.c lib/aaa/radius_answer.h \
	lib/aaa/radius_ask.c lib/aaa/radius_ask.h lib/aaa/radius_tls.c \
	lib/aaa/radius_transport.h lib/aaa/radius_udp.c \
	lib/aaa/local.c lib/aaa/secret.c lib/aaa/secret.h lib/aaa/users.c lib/aaa/users.h
libaaa_a_CPPFLAGS = $(SEES_AAA)
libaaa_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(LDAP_CFLAGS) $(GNUTLS_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/aaa_local
t_unit_aaa_local_SOURCES = t/unit/aaa_local.c
t_unit_aaa_local_CPPFLAGS = $(SEES_AAA)
t_unit_aaa_local_LDADD = libaaa.a libradius.a libpolicy.a liblog.a libbase.a $(CURL_LIBS) $(LDAP_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) $(CRYPT_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/aaa_ask
t_unit_aaa_ask_SOURCES = t/unit/aaa_ask.c
t_unit_aaa_ask_CPPFLAGS = $(SEES_AAA)
t_unit_aaa_ask_LDADD = $(t_unit_aaa_local_LDADD)

check_PROGRAMS += t/unit/class
t_unit_class_SOURCES = t/unit/class.c
t_unit_class_CPPFLAGS = $(SEES_AAA)
t_unit_class_LDADD = libaaa.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/radius_answer
t_unit_radius_answer_SOURCES = t/unit/radius_answer.c
t_unit_radius_answer_CPPFLAGS = $(SEES_AAA)
t_unit_radius_answer_LDADD = libaaa.a libradius.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/radius_tls
t_unit_radius_tls_SOURCES = t/unit/radius_tls.c t/unit/radius_bed.h t/unit/radius_make.h t/unit/issue.h
t_unit_radius_tls_CPPFLAGS = $(SEES_AAA) $(GNUTLS_CFLAGS) $(NETTLE_CFLAGS)
t_unit_radius_tls_LDADD = $(t_unit_aaa_local_LDADD)

check_PROGRAMS += t/unit/aaa_ldap
t_unit_aaa_ldap_SOURCES = t/unit/aaa_ldap.c
t_unit_aaa_ldap_CPPFLAGS = $(SEES_AAA)
t_unit_aaa_ldap_CFLAGS = $(AM_CFLAGS) $(LDAP_CFLAGS)
t_unit_aaa_ldap_LDADD = $(t_unit_aaa_local_LDADD)

check_PROGRAMS += t/unit/ldap_dialogues
t_unit_ldap_dialogues_SOURCES = t/unit/ldap_bed.h t/unit/ldap_dialogues.c
t_unit_ldap_dialogues_CPPFLAGS = $(SEES_AAA)
t_unit_ldap_dialogues_CFLAGS = $(AM_CFLAGS) $(GNUTLS_CFLAGS)
t_unit_ldap_dialogues_LDADD = $(t_unit_aaa_local_LDADD)
endif
