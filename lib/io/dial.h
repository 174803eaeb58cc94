/* SPDX-License-Identifier: ISC */
/*
 * dial - connects to one of several addresses by TCP without blocking; and looks addresses up.
 *
 *     dial_numeric, or dial_resolve (blocks: call it in a process of its own)
 *     event = dial_start(&d, &addresses, port, now);
 *     while (event == DIAL_PENDING)
 *         wait until d.fd is writable or d.deadline is reached; event = dial_step(&d, now);
 *
 * Tries the addresses in turn, each for at most LIMIT_CONNECT_MS, all together for at most
 * LIMIT_DIAL_MS. Every step may replace d.fd: the caller stops watching it before the step and
 * starts again after it. Times are clock_ms.
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
    union dial_address list[LIMIT_ADDRESSES]; /* the port in them is ignored */
};

/* Parses host as an IPv4 or IPv6 address, with or without brackets. Returns false, with a empty, if
 * it is no address. */
bool dial_numeric(struct dial_addresses *a, const char *host);

/* Looks up the addresses of a name, in the order to try them. Blocks. Returns 0, or -1 and e. */
int dial_resolve(struct dial_addresses *a, const char *host, struct err *e);

/* Alternates the two address families, beginning with the first address's; keeps the order within a
 * family. So a network without one of the families costs one wait, not one per address. */
void dial_interleave(struct dial_addresses *a);

enum dial_event {
    DIAL_PENDING,
    DIAL_DONE,   /* d.fd is connected, non-blocking, CLOEXEC and TCP_NODELAY; the caller owns it */
    DIAL_FAILED, /* see d.why; d.fd is -1 */
};

struct dial {
    int fd;            /* -1: none */
    uint64_t deadline; /* when to call dial_step at the latest */
    uint64_t end;      /* LIMIT_DIAL_MS after the start */
    size_t next;       /* index of the address to try next */
    unsigned port;
    struct dial_addresses addresses;
    struct err why; /* why the last address failed */
};

enum dial_event dial_start(struct dial *d, const struct dial_addresses *a, unsigned port,
                           uint64_t now);
enum dial_event dial_step(struct dial *d, uint64_t now);
void dial_cancel(struct dial *d); /* closes d.fd; allowed at any time after dial_start */

/* Gives address (as text, IPv4-mapped IPv6 as IPv4) and port of a connected socket's peer, also if it
 * has reset the connection since, or with own of the socket itself. Returns false if it isn't a TCP
 * socket. */
bool dial_peer(int fd, bool own, char text[INET6_ADDRSTRLEN], uint16_t *port);

#endif
