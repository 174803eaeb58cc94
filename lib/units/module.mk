# SPDX-License-Identifier: ISC
# units: the policy as socket units, xinetd entries and firewall profiles, PURE; sees policy.
noinst_LIBRARIES += libunits.a
libunits_a_SOURCES = \
	lib/units/units.c lib/units/units.h lib/units/units_firewall.c lib/units/units_internal.h \
	lib/units/units_systemd.c lib/units/units_xinetd.c
libunits_a_CPPFLAGS = $(SEES_UNITS)

# units/install_files: an edge: installs these files; link before libunits.a.
noinst_LIBRARIES += libinstallfiles.a
libinstallfiles_a_SOURCES = lib/units/install_files.c lib/units/install_files.h
libinstallfiles_a_CPPFLAGS = $(SEES_UNITS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/units
t_unit_units_SOURCES = t/unit/units.c
t_unit_units_CPPFLAGS = $(SEES_UNITS)
t_unit_units_LDADD = libunits.a libpolicy.a libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/install_files
t_unit_install_files_SOURCES = t/unit/install_files.c
t_unit_install_files_CPPFLAGS = $(SEES_UNITS)
t_unit_install_files_LDADD = libinstallfiles.a libunits.a libpolicy.a libbase.a $(CMOCKA_LIBS)
endif
