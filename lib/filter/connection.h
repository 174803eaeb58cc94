/* SPDX-License-Identifier: ISC */
/* connection - the life of the process that serves one connection: it finds its helper, drops its
 * rights, enters its jail, runs the filter, and becomes the relay. */
#ifndef MW_CONNECTION_H
#define MW_CONNECTION_H

#include "prepare.h"

struct arrival {
    enum protocol protocol;
    const char *peer; /* started by hand, without TLS: the client address to assume; else NULL */
    bool keep_stderr; /* standard error is a log or a terminal, not the client */
};

/* Serves the client on descriptors 0 and 1. Returns only if the relay didn't take over, with the
 * program's exit status: 0, or 1 if the fault was ours (logged). */
int connection_serve(const struct prepared *p, const struct arrival *a);

/* The helper service's socket: its file name in the state directory. */
#define HELPER_SOCKET "verify"

/* Returns whether this machine has a helper service: its socket exists, or we may not look before
 * we are the user mailwicket. */
bool connection_has_service(const struct policy *p);

#endif
