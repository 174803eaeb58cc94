# SPDX-License-Identifier: ISC
# record: PURE, on nettle.
noinst_LIBRARIES += librecord.a
librecord_a_SOURCES = \
	lib/record/cipher.c lib/record/cipher.h lib/record/post_handshake.c lib/record/post_handshake.h \
	lib/record/open.c lib/record/record.c lib/record/record.h lib/record/record_inner.h
librecord_a_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS)
