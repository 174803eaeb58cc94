# SPDX-License-Identifier: ISC
# wire: PURE; sees base.
noinst_LIBRARIES += libwire.a
libwire_a_SOURCES = lib/wire/der_chain.c lib/wire/der_chain.h lib/wire/wire.c \
	lib/wire/wire.h
libwire_a_CPPFLAGS = $(SEES_WIRE)

EXTRA_DIST += t/fuzz/wire.c

if HAVE_CMOCKA
check_PROGRAMS += t/unit/wire
t_unit_wire_SOURCES = t/unit/wire.c
t_unit_wire_CPPFLAGS = $(SEES_WIRE)
t_unit_wire_LDADD = libwire.a libbase.a $(CMOCKA_LIBS)
check_PROGRAMS += t/unit/der_chain
t_unit_der_chain_SOURCES = t/unit/der_chain.c
t_unit_der_chain_CPPFLAGS = $(SEES_WIRE)
t_unit_der_chain_LDADD = libwire.a libbase.a $(CMOCKA_LIBS)
endif
