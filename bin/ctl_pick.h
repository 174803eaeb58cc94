/* SPDX-License-Identifier: ISC */
/*
 * ctl_pick - which connections are meant: the filters of show (R9.1). PURE.
 *
 * What is not set picks all; what is set must all be so.
 */
#ifndef MW_CTL_PICK_H
#define MW_CTL_PICK_H

#include "state.h"

struct pick {
    const char *user; /* the VPN user, the mail user, or the login as presented; NULL: any */
    bool has_protocol, has_state;
    enum protocol protocol;
    enum entry_state state;
    int family; /* AF_INET, AF_INET6; 0: any address */
    unsigned char net[16];
    unsigned prefix; /* bits of net that count */
};

/* Each sets one of them from an argument, which must stay. false: it is not one; pick is not to be
 * used then. */
bool pick_user(struct pick *p, const char *argument);     /* not empty */
bool pick_protocol(struct pick *p, const char *argument); /* pop3s, imap4s, smtps */
bool pick_state(struct pick *p, const char *argument);    /* as entry_state_name has it */
bool pick_address(struct pick *p, const char *argument);  /* ADDRESS, or ADDRESS/PREFIX */

bool pick_is(const struct pick *p, const struct entry *s);

#endif
