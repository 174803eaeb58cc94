# SPDX-License-Identifier: ISC
# verify: the helper; sees base, log, wire, policy, aaa, state, io, certificate.
noinst_LIBRARIES += libverify.a
libverify_a_SOURCES = lib/verify/access.c lib/verify/access.h lib/verify/authenticate.c \
	lib/verify/authorize.c lib/verify/inquire.c \
	lib/verify/certificate_name.c lib/verify/certificate_name.h lib/verify/certify.c \
	lib/verify/directory_string.c lib/verify/directory_string.h \
	lib/verify/dn_text.c lib/verify/dn_text.h \
	lib/verify/remember.c lib/verify/remember.h \
	lib/verify/penalty.c lib/verify/penalty.h lib/verify/piggyback.c \
	lib/verify/accounting.c lib/verify/accounting.h \
	lib/verify/accounting_note.c lib/verify/accounting_note.h lib/verify/deliver.c \
	lib/verify/deliver.h lib/verify/lost_sessions.c lib/verify/lost_sessions.h \
	lib/verify/spool.c lib/verify/spool.h lib/verify/spool_list.c lib/verify/spool_list.h \
	lib/verify/answer.c lib/verify/answer.h lib/verify/chain.c lib/verify/chain.h lib/verify/chain_inner.h lib/verify/deny.c \
	lib/verify/event.c lib/verify/event.h lib/verify/groups.c lib/verify/groups.h lib/verify/helper.h lib/verify/loop.c \
	lib/verify/loop.h lib/verify/names.c lib/verify/names.h lib/verify/report.c \
	lib/verify/report.h lib/verify/serve.c lib/verify/serve.h lib/verify/talk.c \
	lib/verify/talk.h lib/verify/worker.c lib/verify/worker.h
libverify_a_SOURCES += lib/verify/denials.c lib/verify/denials.h lib/verify/trial.c lib/verify/trial.h
libverify_a_CPPFLAGS = $(SEES_VERIFY)
libverify_a_CFLAGS = $(AM_CFLAGS) $(NETTLE_CFLAGS) $(GNUTLS_CFLAGS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/remember
t_unit_remember_SOURCES = t/unit/remember.c
t_unit_remember_CPPFLAGS = $(SEES_VERIFY)
t_unit_remember_LDADD = libverify.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/directory_string
t_unit_directory_string_SOURCES = t/unit/directory_string.c
t_unit_directory_string_CPPFLAGS = $(SEES_VERIFY)
t_unit_directory_string_LDADD = libverify.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/dn_text
t_unit_dn_text_SOURCES = t/unit/dn_text.c
t_unit_dn_text_CPPFLAGS = $(SEES_VERIFY)
t_unit_dn_text_LDADD = libverify.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/certificate_name
t_unit_certificate_name_SOURCES = t/unit/certificate_name.c t/unit/certificate_make.h
t_unit_certificate_name_CPPFLAGS = $(SEES_VERIFY) $(GNUTLS_CFLAGS)
t_unit_certificate_name_LDADD = libverify.a libpolicy.a libbase.a $(GNUTLS_LIBS) $(CMOCKA_LIBS)

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
t_unit_answer_LDADD = libverify.a libcertificate.a libpolicy.a libaaa.a libstate.a libwire.a libio.a liblog.a \
	libbase.a $(CURL_LIBS) $(RADCLI_LIBS) $(GNUTLS_LIBS) $(NETTLE_LIBS) $(LMDB_LIBS) $(CRYPT_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/certify
t_unit_certify_SOURCES = t/unit/certify.c t/unit/issue.h t/unit/verify_bed.h
t_unit_certify_CPPFLAGS = $(SEES_VERIFY) $(GNUTLS_CFLAGS)
t_unit_certify_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve
t_unit_serve_SOURCES = t/unit/serve.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_serve_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/serve_remember
t_unit_serve_remember_SOURCES = t/unit/serve_remember.c t/unit/verify_bed.h t/unit/verify_play.h t/unit/web_group.h
t_unit_serve_remember_CPPFLAGS = $(SEES_VERIFY)
t_unit_serve_remember_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/piggyback
t_unit_piggyback_SOURCES = t/unit/piggyback.c t/unit/verify_bed.h t/unit/verify_play.h
t_unit_piggyback_CPPFLAGS = $(SEES_VERIFY)
t_unit_piggyback_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/turns
t_unit_turns_SOURCES = t/unit/turns.c t/unit/verify_bed.h t/unit/verify_play.h t/unit/web_group.h
t_unit_turns_CPPFLAGS = $(SEES_VERIFY)
t_unit_turns_LDADD = $(t_unit_answer_LDADD)

check_PROGRAMS += t/unit/failures
t_unit_failures_SOURCES = t/unit/failures.c t/unit/state_bed.h
t_unit_failures_CPPFLAGS = $(SEES_STATE)
t_unit_failures_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)

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
