/* SPDX-License-Identifier: ISC */
/* listen - mailwicket with listening sockets: loads once, forks a process for each connection. */
#ifndef MW_LISTEN_H
#define MW_LISTEN_H

#include "connection.h"

#define LISTENERS_MAX 64

struct listener_socket {
    int fd;
    enum protocol protocol;
    char interface[LIMIT_POLICY_NAME + 1]; /* "" : whatever comes, comes for the protocol */
    bool enabled;                          /* listen_serve's: what the policy says of the pair */
};

/* Whether the policy enables the socket's protocol, on its interface where it has one. */
bool listen_enabled(const struct policy *p, const struct listener_socket *s);

/* Serves until SIGTERM or SIGINT; SIGHUP loads everything anew (what is broken leaves the old in
 * force), and who asked by reload_reply_ask hears which of the two it was. p is replaced by what was
 * loaded last. On a socket whose interface a new policy no longer enables clients are turned away
 * at once: the socket itself is its maker's to close. Returns the exit status: in a connection's
 * process that of connection_serve. */
int listen_serve(struct prepared *p, struct listener_socket *sockets, size_t count,
                 bool keep_stderr);

#endif
