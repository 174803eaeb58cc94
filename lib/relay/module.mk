# SPDX-License-Identifier: ISC
# relay: the handover is PURE; the rest is the loop of mailwicket-relay. bin/module.mk compiles that
# program from its sources, with its own compiler.
noinst_LIBRARIES += libhandover.a
libhandover_a_SOURCES = lib/relay/handover.c lib/relay/handover.h lib/relay/jail.h
libhandover_a_CPPFLAGS = $(SEES_RECORD) $(NETTLE_CFLAGS) -I$(srcdir)/lib/relay

SEES_RELAY = -I$(srcdir)/lib/base -I$(srcdir)/lib/log -I$(srcdir)/lib/record -I$(srcdir)/lib/wire \
	-I$(srcdir)/lib/relay

if HAVE_CMOCKA
check_PROGRAMS += t/unit/handover
t_unit_handover_SOURCES = t/unit/handover.c
t_unit_handover_CPPFLAGS = $(SEES_RELAY) $(NETTLE_CFLAGS)
t_unit_handover_LDADD = libhandover.a libbase.a $(CMOCKA_LIBS)

# These tests run the program and play both sides of it.
check_PROGRAMS += t/unit/relay
t_unit_relay_SOURCES = t/unit/relay.c t/unit/relay_rig.c t/unit/relay_rig.h
t_unit_relay_CPPFLAGS = $(SEES_RELAY) $(NETTLE_CFLAGS)
t_unit_relay_LDADD = libhandover.a librecord.a libwire.a liblog.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)
EXTRA_t_unit_relay_DEPENDENCIES = mailwicket-relay

check_PROGRAMS += t/unit/relay_end
t_unit_relay_end_SOURCES = t/unit/relay_end.c t/unit/relay_rig.c t/unit/relay_rig.h
t_unit_relay_end_CPPFLAGS = $(SEES_RELAY) $(NETTLE_CFLAGS)
t_unit_relay_end_LDADD = $(t_unit_relay_LDADD)
EXTRA_t_unit_relay_end_DEPENDENCIES = mailwicket-relay

check_PROGRAMS += t/unit/relay_lost
t_unit_relay_lost_SOURCES = t/unit/relay_lost.c t/unit/relay_rig.c t/unit/relay_rig.h
t_unit_relay_lost_CPPFLAGS = $(SEES_RELAY) $(NETTLE_CFLAGS)
t_unit_relay_lost_LDADD = $(t_unit_relay_LDADD)
EXTRA_t_unit_relay_lost_DEPENDENCIES = mailwicket-relay
endif
