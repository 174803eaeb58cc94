/* SPDX-License-Identifier: ISC */
/* radius_ask - one request to one RADIUS server, over UDP or TLS (RFC 6614), until a deadline. */
#ifndef MW_RADIUS_ASK_H
#define MW_RADIUS_ASK_H

#include "aaa.h"
#include "radius_packet.h"

/* A TLS connection that may serve several requests. */
struct radius_tls;

/* Blocks until the server answers, or at most until clock_ms is deadline.
 *
 * kept: NULL, or where the caller keeps a TLS connection between calls, NULL at first. A connection
 * to another server is closed, one to this server used, and after an answer *kept is open; the
 * caller ends it with radius_tls_close. UDP leaves it alone.
 *
 * AAA_YES, AAA_NO: as radius_answer_read. AAA_NO, too: the request doesn't fit into a packet.
 * AAA_TEMPORARY: no answer that can be believed; a->why names the server. */
enum aaa_outcome radius_ask(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct radius_tls **kept, struct aaa_answer *a);

/* Sends close_notify and frees; *kept is NULL afterwards, and may be before. */
void radius_tls_close(struct radius_tls **kept);

#endif
