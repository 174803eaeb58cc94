# SPDX-License-Identifier: ISC
# filter: the filter's loop and its process; sees everything that a connection needs.
noinst_LIBRARIES += libfilter.a
libfilter_a_SOURCES = lib/filter/connection.c lib/filter/connection.h lib/filter/exec.c \
	lib/filter/filter.c lib/filter/filter.h lib/filter/filter_internal.h lib/filter/heap.c \
	lib/filter/heap.h lib/filter/helper.c lib/filter/listen.c lib/filter/listen.h \
	lib/filter/prepare.c lib/filter/prepare.h lib/filter/stream.c lib/filter/stream.h
libfilter_a_CPPFLAGS = $(SEES_LOG) $(SEES_FILTER) $(PATHS)
SEES_FILTER = -I$(srcdir)/lib/proto -I$(srcdir)/lib/record -I$(srcdir)/lib/wire \
	-I$(srcdir)/lib/policy -I$(srcdir)/lib/certificate -I$(srcdir)/lib/login -I$(srcdir)/lib/tls -I$(srcdir)/lib/io \
	-I$(srcdir)/lib/relay -I$(srcdir)/lib/priv -I$(srcdir)/lib/filter

if HAVE_CMOCKA
check_PROGRAMS += t/unit/filter_exec
t_unit_filter_exec_SOURCES = t/unit/filter_exec.c
t_unit_filter_exec_CPPFLAGS = $(SEES_LOG) $(SEES_FILTER) $(NETTLE_CFLAGS)
t_unit_filter_exec_LDADD = libfilter.a liblogin.a libproto.a libwire.a libtls.a libexpirylog.a libcertificate.a \
	libpolicy.a librecord.a libio.a libhandover.a liblog.a libbase.a $(GNUTLS_LIBS) $(NETTLE_LIBS) $(CMOCKA_LIBS)
EXTRA_t_unit_filter_exec_DEPENDENCIES = mailwicket-relay

check_PROGRAMS += t/unit/filter_run
t_unit_filter_run_SOURCES = t/unit/filter_run.c t/unit/tls_bed.h
t_unit_filter_run_CPPFLAGS = $(SEES_LOG) $(SEES_FILTER) $(NETTLE_CFLAGS) $(GNUTLS_CFLAGS)
t_unit_filter_run_LDADD = $(t_unit_filter_exec_LDADD)
endif
