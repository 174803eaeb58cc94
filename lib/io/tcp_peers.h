/* SPDX-License-Identifier: ISC */
/*
 * tcp_peers - an edge: how long each TCP connection of this network namespace has been quiet, as
 * the kernel knows it (sock_diag(7)). Neither the connections nor their processes notice.
 */
#ifndef MW_TCP_PEERS_H
#define MW_TCP_PEERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcp_peer {
    struct in6_addr address; /* the far end; IPv4 as mapped */
    uint16_t port;
    uint32_t quiet; /* ms since data came or went; keepalive isn't data */
};

struct tcp_peers {
    struct tcp_peer *all; /* owned; in order */
    size_t count;
};

/* One dump of all of them. 0, or -1 with errno: this kernel doesn't tell, or there is no memory;
 * *p is empty then. */
int tcp_peers_load(struct tcp_peers *p);
void tcp_peers_free(struct tcp_peers *p);

/* The connection whose far end is this (as text; IPv4 or IPv6). false: there is none. Of several
 * the one that was active last. */
bool tcp_peers_find(const struct tcp_peers *p, const char *address, uint16_t port, uint32_t *quiet);

#endif
