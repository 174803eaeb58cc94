/* SPDX-License-Identifier: ISC */
/* radius_ask - an edge: chooses the transport; see radius_ask.h. Holds the server's secret and the
 * user's password, and wipes both. */
#include "radius_ask.h"

#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/random.h>

#include "radius_answer.h"
#include "radius_transport.h"
#include "secret.h"

#define TLS_SECRET "radsec" /* RFC 6614 section 2.3 */

/* The address that the server sees, into the request. */
static void add_own_address(struct radius_request *r, const struct sockaddr_storage *own)
{
    if (own->ss_family == AF_INET)
        radius_text(r, RADIUS_NAS_IP_ADDRESS,
                    span_of(&((const struct sockaddr_in *)own)->sin_addr, sizeof(struct in_addr)));
    else
        radius_text(
            r, RADIUS_NAS_IPV6_ADDRESS,
            span_of(&((const struct sockaddr_in6 *)own)->sin6_addr, sizeof(struct in6_addr)));
}

int radius_build(struct radius_exchange *x, int fd, struct err *e)
{
    struct radius_request mine = *x->request;
    struct sockaddr_storage own;
    socklen_t size = sizeof own;
    struct radius_salt salt;

    if (getsockname(fd, (struct sockaddr *)&own, &size) ||
        getrandom(&salt, sizeof salt, 0) != sizeof salt)
        return err_set(e, "%s", strerror(errno));
    add_own_address(&mine, &own);
    return packet_build(&x->sent, &mine, &salt, x->secret)
               ? 0
               : err_set(e, "the request is too long for RADIUS");
}

static int load_secret(struct radius_exchange *x, struct err *e)
{
    if (*x->server->secret)
        return secret_read(x->server->secret, x->secret, e);
    memcpy(x->secret, TLS_SECRET, sizeof TLS_SECRET);
    return 0;
}

enum aaa_outcome radius_ask(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct radius_tls **kept, struct aaa_answer *a)
{
    struct radius_exchange x = {
        .server = s,
        .request = r,
        .port = r->kind == RADIUS_ACCOUNTING || r->kind == RADIUS_STATUS_ACCOUNTING
                    ? s->accounting_port
                    : s->port,
        .deadline = deadline,
    };
    enum aaa_outcome outcome = AAA_TEMPORARY;
    struct err e;

    if (r->overflow) {
        err_set(&a->why, "the request is too long for RADIUS");
        return AAA_NO;
    }
    if (load_secret(&x, &e) == 0 && (s->tls ? radius_tls(&x, kept, &e) : radius_udp(&x, &e)) == 0)
        outcome = radius_answer_read(span_of(x.reply.p, x.reply.size), a);
    else
        err_set(&a->why, "server %s port %u: %.400s", s->host, x.port, e.text);
    explicit_bzero(&x, sizeof x);
    return outcome;
}
