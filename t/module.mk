# SPDX-License-Identifier: ISC
# Tests of the tree as a whole.
dist_check_SCRIPTS += t/pure.sh
AM_TESTS_ENVIRONMENT = CC='$(CC)'; export CC;
