# SPDX-License-Identifier: ISC
# policy: the login name and what it asks for, PURE; sees base.
noinst_LIBRARIES += libpolicy.a
libpolicy_a_SOURCES = \
	lib/policy/name.h lib/policy/decide.h lib/policy/policy.h lib/policy/name.c
libpolicy_a_CPPFLAGS = $(SEES_POLICY)

# policy/load: the policy file through libxml2; link with $(XML_LIBS), before libpolicy.a.
noinst_LIBRARIES += libpolicyload.a
libpolicyload_a_SOURCES = lib/policy/load.c lib/policy/load.h
libpolicyload_a_CPPFLAGS = $(SEES_POLICY) $(XML_CFLAGS) $(PATHS)
