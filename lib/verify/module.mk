# SPDX-License-Identifier: ISC
# verify: the helper; sees base, log, wire, policy, aaa, state, io.
noinst_LIBRARIES += libverify.a
libverify_a_SOURCES = \
	lib/verify/answer.c lib/verify/answer.h lib/verify/chain.c lib/verify/chain.h \
	lib/verify/event.c lib/verify/event.h lib/verify/helper.h lib/verify/loop.c \
	lib/verify/loop.h lib/verify/names.c lib/verify/names.h lib/verify/report.c \
	lib/verify/report.h lib/verify/serve.c lib/verify/serve.h lib/verify/talk.c \
	lib/verify/talk.h lib/verify/worker.c lib/verify/worker.h
libverify_a_CPPFLAGS = $(SEES_VERIFY)
