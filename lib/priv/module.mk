# SPDX-License-Identifier: ISC
# priv: users and jails; sees base and the relay's list of system calls.
noinst_LIBRARIES += libpriv.a
libpriv_a_SOURCES = lib/priv/drop.c lib/priv/jail.c lib/priv/priv.h
libpriv_a_CPPFLAGS = $(SEES_BASE) -I$(srcdir)/lib/relay $(SECCOMP_CFLAGS)
if RELAY_DYNAMIC
libpriv_a_CPPFLAGS += -DRELAY_DYNAMIC
endif
