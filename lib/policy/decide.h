/* SPDX-License-Identifier: ISC */
/* decide - what a login means under a policy: which users, passwords and mail server. PURE. */
#ifndef MW_DECIDE_H
#define MW_DECIDE_H

#include "limits.h"
#include "name.h"
#include "policy.h"

struct decision {
    struct login_name name; /* with unknown-server="mail-user", mail may include the server part */
    struct span vpn_password, mail_password; /* spans of the caller's password */
    const struct mail_server *server;        /* the policy's entry */
    struct span host; /* the mail server's name: the entry's, or in host_room the login's */
    char host_room[LIMIT_HOST + 1]; /* so a decision is not copied */
    bool server_by_default; /* no server was named, or its name became a part of the mail name */
};

enum decision_outcome {
    DECIDED,
    DECIDED_BAD_NAME,     /* fault says which */
    DECIDED_BAD_PASSWORD, /* fault says which */
    DECIDED_SERVER_NOT_ALLOWED,
    DECIDED_UNPROVEN, /* the VPN name differs from the mail name, and no method verifies it */
};

/* Splits the login and chooses its mail server and passwords.
 *
 * A server that the login names is looked up with host_matches (host.h), by its A-labels: the default
 * server comes first, then the entry with exactly this name or address, then the entry with the
 * longest suffix.
 *
 * With METHOD_AAA in p->methods the password is split. If the methods need no password at all
 * (R4.4: SMTPS with piggyback, without mailhost and AAA), any password is accepted and both spans
 * are empty.
 *
 * Without METHOD_AAA, METHOD_PIGGYBACK and METHOD_CERTIFICATE the user is the mail name: the mail
 * server verifies nothing else (R2.6).
 *
 * After DECIDED_SERVER_NOT_ALLOWED only out->name is set. *fault is NAME_OK except with
 * DECIDED_BAD_NAME and DECIDED_BAD_PASSWORD. */
enum decision_outcome decide_login(const struct protocol_policy *p, struct span login,
                                   struct span password, struct decision *out,
                                   enum name_fault *fault);

/* Makes the login of a client whose certificate is enough (R4.2, R4.3): user is the certificate's
 * name, the server is the default server. Returns DECIDED, DECIDED_BAD_NAME, or
 * DECIDED_SERVER_NOT_ALLOWED if the policy has no default server. */
enum decision_outcome decide_certified(const struct protocol_policy *p, struct span user,
                                       struct decision *out, enum name_fault *fault);

/* Returns the login in a form that is equal for the same VPN user and mail name: the VPN name is folded
 * where users are compared without regard to case. A mail name that the mail server is asked about
 * stays as it is: its case is the server's business. The span is of room or of the login; an invalid
 * login is returned as it is. */
#define DECIDE_COMPARABLE USER_FOLDED(LIMIT_LOGIN)
struct span decide_comparable(const struct protocol_policy *p, struct span login,
                              char room[DECIDE_COMPARABLE]);

/* Sets the login's VPN user to the certificate's name. false: the login names a different VPN
 * user. */
bool decide_owner(const struct protocol_policy *p, struct decision *d, struct span user);

/* Whether mail programs must show a certificate: for this protocol; for any protocol. */
bool decide_wants_certificate(const struct protocol_policy *p);
bool decide_wants_certificates(const struct policy *p);

/* Whether the VPN user is the certificate's name, because no other method verifies one. */
bool decide_named_by_certificate(const struct protocol_policy *p);

/* Whether the certificate must name the VPN user of the login, whom another method verifies (R4.5a). */
bool decide_must_match(const struct protocol_policy *p);

/* Whether the certificate is enough, so that no login is needed. */
bool decide_by_certificate(const struct protocol_policy *p);

/* The name under which a user is authorized (R4.3): one that a method has verified. */
enum authorized_as {
    AUTHORIZE_VPN_NAME,    /* AAA or piggyback verifies it */
    AUTHORIZE_CERTIFICATE, /* the certificate's name, without AAA and piggyback */
    AUTHORIZE_MAIL_NAME,   /* only the mail server verifies: it is the user */
};
enum authorized_as decide_authorized(const struct protocol_policy *p);

/* Whether the protocol needs a password; whether mailwicket logs in to the mail server. */
bool decide_needs_password(const struct protocol_policy *p);
bool decide_authenticates(const struct protocol_policy *p);

#endif
