/* SPDX-License-Identifier: ISC */
/* ctl_vpn - the options and the list of mailwicketctl session. */
#ifndef MW_CTL_VPN_H
#define MW_CTL_VPN_H

#include "ctl_entry.h"
#include "vpn.h"

struct vpn_options {
    bool all, json, has_lifetime;
    struct vpn_session session; /* what the options gave; the rest is empty */
};

/* Reads the options of one action. allowed and needed are letters of the table in
 * ctl_vpn_options.c. false: the arguments are invalid, and standard error says why. */
bool vpn_options(struct vpn_options *o, const char *allowed, const char *needed, int argc,
                 char **argv);

/* Removes expired VPN sessions and prints the others. Returns the exit code. */
int vpn_list(struct state *s, bool json);

#endif
