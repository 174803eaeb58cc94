/* SPDX-License-Identifier: ISC */
/*
 * reload_reply - asks a running program to reload its policy, and waits for the reply.
 *
 * The request is SIGHUP, sent by sigqueue(3) with a value of ours. The reply is SIGUSR1 with a
 * value, sent by sigqueue(3) to the process that asked. A plain SIGHUP (kill -HUP) also reloads,
 * but gets no reply.
 */
#ifndef MW_RELOAD_REPLY_H
#define MW_RELOAD_REPLY_H

#include <sys/types.h>

enum reload_reply {
    RELOAD_IN_FORCE = 1, /* the new policy is in force */
    RELOAD_REJECTED,     /* the new policy is broken (see the log): the old one stays */
    RELOAD_GONE,         /* there is no such process, or it has ended */
    RELOAD_FORBIDDEN,    /* we may not send it signals */
    RELOAD_SILENT,       /* no reply in time */
};

/* Asks the process pid to reload and waits up to ms milliseconds. Leaves SIGUSR1 blocked. */
enum reload_reply reload_reply_ask(pid_t pid, unsigned ms);

/* Returns whether a SIGHUP wants a reply, by its si_code and si_value.sival_int. */
int reload_reply_wanted(int code, int value);

/* Sends the reply to the process that asked. Does nothing if that is 0, gone, or not ours to
 * signal. */
void reload_reply_tell(pid_t asker, enum reload_reply reply);

#endif
