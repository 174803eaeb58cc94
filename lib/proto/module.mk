# SPDX-License-Identifier: ISC
# proto: PURE; the dialogues with the mail program (front) and with the mail server (back).
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = \
	lib/proto/front.c lib/proto/front.h lib/proto/front_inner.h lib/proto/front_dialect.h \
	lib/proto/front_imap.c lib/proto/front_pop3.c lib/proto/front_smtp.c lib/proto/front_reply.c \
	lib/proto/line.c lib/proto/line.h lib/proto/sasl.c lib/proto/sasl.h
libproto_a_CPPFLAGS = $(SEES_PROTO)
