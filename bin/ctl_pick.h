/* SPDX-License-Identifier: ISC */
/*
 * ctl_pick - selects connections: the filters of show (R9.1). PURE.
 *
 * An entry is picked if it matches all the filters that are set.
 */
#ifndef MW_CTL_PICK_H
#define MW_CTL_PICK_H

#include "state.h"

struct pick {
    const char *user;         /* the VPN user, mail user or login name as presented; NULL: any */
    enum user_case user_case; /* how users are compared */
    bool has_protocol, has_state;
    enum protocol protocol;
    enum entry_state state;
    int family; /* AF_INET, AF_INET6; 0: any address */
    unsigned char net[16];
    unsigned prefix; /* how many bits of net count */
};

/* Each sets one filter from an argument, which must outlive the pick. false: the argument is
 * invalid, and the pick must not be used. */
bool pick_user(struct pick *p, const char *argument);     /* not empty */
bool pick_protocol(struct pick *p, const char *argument); /* pop3s, imap4s, smtps */
bool pick_state(struct pick *p, const char *argument);    /* as entry_state_name spells it */
bool pick_address(struct pick *p, const char *argument);  /* ADDRESS, or ADDRESS/PREFIX */

bool pick_is(const struct pick *p, const struct entry *e);

#endif
