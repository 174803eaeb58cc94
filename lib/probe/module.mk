# SPDX-License-Identifier: ISC
# probe: asks a mail server what it offers; sees proto, policy, io, and of aaa its streams.
noinst_LIBRARIES += libprobe.a
libprobe_a_SOURCES = lib/probe/probe.c lib/probe/probe.h lib/probe/probe_talk.h
libprobe_a_CPPFLAGS = $(SEES_AAA) $(SEES_PROTO) $(SEES_IO) -I$(srcdir)/lib/probe $(GNUTLS_CFLAGS)

# What a program needs that links libprobe.a, in front of libaaa.a, libio.a and libbase.a.
PROBE_LIBS = libprobe.a libproto.a
