/* SPDX-License-Identifier: ISC */
/*
 * verdict - asking a running program to load its policy anew, and hearing how that went.
 *
 * The question is SIGHUP, sent by sigqueue(3) with a value of ours; the answer is SIGUSR1, sent
 * back likewise to exactly the process that asked and still waits. A SIGHUP from a hand
 * (kill -HUP) is obeyed all the same, and answered to nobody.
 */
#ifndef MW_RELOAD_REPLY_H
#define MW_RELOAD_REPLY_H

#include <sys/types.h>

enum reload_reply {
    RELOAD_IN_FORCE = 1, /* the new policy is in force */
    RELOAD_REJECTED,     /* it is broken: the old one stays, and the log says why */
    RELOAD_GONE,         /* there is no such process, or it ended */
    RELOAD_FORBIDDEN,    /* it may not be sent signals by us */
    RELOAD_SILENT,       /* it didn't answer within the time */
};

/* Asks the process pid and waits up to ms. Blocks SIGUSR1 for good. */
enum reload_reply reload_reply_ask(pid_t pid, unsigned ms);

/* Whether a SIGHUP is such a question: its si_code and si_value.sival_int. */
int reload_reply_wanted(int code, int value);

/* Tells the process that asked. Where it is gone or may not be told, nothing happens. */
void reload_reply_tell(pid_t asker, enum reload_reply v);

#endif
