/* SPDX-License-Identifier: ISC */
/*
 * decide - what a login asks for under a policy: who, with which password, at which server. PURE.
 */
#ifndef MW_DECIDE_H
#define MW_DECIDE_H

#include "name.h"
#include "policy.h"

struct decision {
    struct login_name name; /* mail: with the server part in it where unknown-server="mail-user" */
    struct span vpn_password, mail_password; /* spans of what was given */
    const struct mail_server *server;        /* the policy's entry */
    struct span host;                        /* where to: the default server's or the named one */
    bool server_by_default; /* no server was named, or it is part of the mail name */
};

enum decision_outcome {
    DECIDED,
    DECIDED_BAD_NAME,     /* fault says which */
    DECIDED_BAD_PASSWORD, /* fault says which */
    DECIDED_SERVER_NOT_ALLOWED,
};

/* Host names are compared without case and without a final dot; "*.suffix" matches one or more
 * labels in front of the suffix, never the suffix itself and never an address. With METHOD_AAA in
 * p->methods the password is split; where p's methods need no password at all (R4.4: SMTPS with
 * piggyback and no mailhost and no AAA) any is taken and both spans are empty.
 *
 * The entry for a named server: the default server, else the exact name, else the longest suffix.
 * Where the outcome is DECIDED_SERVER_NOT_ALLOWED out->name alone is set. *fault is NAME_OK but for
 * the two outcomes that speak of it. */
enum decision_outcome decide_login(const struct protocol_policy *p, struct span login,
                                   struct span password, struct decision *out,
                                   enum name_fault *fault);

/* Whether the protocol needs a password, and whether mailwicket logs in at the mail server. */
bool decide_needs_password(const struct protocol_policy *p);
bool decide_authenticates(const struct protocol_policy *p);

#endif
