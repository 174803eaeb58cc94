/* SPDX-License-Identifier: ISC */
/* probe - an edge; see probe.h. Believes nothing that the mail server says; holds no password. */
#include "probe.h"

#include <string.h>
#include <unistd.h>

#include "back.h"
#include "clock.h"
#include "dial.h"
#include "timed_stream.h"

struct probe {
    const struct mail_server *server;
    struct timed_stream stream;
    struct back_config config;
    struct back *back;
    char host[LIMIT_HOST + 1]; /* our name */
    char own[INET6_ADDRSTRLEN], peer[INET6_ADDRSTRLEN];
};

/* Each returns false after a failure, with p->stream.why set. */

static bool probe_tls(struct probe *p)
{
    const struct mail_server *s = p->server;
    const struct timed_stream_files files = {.ca = s->verify ? s->ca : NULL};

    return timed_stream_tls(&p->stream, s->host, &files) == 0;
}

static bool probe_say(struct probe *p)
{
    struct buf *out = &p->back->out;

    while (out->len > 0) {
        ssize_t n = timed_stream_write(&p->stream, out->p, out->len);
        if (n < 0)
            return false;
        buf_consume(out, (size_t)n);
    }
    return true;
}

static bool probe_hear(struct probe *p)
{
    struct buf *in = &p->back->in;
    ssize_t n = timed_stream_read(&p->stream, buf_end(in), buf_room(in));

    if (n > 0)
        buf_grew(in, (size_t)n);
    return n > 0;
}

/* One turn of the dialogue. *done: the capabilities are known. */
static bool probe_step(struct probe *p, bool *done)
{
    enum back_event event = back_step(p->back);

    *done = event == BACK_DONE;
    if (*done)
        back_quit(p->back);
    if (!probe_say(p)) /* it may have gone before our farewell */
        return *done;
    switch (event) {
    case BACK_MORE:
        return probe_hear(p);
    case BACK_START_TLS:
        if (!probe_tls(p))
            return false;
        back_tls_started(p->back);
        return true;
    case BACK_DONE:
        return true;
    case BACK_FAILED:
        err_set(&p->stream.why, "%s", p->back->why);
    }
    return false;
}

static void probe_configure(struct probe *p, enum protocol protocol)
{
    uint16_t own_port = 0, peer_port = 0;
    bool proxy = p->server->client_address == CLIENT_ADDRESS_PROXY_V2;

    if (gethostname(p->host, sizeof p->host - 1) || !*p->host)
        strcpy(p->host, "localhost");
    dial_peer(p->stream.fd, true, p->own, &own_port);
    dial_peer(p->stream.fd, false, p->peer, &peer_port);
    p->config = (struct back_config){
        .protocol = protocol,
        .tls = p->server->tls,
        .helo = p->host,
        .client_address = proxy ? CLIENT_ADDRESS_PROXY_V2 : CLIENT_ADDRESS_NONE,
        .client = p->own,
        .client_port = own_port,
        .local = p->peer,
        .local_port = peer_port,
    };
}

void probe_server(enum protocol protocol, const struct mail_server *s, struct probe_result *result)
{
    static struct back back; /* large */
    struct probe p = {.server = s, .back = &back};
    bool done = false;

    *result = (struct probe_result){.good = false};
    if (timed_stream_open(&p.stream, s->host, s->port, clock_ms() + LIMIT_PROBE_MS) == 0) {
        probe_configure(&p, protocol);
        back_init(&back, &p.config);
        /* The PROXY header goes in front of TLS. */
        result->good = probe_say(&p) && (s->tls != SERVER_TLS_IMPLICIT || probe_tls(&p));
        while (result->good && !done)
            result->good = probe_step(&p, &done);
    }
    if (result->good)
        span_copy(result->offer, sizeof result->offer, buf_span(&back.offer));
    result->why = p.stream.why;
    timed_stream_close(&p.stream);
}
