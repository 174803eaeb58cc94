# SPDX-License-Identifier: ISC
# login: PURE; sees base, proto, wire and the pure half of policy.
noinst_LIBRARIES += liblogin.a
liblogin_a_SOURCES = lib/login/login.c lib/login/login.h
liblogin_a_CPPFLAGS = $(SEES_PROTO) -I$(srcdir)/lib/wire -I$(srcdir)/lib/policy

if HAVE_CMOCKA
check_PROGRAMS += t/unit/login
t_unit_login_SOURCES = t/unit/login.c
t_unit_login_CPPFLAGS = $(liblogin_a_CPPFLAGS) -I$(srcdir)/lib/login
t_unit_login_LDADD = liblogin.a libproto.a libwire.a libpolicy.a libbase.a $(CMOCKA_LIBS)
endif
