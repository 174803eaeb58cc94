/* SPDX-License-Identifier: ISC */
/* probe - an edge; see probe.h and probe_talk.h. Believes nothing that the mail server says. Holds a
 * password only where its caller tries a login. */
#include "probe_talk.h"

#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "decide.h"
#include "dial.h"
#include "timed_stream.h"

/* A login that is never sent. */
#define NOBODY SPAN("nobody")

struct probe {
    const struct probe_task *task;
    struct timed_stream stream;
    struct back_config config;
    struct back *back;
    struct probe_result *result;
    char host[LIMIT_HOST + 1]; /* our name */
};

/* Each returns false after a failure, with p->stream.why set. */

static bool probe_tls(struct probe *p)
{
    const struct probe_task *task = p->task;
    const struct timed_stream_files files = {.ca = task->ca, .priority = task->priority};
    struct probe_result *r = p->result;

    if (timed_stream_tls(&p->stream, task->host, &files))
        return false;
    span_copy(r->tls, sizeof r->tls, span_str(timed_stream_version(&p->stream)));
    r->expires = timed_stream_expires(&p->stream);
    return true;
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

/* One turn of the dialogue. *done: it is at its end. */
static bool probe_step(struct probe *p, bool *done)
{
    enum back_event event = back_step(p->back);

    *done = event == BACK_DONE;
    if (*done)
        back_quit(p->back);
    if (!probe_say(p) && event != BACK_FAILED) /* it may have gone before our farewell */
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
        p->result->denial = p->back->failure;
        err_set(&p->stream.why, "%s", p->back->why);
    }
    return false;
}

static void probe_dialogue(struct probe *p)
{
    static struct back back; /* large */
    struct probe_result *r = p->result;
    bool done = false;

    p->back = &back;
    p->config = p->task->back;
    if (gethostname(p->host, sizeof p->host - 1) || !*p->host)
        strcpy(p->host, "localhost");
    if (!p->config.helo)
        p->config.helo = p->host;
    back_init(&back, &p->config);
    r->denial = DENIAL_TEMPORARY;
    /* The PROXY header goes in front of TLS. */
    r->good = probe_say(p) && (p->config.tls != SERVER_TLS_IMPLICIT || probe_tls(p));
    while (r->good && !done)
        r->good = probe_step(p, &done);
    r->offered = back.offered;
    span_copy(r->offer, sizeof r->offer, buf_span(&back.offer));
    back_wipe(&back);
    r->why = p->stream.why;
    timed_stream_close(&p->stream);
}

void probe_talk(int fd, const struct probe_task *task, unsigned ms, struct probe_result *result)
{
    struct probe p = {.task = task, .result = result};

    *result = (struct probe_result){.good = false};
    timed_stream_on(&p.stream, fd, clock_ms() + ms);
    probe_dialogue(&p);
}

void probe_server(const struct policy *policy, enum protocol protocol, const struct mail_server *s,
                  enum probe_depth depth, unsigned ms, struct probe_result *result)
{
    bool rehearse = depth == PROBE_REHEARSE;
    bool told = rehearse || s->client_address == CLIENT_ADDRESS_PROXY_V2;
    char own[INET6_ADDRSTRLEN] = "", peer[INET6_ADDRSTRLEN] = "";
    uint16_t own_port = 0, peer_port = 0;
    struct probe_task task = {
        .host = s->host, .ca = s->verify ? s->ca : NULL, .priority = policy_priority(policy)};
    struct probe p = {.task = &task, .result = result};

    *result = (struct probe_result){.denial = DENIAL_TEMPORARY};
    if (timed_stream_open(&p.stream, s->host, s->port, clock_ms() + ms)) {
        result->why = p.stream.why;
        return;
    }
    dial_peer(p.stream.fd, true, own, &own_port);
    dial_peer(p.stream.fd, false, peer, &peer_port);
    task.back = (struct back_config){
        .protocol = protocol,
        .tls = s->tls,
        .authenticate = rehearse && decide_authenticates(&policy->protocols[protocol]),
        .rehearse = true,
        .allow_unauthenticate = s->allow_unauthenticate,
        .user = NOBODY,
        .password = NOBODY,
        .client_address = told ? s->client_address : CLIENT_ADDRESS_NONE,
        .client = own,
        .client_port = own_port,
        .local = peer,
        .local_port = peer_port,
    };
    probe_dialogue(&p);
}
