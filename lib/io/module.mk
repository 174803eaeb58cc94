# SPDX-License-Identifier: ISC
# io: edges: datagrams with descriptors, dialling, sockets from the service manager; sees base and
# log.
noinst_LIBRARIES += libio.a
libio_a_SOURCES = \
	lib/io/descriptors.c lib/io/descriptors.h lib/io/dial.c lib/io/dial.h lib/io/handed.c lib/io/handed.h lib/io/message.c \
	lib/io/message.h lib/io/notify.c lib/io/notify.h lib/io/reload_reply.c lib/io/reload_reply.h \
	lib/io/tcp_peers.c lib/io/tcp_peers.h
libio_a_CPPFLAGS = $(SEES_IO)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/message
t_unit_message_SOURCES = t/unit/message.c
t_unit_message_CPPFLAGS = $(SEES_IO)
t_unit_message_LDADD = libio.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/reload_reply
t_unit_reload_reply_SOURCES = t/unit/reload_reply.c
t_unit_reload_reply_CPPFLAGS = $(SEES_IO)
t_unit_reload_reply_LDADD = libio.a liblog.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/tcp_peers
t_unit_tcp_peers_SOURCES = t/unit/tcp_peers.c
t_unit_tcp_peers_CPPFLAGS = $(SEES_IO)
t_unit_tcp_peers_LDADD = libio.a liblog.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/dial
t_unit_dial_SOURCES = t/unit/dial.c
t_unit_dial_CPPFLAGS = $(SEES_IO)
t_unit_dial_LDADD = libio.a libbase.a $(CMOCKA_LIBS)
endif
