# SPDX-License-Identifier: ISC
# radius: PURE, on nettle; sees base.
noinst_LIBRARIES += libradius.a
libradius_a_SOURCES = lib/radius/radius_packet.c lib/radius/radius_packet.h
libradius_a_CPPFLAGS = $(SEES_RADIUS) $(NETTLE_CFLAGS)

EXTRA_DIST += t/fuzz/radius.c

if HAVE_CMOCKA
check_PROGRAMS += t/unit/radius
t_unit_radius_SOURCES = t/unit/radius.c t/unit/radius_make.h
t_unit_radius_CPPFLAGS = $(SEES_RADIUS) $(NETTLE_CFLAGS)
t_unit_radius_LDADD = libradius.a libbase.a $(NETTLE_LIBS) $(CMOCKA_LIBS)
endif
