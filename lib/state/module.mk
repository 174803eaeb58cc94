# SPDX-License-Identifier: ISC
# state: the state file on LMDB, and processes; sees base and the clock.
noinst_LIBRARIES += libstate.a
libstate_a_SOURCES = \
	lib/state/audit.c lib/state/change.c lib/state/convert.c lib/state/enter.c lib/state/entry.c lib/state/file.h \
	lib/state/look.c lib/state/offers.c lib/state/open.c lib/state/pack.c lib/state/pack.h lib/state/process.c \
	lib/state/in_force.c lib/state/in_force.h \
	lib/state/failures.c lib/state/servers.c lib/state/lifecycle.c lib/state/state.h \
	lib/state/vpn.c lib/state/vpn.h lib/state/vpn_add.c lib/state/vpn_record.c \
	lib/state/vpn_record.h lib/state/vpn_table.c lib/state/vpn_table.h
libstate_a_SOURCES += lib/state/tally.c lib/state/denials.c lib/state/denials.h lib/state/event.c lib/state/event.h
libstate_a_CPPFLAGS = $(SEES_STATE)

# state/server_health: which AAA servers are out of order; sees aaa. Link before libstate.a.
noinst_LIBRARIES += libserverhealth.a
libserverhealth_a_SOURCES = lib/state/server_health.c lib/state/server_health.h \
	lib/state/unheeded.c lib/state/unheeded.h
libserverhealth_a_CPPFLAGS = $(SEES_AAA) $(SEES_STATE)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/in_force
t_unit_in_force_SOURCES = t/unit/in_force.c
t_unit_in_force_CPPFLAGS = $(SEES_STATE)
t_unit_in_force_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/state_tally
t_unit_state_tally_SOURCES = t/unit/state_tally.c t/unit/state_bed.h
t_unit_state_tally_CPPFLAGS = $(SEES_STATE)
t_unit_state_tally_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
check_PROGRAMS += t/unit/state t/unit/state_open t/unit/state_failing t/unit/state_many t/unit/state_servers
check_PROGRAMS += t/unit/vpn t/unit/vpn_trouble
t_unit_vpn_trouble_SOURCES = t/unit/vpn_trouble.c t/unit/vpn_bed.h t/unit/state_bed.h
t_unit_vpn_trouble_CPPFLAGS = $(SEES_STATE)
t_unit_vpn_trouble_LDADD = $(t_unit_vpn_LDADD)
t_unit_vpn_SOURCES = t/unit/vpn.c t/unit/vpn_bed.h t/unit/state_bed.h
t_unit_vpn_CPPFLAGS = $(SEES_STATE)
t_unit_vpn_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
t_unit_state_servers_SOURCES = t/unit/state_servers.c t/unit/state_bed.h
t_unit_state_servers_CPPFLAGS = $(SEES_STATE)
t_unit_state_servers_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
t_unit_state_SOURCES = t/unit/state.c t/unit/state_bed.h
t_unit_state_CPPFLAGS = $(SEES_STATE)
t_unit_state_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
t_unit_state_failing_SOURCES = t/unit/state_failing.c t/unit/state_bed.h
t_unit_state_failing_CPPFLAGS = $(SEES_STATE)
t_unit_state_failing_LDADD = $(t_unit_state_LDADD)
check_PROGRAMS += t/unit/state_snapshot
t_unit_state_snapshot_SOURCES = t/unit/state_snapshot.c t/unit/state_bed.h
t_unit_state_snapshot_CPPFLAGS = $(SEES_STATE)
t_unit_state_snapshot_LDADD = $(t_unit_state_LDADD)
t_unit_state_open_SOURCES = t/unit/state_open.c t/unit/state_bed.h
t_unit_state_open_CPPFLAGS = $(SEES_STATE)
t_unit_state_open_LDADD = $(t_unit_state_LDADD)
t_unit_state_many_SOURCES = t/unit/state_many.c t/unit/state_bed.h
t_unit_state_many_CPPFLAGS = $(SEES_STATE)
t_unit_state_many_LDADD = $(t_unit_state_LDADD)

check_PROGRAMS += t/unit/state_offers
t_unit_state_offers_SOURCES = t/unit/state_offers.c t/unit/state_bed.h t/unit/vpn_bed.h
t_unit_state_offers_CPPFLAGS = $(SEES_STATE)
t_unit_state_offers_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/failures
t_unit_failures_SOURCES = t/unit/failures.c t/unit/state_bed.h
t_unit_failures_CPPFLAGS = $(SEES_STATE)
t_unit_failures_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS) $(CMOCKA_LIBS)
endif

EXTRA_PROGRAMS += t/bench/state
t_bench_state_SOURCES = t/bench/state.c
t_bench_state_CPPFLAGS = $(SEES_STATE)
t_bench_state_LDADD = libstate.a liblog.a libbase.a $(LMDB_LIBS)
