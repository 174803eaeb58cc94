# SPDX-License-Identifier: ISC
# Tests of the tree as a whole.
dist_check_SCRIPTS += t/pure.sh
dist_check_SCRIPTS += t/events.sh t/completion.sh t/fold.sh
EXTRA_DIST += t/events.pl t/fold.pl
EXTRA_DIST += t/unit/back_play.h t/unit/certificate_make.h t/unit/check.h t/unit/issue.h t/unit/policy_rows.h \
	t/unit/record_pair.h t/unit/relay_rig.h t/unit/state_bed.h t/unit/verify_bed.h t/unit/web_group.h \
	t/unit/verify_play.h t/unit/vpn_bed.h
AM_TESTS_ENVIRONMENT = CC='$(CC)'; export CC;
