# SPDX-License-Identifier: ISC
# The programs.
sbin_PROGRAMS += mailwicketctl
mailwicketctl_SOURCES = bin/ctl.h bin/mailwicketctl.c bin/ctl_check.c bin/ctl_explain.c \
	bin/ctl_passwd.c bin/ctl_say.c bin/ctl_say.h
mailwicketctl_CPPFLAGS = $(SEES_AAA) $(PATHS)
mailwicketctl_LDADD = libpolicyload.a libpolicy.a libaaa.a libbase.a $(XML_LIBS) $(CRYPT_LIBS)
