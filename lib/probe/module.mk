# SPDX-License-Identifier: ISC
# probe: asks mail servers what they offer, and AAA servers whether they are there; sees proto, policy,
# io, aaa.
noinst_LIBRARIES += libprobe.a
libprobe_a_SOURCES = lib/probe/probe.c lib/probe/probe.h lib/probe/probe_talk.h lib/probe/probe_aaa.c \
	lib/probe/probe_aaa.h
libprobe_a_CPPFLAGS = $(SEES_AAA) $(SEES_PROTO) $(SEES_IO) -I$(srcdir)/lib/probe $(GNUTLS_CFLAGS)
libprobe_a_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS)

# What a program needs that links libprobe.a, in front of libaaa.a, libio.a and libbase.a.
PROBE_LIBS = libprobe.a libproto.a
