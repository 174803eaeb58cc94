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

/* R4.2, R4.3: the login of who needs none: user, as the certificate says, at the default server.
 * DECIDED, or DECIDED_BAD_NAME, or DECIDED_SERVER_NOT_ALLOWED where there is no default server. */
enum decision_outcome decide_certified(const struct protocol_policy *p, struct span user,
                                       struct decision *out, enum name_fault *fault);

/* Makes the one whom the certificate names the VPN user of a login. false: the login names another
 * one as its VPN user. */
bool decide_owner(struct decision *d, struct span user);

/* Whether mail programs must show a certificate: with this protocol, with any. */
bool decide_wants_certificate(const struct protocol_policy *p);
bool decide_wants_certificates(const struct policy *p);

/* Whether the certificate says who the user is: no other method does. */
bool decide_named_by_certificate(const struct protocol_policy *p);

/* Whether the certificate is all that is needed: no login must be given. */
bool decide_by_certificate(const struct protocol_policy *p);

/* Under which name a user is authorized (R4.3): only one that somebody has vouched for. */
enum authorized_as {
    AUTHORIZE_VPN_NAME,    /* AAA or piggyback vouches for it */
    AUTHORIZE_CERTIFICATE, /* the certificate's, where it is without either of them */
    AUTHORIZE_MAIL_NAME,   /* the mail server alone does: the VPN name might be anybody's */
};
enum authorized_as decide_authorized(const struct protocol_policy *p);

/* Whether the protocol needs a password, and whether mailwicket logs in at the mail server. */
bool decide_needs_password(const struct protocol_policy *p);
bool decide_authenticates(const struct protocol_policy *p);

#endif
