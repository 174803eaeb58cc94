/* SPDX-License-Identifier: ISC */
/*
 * tcp_peers - an edge: asks the kernel how long each TCP connection of this network namespace has
 * been quiet (sock_diag(7)). Neither the connections nor their processes notice.
 */
#ifndef MW_TCP_PEERS_H
#define MW_TCP_PEERS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct tcp_peer {
    struct in6_addr address; /* the remote end; IPv4 as IPv4-mapped */
    uint16_t port;
    uint32_t quiet; /* ms since data was sent or received; keepalives don't count */
};

struct tcp_peers {
    struct tcp_peer *all; /* owned; sorted */
    size_t count;
};

/* Lists all connections. Returns 0, or -1 with errno and p empty: the kernel refuses, or there is
 * no memory. Free with tcp_peers_free. */
int tcp_peers_load(struct tcp_peers *p);
void tcp_peers_free(struct tcp_peers *p);

/* Finds the connection with this remote end (address as text, IPv4 or IPv6) and sets *quiet; of
 * several, the one that was active last. Returns false if there is none. */
bool tcp_peers_find(const struct tcp_peers *p, const char *address, uint16_t port, uint32_t *quiet);

#endif
