# SPDX-License-Identifier: ISC
# The policy's schema, examples and man page.
dist_pkgdata_DATA = xml/policy.rng
dist_doc_DATA = README NEWS CONTRIBUTING SECURITY xml/example.xml xml/example-certificate.xml xml/example-local.xml xml/example-mailhost.xml
dist_man_MANS += xml/mailwicket-policy.5 bin/mailwicketctl.8
EXTRA_DIST += t/fuzz/name.c t/policies/minimal.xml t/policies/rows.xml t/policies/wrong.xml \
	t/policies/server.pem t/policies/server.key
dist_check_SCRIPTS += t/policies/ctl.sh
