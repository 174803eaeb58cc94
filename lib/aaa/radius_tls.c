/* SPDX-License-Identifier: ISC */
/* radius_tls - an edge: RADIUS over TLS (RFC 6614, RFC 6613); see radius_transport.h. Holds the
 * user's password; believes only a server that the CA vouches for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "clock.h"
#include "radius_transport.h"
#include "timed_stream.h"

struct radius_tls {
    const struct aaa_server *server;
    unsigned port;
    struct timed_stream stream;
    char room[RADIUS_PACKET];
    struct buf in; /* what came and is not yet cut into packets */
};

enum tls_end {
    TLS_DONE,
    TLS_CLOSED, /* the connection is closed */
    TLS_FAILED, /* anything else */
};

/* --- speaking -----------------------------------------------------------------------------------*/

/* After a call on the stream that returned n, 0 or -1. */
static enum tls_end tls_fail(const struct radius_tls *t, ssize_t n, struct err *e)
{
    bool closed = n == 0 || errno == ECONNRESET || errno == EPIPE;

    err_set(e, "%s", t->stream.why.text);
    return closed ? TLS_CLOSED : TLS_FAILED;
}

static enum tls_end tls_say(struct radius_tls *t, const struct radius_exchange *x, struct err *e)
{
    t->stream.deadline = x->deadline;
    for (size_t done = 0; done < x->sent.size;) {
        ssize_t n = timed_stream_write(&t->stream, x->sent.p + done, x->sent.size - done);

        if (n <= 0)
            return tls_fail(t, n, e);
        done += (size_t)n;
    }
    return TLS_DONE;
}

/* Adds to t->in what comes next: room is left, since no packet is longer than t->room. */
static enum tls_end tls_receive(struct radius_tls *t, uint64_t deadline, struct err *e)
{
    ssize_t n = timed_stream_read(&t->stream, buf_end(&t->in), buf_room(&t->in));

    if (n <= 0)
        return tls_fail(t, n, e);
    buf_grew(&t->in, (size_t)n);
    if (clock_ms() < deadline)
        return TLS_DONE;
    err_set(e, "no answer");
    return TLS_FAILED;
}

/* Cuts the next packet off the stream into x->reply, and judges it. PACKET_FOREIGN, too: there is
 * none yet. */
static enum packet_verdict tls_take(struct radius_tls *t, struct radius_exchange *x, bool *more)
{
    struct span stream = buf_span(&t->in), packet;
    enum packet_stream cut = packet_cut(&stream, &packet);

    *more = cut == STREAM_MORE;
    if (cut != STREAM_PACKET)
        return cut == STREAM_MORE ? PACKET_FOREIGN : PACKET_BROKEN;
    memcpy(x->reply.p, packet.p, packet.n);
    x->reply.size = packet.n;
    buf_consume(&t->in, packet.n);
    return packet_judge(&x->sent, span_of(x->reply.p, x->reply.size), x->secret,
                        x->server->require_signature);
}

/* Skips packets that answer another request. After any other fault the stream can't be believed any
 * more (RFC 6613 section 2.6.4). */
static enum tls_end tls_hear(struct radius_tls *t, struct radius_exchange *x, struct err *e)
{
    static const char *const faults[] = {
        [PACKET_BROKEN] = "the server sent a broken packet",
        [PACKET_FORGED] = "the answer can't be believed: is the secret right?",
        [PACKET_UNSIGNED] = "the answer has no Message-Authenticator",
    };
    enum packet_verdict verdict;
    bool more;

    while ((verdict = tls_take(t, x, &more)) == PACKET_FOREIGN) {
        enum tls_end end = more ? tls_receive(t, x->deadline, e) : TLS_DONE;
        if (end != TLS_DONE)
            return end;
    }
    if (verdict == PACKET_GOOD)
        return TLS_DONE;
    err_set(e, "%s", faults[verdict]);
    return TLS_FAILED;
}

/* --- connections --------------------------------------------------------------------------------*/

static struct radius_tls *tls_open(const struct radius_exchange *x, struct err *e)
{
    const struct aaa_server *s = x->server;
    const struct timed_stream_files files = {
        .ca = s->ca, .certificate = s->certificate, .key = s->key};
    struct radius_tls *t = calloc(1, sizeof *t);

    if (!t) {
        err_set(e, "%s", strerror(errno));
        return NULL;
    }
    t->server = s;
    t->port = x->port;
    t->in = BUF(t->room);
    if (timed_stream_open(&t->stream, s->host, x->port, x->deadline) == 0 &&
        timed_stream_tls(&t->stream, s->host, &files) == 0)
        return t;
    err_set(e, "%s", t->stream.why.text);
    radius_tls_close(&t);
    return NULL;
}

void radius_tls_close(struct radius_tls **kept)
{
    struct radius_tls *t = *kept;

    *kept = NULL;
    if (!t)
        return;
    timed_stream_close(&t->stream);
    free(t);
}

static enum tls_end tls_exchange(struct radius_exchange *x, struct radius_tls **kept, struct err *e)
{
    struct radius_tls *t = *kept ? *kept : tls_open(x, e);
    enum tls_end end = TLS_FAILED;

    *kept = t;
    if (!t)
        return TLS_FAILED;
    if (radius_build(x, t->stream.fd, e) == 0)
        end = tls_say(t, x, e);
    if (end == TLS_DONE)
        end = tls_hear(t, x, e);
    if (end != TLS_DONE)
        radius_tls_close(kept);
    return end;
}

/* A connection that was kept may have been closed meanwhile, and one that was not may be closed by a
 * server that restarts: in both cases a new one gets a try. */
static int tls_try_twice(struct radius_exchange *x, struct radius_tls **kept, struct err *e)
{
    enum tls_end end = tls_exchange(x, kept, e);

    if (end == TLS_CLOSED)
        end = tls_exchange(x, kept, e);
    return end == TLS_DONE ? 0 : -1;
}

int radius_tls(struct radius_exchange *x, struct radius_tls **kept, struct err *e)
{
    struct radius_tls *own = NULL;
    int failed;

    if (!kept) {
        failed = tls_try_twice(x, &own, e);
        radius_tls_close(&own);
        return failed;
    }
    if (*kept && ((*kept)->server != x->server || (*kept)->port != x->port))
        radius_tls_close(kept);
    return tls_try_twice(x, kept, e);
}
