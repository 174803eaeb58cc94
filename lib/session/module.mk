# SPDX-License-Identifier: ISC
# session: the filter's loop; sees everything that a connection needs.
noinst_LIBRARIES += libsession.a
libsession_a_SOURCES = lib/session/connection.c lib/session/connection.h lib/session/exec.c \
	lib/session/heap.c lib/session/heap.h lib/session/helper.c lib/session/listen.c lib/session/listen.h lib/session/prepare.c \
	lib/session/prepare.h lib/session/session.c lib/session/session.h lib/session/session_inner.h \
	lib/session/stream.c lib/session/stream.h
libsession_a_CPPFLAGS = $(SEES_LOG) $(SEES_SESSION) $(PATHS)
SEES_SESSION = -I$(srcdir)/lib/proto -I$(srcdir)/lib/record -I$(srcdir)/lib/wire \
	-I$(srcdir)/lib/policy -I$(srcdir)/lib/certificate -I$(srcdir)/lib/login -I$(srcdir)/lib/tls -I$(srcdir)/lib/io \
	-I$(srcdir)/lib/relay -I$(srcdir)/lib/priv -I$(srcdir)/lib/session
