# SPDX-License-Identifier: ISC
# verify: the helper; sees base, log, wire, policy, aaa, state, io, certificate, probe.
noinst_LIBRARIES += libverify.a
libverify_a_SOURCES = \
	lib/verify/access.c lib/verify/access.h lib/verify/accounting_worker.c \
	lib/verify/accounting_worker.h lib/verify/answer.c lib/verify/answer.h \
	lib/verify/auth_cache.c lib/verify/auth_cache.h lib/verify/authenticate.c \
	lib/verify/authorize.c lib/verify/certify.c lib/verify/conversation.c \
	lib/verify/conversation.h lib/verify/deny.c lib/verify/dns_cache.c lib/verify/dns_cache.h \
	lib/verify/expire.c lib/verify/expire.h lib/verify/helper.h lib/verify/inquire.c lib/verify/learn.c lib/verify/learn.h lib/verify/login_name.c lib/verify/login_steps.c \
	lib/verify/login_steps.h lib/verify/login_steps_internal.h lib/verify/loop.c \
	lib/verify/loop.h lib/verify/penalty.c lib/verify/penalty.h lib/verify/piggyback.c lib/verify/repeat.c lib/verify/repeat.h \
	lib/verify/report.c lib/verify/report.h lib/verify/rules.c lib/verify/rules.h lib/verify/serve.c lib/verify/serve.h lib/verify/snapshot.c lib/verify/snapshot.h \
	lib/verify/login_mode.h lib/verify/login_real.c lib/verify/login_trial.c lib/verify/worker.c lib/verify/worker.h
libverify_a_CPPFLAGS = $(SEES_VERIFY)
libverify_a_CFLAGS = $(AM_CFLAGS) $(NETTLE_CFLAGS) $(GNUTLS_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/auth_cache
t_unit_auth_cache_SOURCES = t/unit/auth_cache.c
t_unit_auth_cache_CPPFLAGS = $(SEES_VERIFY)
t_unit_auth_cache_LDADD = libverify.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/repeat
t_unit_repeat_SOURCES = t/unit/repeat.c
t_unit_repeat_CPPFLAGS = $(SEES_VERIFY)
t_unit_repeat_LDADD = libverify.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/penalty
t_unit_penalty_SOURCES = t/unit/penalty.c t/unit/state_bed.h
t_unit_penalty_CPPFLAGS = $(SEES_VERIFY)
t_unit_penalty_LDADD = libverify.a libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/access
t_unit_access_SOURCES = t/unit/access.c
t_unit_access_CPPFLAGS = $(SEES_VERIFY)
t_unit_access_LDADD = libverify.a libpolicy.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/answer
t_unit_answer_SOURCES = t/unit/answer.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_answer_CPPFLAGS = $(SEES_VERIFY)
t_unit_answer_LDADD = libverify.a $(PROBE_LIBS) libaccounting.a libserverhealth.a libexpirylog.a libcertificate.a libpolicy.a libaaa.a libradius.a libstate.a libwire.a libio.a liblog.a \
	libbase.a $(CURL_LIBS) $(LDAP_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) $(LMDB_LIBS) $(CRYPT_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/learn
t_unit_learn_SOURCES = t/unit/learn.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_learn_CPPFLAGS = $(SEES_VERIFY)
t_unit_learn_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/certify
t_unit_certify_SOURCES = t/unit/certify.c t/unit/issue.h t/unit/verify_bed.h
t_unit_certify_CPPFLAGS = $(SEES_VERIFY) $(GNUTLS_CFLAGS)
t_unit_certify_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve
t_unit_serve_SOURCES = t/unit/serve.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_serve_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve_snapshot
t_unit_serve_snapshot_SOURCES = t/unit/serve_snapshot.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_serve_snapshot_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_snapshot_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve_auth_cache
t_unit_serve_auth_cache_SOURCES = t/unit/serve_auth_cache.c t/unit/verify_bed.h t/unit/verify_play.h t/unit/web_group.h
t_unit_serve_auth_cache_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_auth_cache_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/piggyback
t_unit_piggyback_SOURCES = t/unit/piggyback.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_piggyback_CPPFLAGS = $(SEES_VERIFY)
t_unit_piggyback_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/turns
t_unit_turns_SOURCES = t/unit/turns.c t/unit/verify_bed.h t/unit/verify_play.h t/unit/web_group.h
t_unit_turns_CPPFLAGS = $(SEES_VERIFY)
t_unit_turns_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve_trouble
t_unit_serve_trouble_SOURCES = t/unit/serve_trouble.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_serve_trouble_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_trouble_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/authorize
t_unit_authorize_SOURCES = t/unit/authorize.c t/unit/issue.h t/unit/verify_bed.h \
	t/unit/verify_play.h
t_unit_authorize_CPPFLAGS = $(SEES_VERIFY) $(GNUTLS_CFLAGS)
t_unit_authorize_LDADD = $(t_unit_answer_LDADD)
check_PROGRAMS += t/unit/worker
t_unit_worker_SOURCES = t/unit/worker.c
t_unit_worker_CPPFLAGS = $(SEES_VERIFY)
t_unit_worker_LDADD = $(t_unit_answer_LDADD)
endif
