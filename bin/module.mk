# SPDX-License-Identifier: ISC
# The programs.
sbin_PROGRAMS += mailwicketctl
mailwicketctl_SOURCES = bin/ctl.h bin/mailwicketctl.c bin/ctl_check.c bin/ctl_explain.c \
	bin/ctl_passwd.c bin/ctl_say.c bin/ctl_say.h
mailwicketctl_CPPFLAGS = $(SEES_AAA) $(PATHS)
mailwicketctl_LDADD = libpolicyload.a libpolicy.a libaaa.a libbase.a $(XML_LIBS) $(CRYPT_LIBS)

libexec_PROGRAMS += mailwicket-verify
mailwicket_verify_SOURCES = bin/mailwicket-verify.c
mailwicket_verify_CPPFLAGS = $(SEES_VERIFY) -I$(srcdir)/lib/priv $(PATHS)
mailwicket_verify_LDADD = libverify.a libpolicyload.a libpolicy.a libaaa.a libstate.a libwire.a \
	libio.a libpriv.a liblog.a libbase.a $(XML_LIBS) $(LMDB_LIBS) $(CRYPT_LIBS) $(SECCOMP_LIBS)
