/* SPDX-License-Identifier: ISC */
/* denial - the kinds of reasons for which a login is denied or a connection ended. There are only a
 * few, because the client must not learn more; the log has the exact reason. The values stand in
 * messages. PURE. */
#ifndef MW_DENIAL_H
#define MW_DENIAL_H

enum denial {
    DENIAL_REFUSED = 1, /* wrong name, password or certificate, no permission: never says which */
    DENIAL_TEMPORARY,   /* an AAA server, a mail server or a part of Mailwicket is down */
    DENIAL_LIMIT,       /* a limit on sessions is reached */
    DENIAL_ADMIN,       /* the configuration is at fault: only the administrator can help */
    DENIAL_UNCLEAR,     /* the mail server's answer does not tell which of these */
};
#define DENIAL_LAST DENIAL_UNCLEAR

enum goodbye {
    GOODBYE_EVICTED = 1, /* it was the one to go when the outstanding limit was passed */
    GOODBYE_BUSY,        /* max-sessions is reached, or the penalty's queue is full */
    GOODBYE_TIMEOUT,     /* login-timeout is over */
    GOODBYE_LOGGED_OFF,  /* the administrator logged it off */
    GOODBYE_TROUBLE,     /* the helper is away, the state file is full … */
};

const char *denial_name(enum denial d); /* "refused", "temporary", "limit", "admin", "unclear" */

#endif
