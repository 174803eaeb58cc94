# SPDX-License-Identifier: ISC
# The programs.
SEES_CTL = $(SEES_POLICY) $(SEES_STATE) -I$(srcdir)/lib/wire
sbin_PROGRAMS += mailwicketctl
mailwicketctl_SOURCES = bin/ctl.h bin/mailwicketctl.c bin/ctl_check.c bin/ctl_explain.c \
	bin/ctl_passwd.c bin/ctl_say.c bin/ctl_say.h \
	bin/ctl_logoff.c bin/ctl_session.c bin/ctl_session.h bin/ctl_show.c bin/ctl_state.c \
	bin/ctl_summary.c bin/ctl_sweep.c bin/ctl_table.c bin/ctl_table.h
mailwicketctl_CPPFLAGS = $(SEES_AAA) $(SEES_CTL) $(PATHS)
mailwicketctl_LDADD = libpolicyload.a libpolicy.a libaaa.a libstate.a libwire.a \
	liblog.a libbase.a $(XML_LIBS) $(CRYPT_LIBS) $(LMDB_LIBS)

libexec_PROGRAMS += mailwicket-verify
mailwicket_verify_SOURCES = bin/mailwicket-verify.c
mailwicket_verify_CPPFLAGS = $(SEES_VERIFY) -I$(srcdir)/lib/priv $(PATHS)
mailwicket_verify_LDADD = libverify.a libpolicyload.a libpolicy.a libaaa.a libstate.a libwire.a \
	libio.a libpriv.a liblog.a libbase.a $(XML_LIBS) $(LMDB_LIBS) $(CRYPT_LIBS) $(SECCOMP_LIBS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/ctl
t_unit_ctl_SOURCES = t/unit/ctl.c bin/ctl_session.c bin/ctl_session.h bin/ctl_table.c bin/ctl_table.h
t_unit_ctl_CPPFLAGS = $(SEES_CTL) -I$(srcdir)/bin
t_unit_ctl_LDADD = libstate.a liblog.a libbase.a $(CMOCKA_LIBS)
endif
