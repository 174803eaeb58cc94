# SPDX-License-Identifier: ISC
# policy: a policy's structs, the login name and what it means, PURE; sees base.
noinst_LIBRARIES += libpolicy.a
libpolicy_a_SOURCES = \
	lib/policy/decide.c lib/policy/decide.h \
	lib/policy/host.c lib/policy/host.h lib/policy/hours.c lib/policy/hours.h \
	lib/policy/identifier.c lib/policy/identifier.h \
	lib/policy/name.c lib/policy/name.h lib/policy/policy.c lib/policy/policy.h
libpolicy_a_CPPFLAGS = $(SEES_POLICY)

# policy/load: the policy file through libxml2, names of hosts through GnuTLS; link with $(XML_LIBS) and
# $(GNUTLS_LIBS), before libpolicy.a.
noinst_LIBRARIES += libpolicyload.a
libpolicyload_a_SOURCES = \
	lib/policy/arena.c lib/policy/arena.h lib/policy/complaints.c lib/policy/complaints.h \
	lib/policy/credential.c lib/policy/credential.h \
	lib/policy/document.c lib/policy/document.h lib/policy/elements.c lib/policy/elements.h \
	lib/policy/elements_internal.h lib/policy/elements_protocol.c lib/policy/idna.c lib/policy/idna.h \
	lib/policy/load.c lib/policy/load.h lib/policy/machine.c lib/policy/machine.h \
	lib/policy/policy_internal.h lib/policy/references.c lib/policy/rules.c \
	lib/policy/rules_aaa.c lib/policy/rules_ports.c lib/policy/rules_protocol.c lib/policy/values.c lib/policy/values.h
libpolicyload_a_CPPFLAGS = $(SEES_POLICY) $(XML_CFLAGS) $(GNUTLS_CFLAGS) $(PATHS)

if HAVE_CMOCKA
check_PROGRAMS += t/unit/name t/unit/decide t/unit/decide_user t/unit/policy t/unit/credential
t_unit_credential_SOURCES = t/unit/credential.c
t_unit_credential_CPPFLAGS = $(SEES_POLICY)
t_unit_credential_LDADD = libpolicyload.a $(CMOCKA_LIBS)
t_unit_name_SOURCES = t/unit/name.c
t_unit_name_CPPFLAGS = $(SEES_POLICY)
t_unit_name_LDADD = libpolicy.a libbase.a $(CMOCKA_LIBS)
t_unit_decide_SOURCES = t/unit/decide.c t/unit/decide_bed.h
t_unit_decide_CPPFLAGS = $(SEES_POLICY)
t_unit_decide_LDADD = libpolicy.a libbase.a $(CMOCKA_LIBS)
t_unit_decide_user_SOURCES = t/unit/decide_user.c t/unit/decide_bed.h
t_unit_decide_user_CPPFLAGS = $(SEES_POLICY)
t_unit_decide_user_LDADD = libpolicy.a libbase.a $(CMOCKA_LIBS)
t_unit_policy_SOURCES = t/unit/policy.c t/unit/policy_rows.h
t_unit_policy_CPPFLAGS = $(SEES_POLICY) $(XML_CFLAGS) -DSOURCE='"$(abs_top_srcdir)"'
t_unit_policy_LDADD = libpolicyload.a libpolicy.a libbase.a $(XML_LIBS) $(GNUTLS_LIBS) $(CMOCKA_LIBS)
endif
