/* SPDX-License-Identifier: ISC */
/* radius_transport - what radius_ask hands to its two transports, UDP and TLS. */
#ifndef MW_RADIUS_TRANSPORT_H
#define MW_RADIUS_TRANSPORT_H

#include "radius_ask.h"

struct radius_exchange {
    const struct aaa_server *server;
    const struct radius_request *request;
    unsigned port;
    uint64_t deadline;             /* clock_ms */
    char secret[LIMIT_SECRET + 1]; /* secret */
    struct radius_packet sent;     /* the request as radius_build made it last */
    struct radius_packet reply;    /* the answer, judged good */
};

/* Builds x->sent anew for the connected socket fd: with a salt of its own, and the socket's own
 * address as NAS-IP-Address or NAS-IPv6-Address. 0, or -1 and e. */
int radius_build(struct radius_exchange *x, int fd, struct err *e);

/* Both look the server's name up, send the request, and fill x->reply. 0, or -1 and e: no answer. */
int radius_udp(struct radius_exchange *x, struct err *e);
int radius_tls(struct radius_exchange *x, struct radius_tls **kept, struct err *e);

#endif
