# SPDX-License-Identifier: ISC
# aaa: asking server groups; sees base, policy.
noinst_LIBRARIES += libaaa.a
libaaa_a_SOURCES = \
	lib/aaa/aaa.h lib/aaa/ask.c lib/aaa/local.c lib/aaa/users.c lib/aaa/users.h
libaaa_a_CPPFLAGS = $(SEES_AAA)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/aaa_local
t_unit_aaa_local_SOURCES = t/unit/aaa_local.c
t_unit_aaa_local_CPPFLAGS = $(SEES_AAA)
t_unit_aaa_local_LDADD = libaaa.a libbase.a $(CRYPT_LIBS) $(CMOCKA_LIBS)
endif
