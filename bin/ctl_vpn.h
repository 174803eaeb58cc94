/* SPDX-License-Identifier: ISC */
/* ctl_vpn - what mailwicketctl session's files share: its options, and its list. */
#ifndef MW_CTL_VPN_H
#define MW_CTL_VPN_H

#include "ctl_entry.h"
#include "vpn.h"

struct vpn_options {
    bool all, json, has_lifetime;
    struct vpn_session
        session; /* user, id, group_policy, addresses, lifetime as given; else empty */
};

/* Reads the options of one action; allowed and needed are letters of ctl_vpn_options.c's table.
 * false: not right, and said on standard error. */
bool vpn_options(struct vpn_options *o, const char *allowed, const char *needed, int argc,
                 char **argv);

/* Returns the exit code. */
int vpn_list(struct state *s, bool json);

#endif
