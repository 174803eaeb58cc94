/* SPDX-License-Identifier: ISC */
/*
 * account - tells RADIUS accounting servers about a session (RFC 2866). It blocks, and so runs in a
 * process of its own.
 */
#ifndef MW_ACCOUNT_H
#define MW_ACCOUNT_H

#include "radius_ask.h"

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

/* Empty and 0 are left out, except for what a kind always has: INTERIM and STOP octets and
 * duration, all kinds event and delay. A text that is too long for an attribute is cut. */
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

/* Tells the group's servers in their order, up to the first that confirms; each has its timeout
 * or its share of LIMIT_AAA_MS. dead (NULL: none): servers to be left out, as aaa_question's;
 * those that fail now are added, and the one that confirms is taken away. kept: as radius_ask
 * has it. AAA_YES: one confirmed. AAA_TEMPORARY: none did, and e says why. Never AAA_NO. */
enum aaa_outcome radius_account(const struct server_group *g, const struct account *a,
                                uint32_t *dead, struct radius_tls **kept, struct err *e);

#endif
