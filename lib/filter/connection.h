/* SPDX-License-Identifier: ISC */
/* connection - the life of the process that serves one connection: finds its helper, gives its
 * rights away, enters its jail, runs the session, becomes the relay. */
#ifndef MW_CONNECTION_H
#define MW_CONNECTION_H

#include "prepare.h"

struct arrival {
    enum protocol protocol;
    const char *peer; /* by hand: the client's address that is claimed, without TLS; else NULL */
    bool keep_stderr; /* standard error is a log or a terminal, not the client */
};

/* Serves the client on descriptors 0 and 1. Returns the program's exit status when the session did
 * not come about: 0, or 1 when something of ours was amiss (logged). */
int connection_serve(const struct prepared *p, const struct arrival *a);

/* The file name of a socket in the state directory: the helper service's. */
#define HELPER_SOCKET "verify"

/* Whether this machine has a helper service: its socket is there, or stands where we may not look
 * before we are the user mailwicket. */
bool connection_has_service(const struct policy *p);

#endif
