# SPDX-License-Identifier: ISC
# base: PURE; includes no other directory.
noinst_LIBRARIES += libbase.a
libbase_a_SOURCES = \
	lib/base/base64.c lib/base/base64.h lib/base/buf.c lib/base/buf.h lib/base/client_address.h \
	lib/base/denial.c lib/base/denial.h lib/base/err.c lib/base/err.h lib/base/expiry.c lib/base/expiry.h lib/base/limits.h \
	lib/base/mechanism.h lib/base/noted.c lib/base/noted.h lib/base/num.c lib/base/num.h lib/base/offer.c lib/base/offer.h lib/base/program.h \
	lib/base/protocol.c lib/base/protocol.h lib/base/server_tls.h \
	lib/base/span.c lib/base/span.h lib/base/user.c lib/base/user.h \
	lib/base/user_fold.h lib/base/utf8.c lib/base/utf8.h
libbase_a_CPPFLAGS = $(SEES_BASE)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/base
t_unit_base_SOURCES = t/unit/base.c
t_unit_base_CPPFLAGS = $(SEES_BASE)
t_unit_base_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/expiry
t_unit_expiry_SOURCES = t/unit/expiry.c
t_unit_expiry_CPPFLAGS = $(SEES_BASE)
t_unit_expiry_LDADD = libbase.a $(CMOCKA_LIBS)

check_PROGRAMS += t/unit/offer
t_unit_offer_SOURCES = t/unit/offer.c
t_unit_offer_CPPFLAGS = $(SEES_BASE)
t_unit_offer_LDADD = libbase.a $(CMOCKA_LIBS)
endif
