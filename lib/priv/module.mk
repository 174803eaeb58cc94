# SPDX-License-Identifier: ISC
# priv: users and jails; sees base.
noinst_LIBRARIES += libpriv.a
libpriv_a_SOURCES = lib/priv/drop.c lib/priv/priv.h
libpriv_a_CPPFLAGS = $(SEES_BASE)
