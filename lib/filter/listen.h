/* SPDX-License-Identifier: ISC */
/* listen - mailwicket with listening sockets: loads once, then forks a process per connection. */
#ifndef MW_LISTEN_H
#define MW_LISTEN_H

#include "connection.h"

#define LISTENERS_MAX 64

struct listener_socket {
    int fd;
    enum protocol protocol;
    char interface[LIMIT_POLICY_NAME + 1]; /* "": any interface */
    bool enabled;                          /* set by listen_serve: what the policy says */
};

/* Returns whether the policy enables the socket's protocol, on its interface if it has one. */
bool listen_enabled(const struct policy *p, const struct listener_socket *s);

/* Serves until SIGTERM or SIGINT. SIGHUP reloads everything into p; if the new policy is broken,
 * the old one stays in force. A program that sent SIGHUP by reload_reply_ask gets the reply.
 * Clients on a socket that the new policy no longer enables are disconnected at once; the socket
 * itself stays open, because the service manager owns it. Returns the exit status; in a
 * connection's process that of connection_serve. */
int listen_serve(struct prepared *p, struct listener_socket *sockets, size_t count,
                 bool keep_stderr);

#endif
