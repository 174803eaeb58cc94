/* SPDX-License-Identifier: ISC */
/*
 * account - telling a RADIUS accounting server of a session (RFC 2866). Blocks: runs in a process
 * of its own.
 */
#ifndef MW_ACCOUNT_H
#define MW_ACCOUNT_H

#include "aaa.h"

enum account_kind { /* Acct-Status-Type */
                    ACCOUNT_START = 1,
                    ACCOUNT_STOP = 2,
                    ACCOUNT_INTERIM = 3,
                    ACCOUNT_ON = 7, /* the proxy starts: what it had before is over */
                    ACCOUNT_OFF = 8,
};

enum account_cause { /* Acct-Terminate-Cause, RFC 2866 section 5.10; 0: left out */
                     ACCOUNT_USER_REQUEST = 1,
                     ACCOUNT_LOST_CARRIER = 2,
                     ACCOUNT_LOST_SERVICE = 3,
                     ACCOUNT_IDLE_TIMEOUT = 4,
                     ACCOUNT_SESSION_TIMEOUT = 5,
                     ACCOUNT_ADMIN_RESET = 6,
                     ACCOUNT_ADMIN_REBOOT = 7,
                     ACCOUNT_PORT_ERROR = 8,
                     ACCOUNT_NAS_ERROR = 9,
                     ACCOUNT_NAS_REQUEST = 10,
                     ACCOUNT_NAS_REBOOT = 11,
                     ACCOUNT_USER_ERROR = 17,
                     ACCOUNT_HOST_REQUEST = 18,
};

/* What is empty or 0 is left out, but for what the kind wants: octets and duration in INTERIM and
 * STOP, event and delay always. A text longer than an attribute is cut. */
struct account {
    enum account_kind kind;
    struct span session; /* Acct-Session-Id */
    struct span user;    /* User-Name */
    struct span class;   /* as aaa_answer has it */
    const char *client;  /* Calling-Station-Id: the client's address; NULL: none */
    struct span server;  /* Called-Station-Id: the mail server's name */
    uint64_t in, out;    /* octets from and to the client, with Gigawords */
    uint64_t duration;   /* s, Acct-Session-Time */
    unsigned cause;      /* enum account_cause; STOP */
    int64_t event;       /* s since 1970, Event-Timestamp: when it happened */
    uint64_t delay;      /* s since then, Acct-Delay-Time */
};

/* The group's servers are told in their order, up to the first that confirms; each has its timeout
 * or its share of LIMIT_AAA_MS. Of *dead (NULL: none) as aaa_question's and aaa_answer's dead:
 * servers that are left out; those that failed now are added, and the one that confirmed taken
 * away. AAA_YES: one confirmed. AAA_TEMPORARY: none did, e says why. Never AAA_NO. */
enum aaa_outcome radius_account(const struct server_group *g, const struct account *a,
                                uint32_t *dead, struct err *e);

#endif
