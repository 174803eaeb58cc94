# SPDX-License-Identifier: ISC
# proto: PURE; the dialogues with the mail program (front) and with the mail server (back).
noinst_LIBRARIES += libproto.a
libproto_a_SOURCES = \
	lib/proto/front.c lib/proto/front.h lib/proto/front_internal.h lib/proto/front_dialect.h \
	lib/proto/front_imap.c lib/proto/front_pop3.c lib/proto/front_smtp.c lib/proto/front_reply.c \
	lib/proto/line.c lib/proto/line.h lib/proto/sasl.c lib/proto/sasl.h
libproto_a_CPPFLAGS = $(SEES_PROTO)

EXTRA_DIST += t/fuzz/front.c t/transcripts/front-imap.txt t/transcripts/front-pop3.txt \
	t/transcripts/front-smtp.txt

if HAVE_CMOCKA
check_PROGRAMS += t/unit/front_parts t/unit/front_sizes t/unit/transcripts
t_unit_front_parts_SOURCES = t/unit/front_parts.c
t_unit_front_parts_CPPFLAGS = $(SEES_PROTO)
t_unit_front_parts_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
t_unit_front_sizes_SOURCES = t/unit/front_sizes.c
t_unit_front_sizes_CPPFLAGS = $(SEES_PROTO)
t_unit_front_sizes_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
t_unit_transcripts_SOURCES = t/unit/transcripts.c
t_unit_transcripts_CPPFLAGS = $(SEES_PROTO)
t_unit_transcripts_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
endif

# back
libproto_a_SOURCES += lib/proto/back.c lib/proto/back.h lib/proto/back_internal.h \
	lib/proto/back_address.c lib/proto/back_dialogue.h lib/proto/back_imap.c lib/proto/back_imap.h \
	lib/proto/back_imap_say.c lib/proto/back_pop3.c lib/proto/back_smtp.c lib/proto/back_words.c

if HAVE_CMOCKA
BACK_TESTS = t/unit/back_pop3 t/unit/back_imap t/unit/back_smtp t/unit/back_limits
check_PROGRAMS += $(BACK_TESTS)
t_unit_back_limits_SOURCES = t/unit/back_limits.c
t_unit_back_limits_CPPFLAGS = $(SEES_PROTO)
t_unit_back_limits_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
t_unit_back_pop3_SOURCES = t/unit/back_pop3.c t/unit/back_play.c t/unit/back_play.h
t_unit_back_pop3_CPPFLAGS = $(SEES_PROTO)
t_unit_back_pop3_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
t_unit_back_imap_SOURCES = t/unit/back_imap.c t/unit/back_play.c t/unit/back_play.h
t_unit_back_imap_CPPFLAGS = $(SEES_PROTO)
t_unit_back_imap_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
t_unit_back_smtp_SOURCES = t/unit/back_smtp.c t/unit/back_play.c t/unit/back_play.h
t_unit_back_smtp_CPPFLAGS = $(SEES_PROTO)
t_unit_back_smtp_LDADD = libproto.a libbase.a $(CMOCKA_LIBS)
endif
