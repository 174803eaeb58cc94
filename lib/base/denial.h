/* SPDX-License-Identifier: ISC */
/* denial - why a login or a connection gets nothing: a few kinds only, since the client must not
 * learn more; the log has the reason. The values stand in messages. PURE. */
#ifndef MW_DENIAL_H
#define MW_DENIAL_H

enum denial {
    DENIAL_REFUSED = 1, /* wrong name, password, certificate, no permission: never said which */
    DENIAL_TEMPORARY,   /* an AAA or mail server or a part of Mailwicket is down: try later */
    DENIAL_LIMIT,       /* a limit of sessions is reached */
    DENIAL_ADMIN,       /* the configuration doesn't let this work: only the administrator can */
};

enum goodbye {
    GOODBYE_EVICTED = 1, /* the oldest beyond the outstanding limit */
    GOODBYE_BUSY,        /* max-sessions, or the penalty's queue is full */
    GOODBYE_TIMEOUT,     /* login-timeout */
    GOODBYE_LOGGED_OFF,  /* by the administrator */
    GOODBYE_TROUBLE,     /* the helper is not there, the state file is full … */
};

const char *denial_name(enum denial d);   /* "refused", "temporary", "limit", "admin" */
const char *goodbye_name(enum goodbye g); /* "outstanding-limit", "busy", "login-timeout" … */

#endif
