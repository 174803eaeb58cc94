/* SPDX-License-Identifier: ISC */
/* probe_talk - talks to a mail server as a login does, on a connection that is there: greeting,
 * TLS, capabilities, perhaps the login itself; then says goodbye. */
#ifndef MW_PROBE_TALK_H
#define MW_PROBE_TALK_H

#include "back.h"
#include "probe.h"

struct probe_task {
    struct back_config back; /* helo: NULL is this machine's name */
    const char *host;        /* the name that the server's certificate must have */
    const char *ca;          /* as in timed_stream_files */
    const char *priority;    /* likewise */
};

/* fd is a connected, non-blocking socket, which this closes. Blocks for at most ms. The strings of
 * task outlive the call; a password in it is wiped from our buffers, not from task. */
void probe_talk(int fd, const struct probe_task *task, unsigned ms, struct probe_result *result);

#endif
