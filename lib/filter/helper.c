/* SPDX-License-Identifier: ISC */
/* helper - the filter's side of the conversation with mailwicket-verify; see wire.h. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "message.h"
#include "filter_internal.h"

/* For one message at a time in either direction; wiped after each. */
static char room[LIMIT_MESSAGE];

/* The rest of the client's certificate chain. Static, so that it costs nothing if there is none. */
static char issuers_room[LIMIT_ISSUERS];

static struct wire_note last_note;
static char last_subject[LIMIT_NAME + 1], last_why[LIMIT_WHY + 1];

/* What the helper does with a note (answer.c), without what it alone knows. */
static void log_note(const struct filter *f, const struct wire_note *n)
{
    const struct noted_traits *traits = noted_traits(n->noted);
    struct log_line l;

    log_start(&l, traits->level, traits->event);
    log_str(&l, "protocol", protocol_name(f->config->policy->protocol));
    log_str(&l, "client", *f->address ? f->address : NULL);
    if (n->certificate.n)
        log_text(&l, "certificate", n->certificate);
    log_str(&l, "denial", traits->denial ? denial_name(traits->denial) : NULL);
    if (n->why.n)
        log_text(&l, "reason", n->why);
    log_send(&l);
}

/* Changes nothing of the connection where the helper is gone: what is noted ends it anyway, or the next
 * request finds out. */
static void send_note(struct filter *f, struct wire_note note)
{
    struct wire w = {.type = WIRE_NOTE, .note = note};
    struct buf out = BUF(room);

    f->noted = f->helper >= 0 && wire_encode(&w, &out) &&
               message_send(f->helper, buf_span(&out), NULL, 0) == 0;
    if (!f->noted)
        log_note(f, &note);
    buf_wipe(&out);
    span_copy(last_subject, sizeof last_subject, note.certificate);
    span_copy(last_why, sizeof last_why, note.why);
    last_note = (struct wire_note){note.noted, span_str(last_subject), span_str(last_why)};
}

/* Drops what still comes. true: the helper has closed the conversation. */
static bool helper_closed(const struct filter *f)
{
    int fds[MESSAGE_FDS];
    size_t count = 0;
    ssize_t n = message_recv(f->helper, room, sizeof room, fds, &count);

    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    return n == 0 || (n < 0 && errno != EAGAIN && errno != EPROTO);
}

void filter_part(struct filter *f)
{
    uint64_t now = clock_ms(), end = now + LIMIT_GOODBYE_MS;
    struct pollfd p = {.fd = f->helper, .events = POLLIN};

    if (f->helper < 0 || !f->noted)
        return;
    shutdown(f->helper, SHUT_WR);
    for (; now < end; now = clock_ms())
        if (poll(&p, 1, (int)(end - now)) > 0 && helper_closed(f))
            return;
    log_note(f, &last_note);
}

void filter_note(struct filter *f, enum noted noted, const char *why)
{
    send_note(f, (struct wire_note){.noted = noted, .why = span_head(span_str(why), LIMIT_WHY)});
}

void filter_refuse_certificate(struct filter *f)
{
    enum client_verdict v = tls_verdict(f->client.tls);
    bool ours = v == CLIENT_NO_CRL || v == CLIENT_OLD_CRL;
    char subject[LIMIT_NAME + 1];

    client_subject(tls_certificate(f->client.tls, NULL), subject, sizeof subject);
    send_note(f, (struct wire_note){
                     .noted = client_verdict_wrong(v) ? NOTED_CERTIFICATE_WRONG
                              : ours                  ? NOTED_CERTIFICATE_UNJUDGED
                                                      : NOTED_CERTIFICATE_REFUSED,
                     .certificate = span_str(subject),
                     .why = span_head(span_str(tls_why(f->client.tls)), LIMIT_WHY),
                 });
}

static void log_helper_lost(const struct filter *f, const char *why)
{
    struct log_line l;

    log_start(&l, LOG_ERR, "helper-lost");
    log_str(&l, "protocol", protocol_name(f->config->policy->protocol));
    log_str(&l, "client", *f->address ? f->address : NULL);
    log_str(&l, "reason", why);
    log_send(&l);
}

/* Without its helper a connection can only say goodbye. */
static void helper_lost(struct filter *f, const char *why)
{
    log_helper_lost(f, why);
    if (f->helper >= 0)
        close(f->helper);
    f->helper = -1;
    login_goodbye(f->login, GOODBYE_TROUBLE);
}

static void send_to_helper(struct filter *f, const struct wire *w, const int *fds, size_t count)
{
    struct buf out = BUF(room);

    if (f->helper < 0)
        return;
    if (!wire_encode(w, &out))
        helper_lost(f, "a message exceeds its limits");
    else if (message_send(f->helper, buf_span(&out), fds, count))
        helper_lost(f, strerror(errno));
    buf_wipe(&out);
}

void filter_hello(struct filter *f)
{
    const struct protocol_policy *p = f->config->policy;
    struct wire w = {.type = WIRE_HELLO, .hello = {.protocol = p->protocol, .learn = !p->announce}};

    if (f->helper < 0) {
        login_goodbye(f->login, GOODBYE_TROUBLE);
        return;
    }
    send_to_helper(f, &w, &f->client.in, 1);
}

void filter_tell_user(struct filter *f)
{
    struct wire w = {.type = WIRE_USER, .user = {.login = buf_span(&f->login->front.name)}};

    send_to_helper(f, &w, NULL, 0);
}

void filter_ask(struct filter *f)
{
    const struct front *front = &f->login->front;
    struct buf issuers = BUF(issuers_room);
    struct wire w = {
        .type = WIRE_VERIFY,
        .verify = {.mechanism = front->mechanism,
                   .login = buf_span(&front->name),
                   .password = buf_span(&front->password),
                   .helo = buf_span(&front->helo)},
    };

    if (f->client.tls) {
        w.verify.tls_version = span_str(tls_version(f->client.tls));
        w.verify.tls_cipher = span_str(tls_cipher(f->client.tls));
        w.verify.certificate = tls_certificate(f->client.tls, &issuers);
        w.verify.issuers = buf_span(&issuers);
    }
    f->verify_deadline = clock_ms() + LIMIT_VERIFY_MS;
    send_to_helper(f, &w, NULL, 0);
}

void filter_tell_result(struct filter *f)
{
    struct wire w = {.type = WIRE_RESULT, .result = f->login->result};

    if (f->server.tls)
        w.result.server_tls = span_str(tls_version(f->server.tls));
    f->verify_deadline = clock_ms() + LIMIT_VERIFY_MS;
    send_to_helper(f, &w, NULL, 0);
    if (!f->login->result.done)
        stream_close(&f->server);
}

void filter_server_failed(struct filter *f, const char *why)
{
    static char kept[256];

    snprintf(kept, sizeof kept, "%s", why);
    f->start_tls = f->server_in_tls = false;
    login_server_failed(f->login, kept);
}

/* How many descriptors come with a message. */
static size_t descriptors_of(const struct filter *f, enum wire_type type)
{
    return type != WIRE_GRANT ? 0 : f->config->helper_stays ? 1 : 2;
}

/* Keeps a GRANT's descriptors. */
static void keep_descriptors(struct filter *f, const int *fds, size_t count)
{
    f->server = stream_on(fds[0], fds[0]);
    f->report = count > 1 ? fds[1] : -1;
    f->server_deadline = clock_ms() + LIMIT_BACKEND_MS;
}

void filter_hear(struct filter *f)
{
    int fds[MESSAGE_FDS];
    size_t count = 0;
    struct wire w;
    ssize_t n = message_recv(f->helper, room, sizeof room, fds, &count);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n <= 0) {
        helper_lost(f, n ? strerror(errno) : "mailwicket-verify closed the conversation");
        return;
    }
    if (!wire_decode(&w, span_of(room, (size_t)n)) || count != descriptors_of(f, w.type) ||
        !login_message(f->login, &w)) {
        for (size_t i = 0; i < count; i++)
            close(fds[i]);
        helper_lost(f, "unexpected message from mailwicket-verify");
    } else if (count > 0) {
        keep_descriptors(f, fds, count);
    }
    explicit_bzero(room, (size_t)n);
}
