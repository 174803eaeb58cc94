# SPDX-License-Identifier: ISC
# The policy's schema, examples and man page.
dist_pkgdata_DATA = xml/policy.rng
