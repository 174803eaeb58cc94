# SPDX-License-Identifier: ISC
# units: the policy as socket units, xinetd entries and firewall profiles, PURE; sees policy.
noinst_LIBRARIES += libunits.a
libunits_a_SOURCES = \
	lib/units/units.c lib/units/units.h lib/units/units_firewall.c lib/units/units_inner.h \
	lib/units/units_systemd.c lib/units/units_xinetd.c
libunits_a_CPPFLAGS = $(SEES_UNITS)

# units/place: an edge: those as files; link before libunits.a.
noinst_LIBRARIES += libplace.a
libplace_a_SOURCES = \
	lib/units/place.c lib/units/place.h lib/units/place_inner.h lib/units/place_own.c
libplace_a_CPPFLAGS = $(SEES_UNITS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/units
t_unit_units_SOURCES = t/unit/units.c
t_unit_units_CPPFLAGS = $(SEES_UNITS)
t_unit_units_LDADD = libunits.a libpolicy.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/place
t_unit_place_SOURCES = t/unit/place.c
t_unit_place_CPPFLAGS = $(SEES_UNITS)
t_unit_place_LDADD = libplace.a libunits.a libpolicy.a libbase.a $(CMOCKA_LIBS)
endif
