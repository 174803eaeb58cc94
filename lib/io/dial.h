/* SPDX-License-Identifier: ISC */
/*
 * dial - a TCP connection to one of several addresses, without ever blocking; and where addresses
 * come from.
 *
 *     dial_numeric, or dial_resolve (blocks: in a process of its own)
 *     event = dial_start(&d, &addresses, port, now);
 *     while (event == DIAL_PENDING)
 *         wait until d.fd is writable or d.deadline has come; event = dial_step(&d, now);
 *
 * The addresses are tried in turn, each for LIMIT_CONNECT_MS at most, all of them together for
 * LIMIT_DIAL_MS. d.fd can be another one after each step: who watches it stops before the step and
 * begins again behind it. Times are clock_ms.
 */
#ifndef MW_DIAL_H
#define MW_DIAL_H

#include <netinet/in.h>
#include <stdint.h>

#include "err.h"
#include "limits.h"
#include "span.h"

union dial_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

struct dial_addresses {
    size_t count;
    union dial_address list[LIMIT_ADDRESSES]; /* the port is not looked at */
};

/* The one address that host is, where it is one: IPv4 or IPv6, also in brackets. */
bool dial_numeric(struct dial_addresses *a, const char *host);

/* The addresses of a name, in the order to be tried. Blocks. 0, or -1 and e. */
int dial_resolve(struct dial_addresses *a, const char *host, struct err *e);

/* The two families in turn, the first one's first; the order within a family stays. So a network
 * that lost one family costs one wait, not one for each address. */
void dial_interleave(struct dial_addresses *a);

enum dial_event {
    DIAL_PENDING,
    DIAL_DONE,   /* d.fd: connected, non-blocking, CLOEXEC, TCP_NODELAY; the caller's from now on */
    DIAL_FAILED, /* d.why; d.fd is -1 */
};

struct dial {
    int fd;            /* -1: none */
    uint64_t deadline; /* when dial_step is due although nothing came */
    uint64_t end;      /* LIMIT_DIAL_MS behind the start */
    size_t next;       /* the address to be tried next */
    unsigned port;
    struct dial_addresses addresses;
    struct err why; /* what the last address said */
};

enum dial_event dial_start(struct dial *d, const struct dial_addresses *a, unsigned port,
                           uint64_t now);
enum dial_event dial_step(struct dial *d, uint64_t now);
void dial_cancel(struct dial *d); /* closes d.fd; fine at any time behind dial_start */

/* A connected socket's other end, or with own its own end: the address as text, IPv4-mapped IPv6 as
 * IPv4, and the port. false: not an Internet socket. */
bool dial_peer(int fd, bool own, char text[INET6_ADDRSTRLEN], uint16_t *port);

#endif
