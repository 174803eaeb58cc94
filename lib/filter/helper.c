/* SPDX-License-Identifier: ISC */
/* helper - the filter's side of the conversation with mailwicket-verify; see wire.h. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "message.h"
#include "filter_internal.h"

/* Both directions, one message at a time; wiped behind each. */
static char room[LIMIT_MESSAGE];

/* What came behind the client's certificate: static, so that it costs nothing where none came. */
static char issuers_room[LIMIT_ISSUERS];

void filter_note(const struct filter *s, int level, const char *event, const char *reason)
{
    struct log_line l;

    log_start(&l, level, event);
    log_str(&l, "protocol", protocol_name(s->config->policy->protocol));
    log_str(&l, "client", *s->address ? s->address : NULL);
    log_str(&l, "reason", reason);
    log_send(&l);
}

void filter_refuse_certificate(const struct filter *s)
{
    enum client_verdict v = tls_verdict(s->client.tls);
    bool ours = v == CLIENT_NO_CRL || v == CLIENT_OLD_CRL, wrong = client_verdict_wrong(v);
    char subject[LIMIT_NAME + 1];
    struct log_line l;

    client_subject(tls_certificate(s->client.tls, NULL), subject, sizeof subject);
    log_start(&l, ours ? LOG_ERR : LOG_NOTICE, wrong ? "not-authenticated" : "refused");
    log_str(&l, "protocol", protocol_name(s->config->policy->protocol));
    log_str(&l, "client", *s->address ? s->address : NULL);
    log_str(&l, "certificate", *subject ? subject : NULL);
    log_str(&l, "denial",
            wrong  ? denial_name(DENIAL_REFUSED)
            : ours ? denial_name(DENIAL_ADMIN)
                   : NULL);
    log_str(&l, "reason", tls_why(s->client.tls));
    log_send(&l);
}

/* Without its helper a connection can only say goodbye. */
static void helper_lost(struct filter *s, const char *why)
{
    filter_note(s, LOG_ERR, "helper-lost", why);
    if (s->helper >= 0)
        close(s->helper);
    s->helper = -1;
    login_goodbye(s->login, GOODBYE_TROUBLE);
}

static void tell(struct filter *s, const struct wire *w, const int *fds, size_t count)
{
    struct buf out = BUF(room);

    if (s->helper < 0)
        return;
    if (!wire_encode(w, &out))
        helper_lost(s, "a message over its limits");
    else if (message_send(s->helper, buf_span(&out), fds, count))
        helper_lost(s, strerror(errno));
    buf_wipe(&out);
}

void filter_hello(struct filter *s)
{
    struct wire w = {.type = WIRE_HELLO, .hello = {.protocol = s->config->policy->protocol}};

    if (s->helper < 0) {
        login_goodbye(s->login, GOODBYE_TROUBLE);
        return;
    }
    tell(s, &w, &s->client.in, 1);
}

void filter_tell_user(struct filter *s)
{
    struct wire w = {.type = WIRE_USER, .user = {.login = buf_span(&s->login->front.name)}};

    tell(s, &w, NULL, 0);
}

void filter_ask(struct filter *s)
{
    const struct front *f = &s->login->front;
    struct buf issuers = BUF(issuers_room);
    struct wire w = {
        .type = WIRE_VERIFY,
        .verify = {.mechanism = f->mechanism,
                   .login = buf_span(&f->name),
                   .password = buf_span(&f->password),
                   .helo = buf_span(&f->helo)},
    };

    if (s->client.tls) {
        w.verify.tls_version = span_str(tls_version(s->client.tls));
        w.verify.tls_cipher = span_str(tls_cipher(s->client.tls));
        w.verify.certificate = tls_certificate(s->client.tls, &issuers);
        w.verify.issuers = buf_span(&issuers);
    }
    s->verify_deadline = clock_ms() + LIMIT_VERIFY_MS;
    tell(s, &w, NULL, 0);
}

void filter_tell_result(struct filter *s)
{
    struct wire w = {.type = WIRE_RESULT, .result = s->login->result};

    if (s->server.tls)
        w.result.server_tls = span_str(tls_version(s->server.tls));
    s->verify_deadline = clock_ms() + LIMIT_VERIFY_MS;
    tell(s, &w, NULL, 0);
    if (!s->login->result.done)
        stream_close(&s->server);
}

void filter_server_failed(struct filter *s, const char *why)
{
    static char kept[256];

    snprintf(kept, sizeof kept, "%s", why);
    s->start_tls = s->server_in_tls = false;
    login_server_failed(s->login, kept);
}

/* The descriptors that came with a message: a GRANT's are kept, any others are a fault. */
static bool take_descriptors(struct filter *s, const struct wire *w, const int *fds, size_t count)
{
    size_t due = w->type != WIRE_GRANT ? 0 : s->config->helper_stays ? 1 : 2;

    if (count != due)
        return false;
    if (due > 0) {
        s->server = stream_on(fds[0], fds[0]);
        s->report = due > 1 ? fds[1] : -1;
        s->server_deadline = clock_ms() + LIMIT_BACKEND_MS;
    }
    return true;
}

void filter_hear(struct filter *s)
{
    int fds[MESSAGE_FDS];
    size_t count = 0;
    struct wire w;
    ssize_t n = message_recv(s->helper, room, sizeof room, fds, &count);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        helper_lost(s, n ? strerror(errno) : "it closed the conversation");
        return;
    }
    bool good = wire_decode(&w, span_of(room, (size_t)n)) && login_message(s->login, &w);
    if (!good || !take_descriptors(s, &w, fds, count)) {
        for (size_t i = 0; i < count; i++)
            close(fds[i]);
        helper_lost(s, "an unexpected message");
    }
    explicit_bzero(room, (size_t)n);
}
