# SPDX-License-Identifier: ISC
# log: log lines and the clock; sees base.
noinst_LIBRARIES += liblog.a
liblog_a_SOURCES = lib/log/asa_message.c lib/log/asa_message.h lib/log/clock.c lib/log/clock.h \
	lib/log/journal.c lib/log/journal.h lib/log/log.c lib/log/log.h
liblog_a_CPPFLAGS = $(SEES_LOG)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/log
t_unit_log_SOURCES = t/unit/log.c
t_unit_log_CPPFLAGS = $(SEES_LOG)
t_unit_log_LDADD = liblog.a libbase.a $(CMOCKA_LIBS)
endif
