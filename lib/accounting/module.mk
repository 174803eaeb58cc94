# SPDX-License-Identifier: ISC
# accounting: the spool of sessions that accounting servers are told of, and telling them; sees
# base, log, wire, policy, radius, aaa, state.
noinst_LIBRARIES += libaccounting.a
libaccounting_a_SOURCES = \
	lib/accounting/account.h lib/accounting/radius_account.c \
	lib/accounting/accounting_note.c lib/accounting/accounting_note.h \
	lib/accounting/deliver.c lib/accounting/deliver.h \
	lib/accounting/lost_sessions.c lib/accounting/lost_sessions.h \
	lib/accounting/spool.c lib/accounting/spool.h
libaccounting_a_CPPFLAGS = $(SEES_ACCOUNTING)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/spool
t_unit_spool_SOURCES = t/unit/spool.c t/unit/state_bed.h
t_unit_spool_CPPFLAGS = $(SEES_ACCOUNTING)
t_unit_spool_LDADD = libaccounting.a libstate.a libwire.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
endif
