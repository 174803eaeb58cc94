/* SPDX-License-Identifier: ISC */
/* verify_play - a filter's requests as letters, and the helper's answers as letters, so that a
 * whole conversation is one string: "H- U- VG RE" says HELLO and hears nothing … */
#ifndef MW_VERIFY_PLAY_H
#define MW_VERIFY_PLAY_H

#include "verify_bed.h"

#define LOGIN(text)                                                                                \
    {                                                                                              \
        .verify = {                                                                                \
            .login = SPAN(text),                                                                   \
            .password = SPAN("secret"),                                                            \
            .tls_version = SPAN("TLS1.3"),                                                         \
            .tls_cipher = SPAN("AES-256-GCM")                                                      \
        }                                                                                          \
    }

struct request {
    char letter;
    const char *fds; /* 'c': the client's connection, 'f': its far end */
    struct wire w;
};

static const struct request requests[] = {
    {'H', "c", {WIRE_HELLO, {.hello = {.protocol = PROTOCOL_IMAP4S}}}},
    {'h', "", {WIRE_HELLO, {.hello = {.protocol = PROTOCOL_IMAP4S}}}},
    {'2', "cf", {WIRE_HELLO, {.hello = {.protocol = PROTOCOL_IMAP4S}}}},
    {'S', "c", {WIRE_HELLO, {.hello = {.protocol = PROTOCOL_SMTPS}}}},
    {'P', "c", {WIRE_HELLO, {.hello = {.protocol = PROTOCOL_POP3S}}}},
    {'N', "", {WIRE_NOTE, {.note = {.noted = NOTED_TLS_FAILED, .why = SPAN("no TLS")}}}},
    {'m', "c", {WIRE_NOTE, {.note = {.noted = NOTED_TLS_FAILED, .why = SPAN("no TLS")}}}},
    {'y', "", {WIRE_NOTE, {.note = {.noted = NOTED_NO_LOGIN, .why = SPAN("no login at all")}}}},
    {'C', "", {WIRE_NOTE, {.note = {NOTED_CERTIFICATE_WRONG, SPAN("CN=x"), SPAN("revoked")}}}},
    {'i', "", {WIRE_NOTE, {.note = {.noted = NOTED_CERTIFICATE_REFUSED, .why = SPAN("none")}}}},
    {'K', "", {WIRE_NOTE, {.note = {NOTED_CERTIFICATE_UNJUDGED, SPAN("CN=x"), SPAN("no CRL")}}}},
    {'U', "", {WIRE_USER, {.user = {SPAN("jo")}}}},
    {'u', "c", {WIRE_USER, {.user = {SPAN("jo")}}}},
    {'0', "", {WIRE_USER, {.user = {SPAN("j\0o")}}}},
    {'V', "", {WIRE_VERIFY, LOGIN("jo:jane@127.0.0.1")}},
    {'v', "c", {WIRE_VERIFY, LOGIN("jo:jane")}},
    {'j', "", {WIRE_VERIFY, LOGIN("jo")}},
    {'l', "", {WIRE_VERIFY, LOGIN("staff:jo@localhost")}},
    {'k', "", {WIRE_VERIFY, LOGIN("nobody")}},
    {'o', "", {WIRE_VERIFY, LOGIN("once")}},
    {'g', "", {WIRE_VERIFY, LOGIN("lost")}},
    {'s', "", {WIRE_VERIFY, LOGIN("jo@elsewhere.example.org")}},
    {'d', "", {WIRE_VERIFY, LOGIN("jo@127.0.0.2")}},
    {'n', "", {WIRE_VERIFY, LOGIN("jo@" LONG_LABEL ".example.org")}},
    {'z', "", {WIRE_VERIFY, LOGIN("jo\n")}},
    {'w', "", {WIRE_VERIFY, {.verify = {.login = SPAN("jo"), .password = SPAN("Wr0ng-pw")}}}},
    {'b', "", {WIRE_VERIFY, {.verify = {.login = SPAN("jo"), .password = SPAN("a:b:c")}}}},
    {'e', "", {WIRE_VERIFY, {.verify = {.mechanism = MECHANISM_EXTERNAL, .login = SPAN("jo")}}}},
    {'R', "", {WIRE_RESULT, {.result = {.done = 1, .server_tls = SPAN("TLS1.3")}}}},
    {'F', "", {WIRE_RESULT, {.result = {.denial = DENIAL_REFUSED, .why = SPAN("NO from there")}}}},
    {'T',
     "",
     {WIRE_RESULT,
      {.result = {.denial = DENIAL_TEMPORARY, .why = SPAN("the mail server took too long")}}}},
    {'G', "", {WIRE_GOODBYE, {.goodbye = {GOODBYE_BUSY}}}}, /* not a request */
    {'I', "", {WIRE_INTERIM, {.end = {.bytes_in = 5}}}},
    {'E', "", {WIRE_END, {.end = {.bytes_in = 7, .bytes_out = 9, .cause = WIRE_CLIENT_CLOSED}}}},
};

static inline void request(struct player *p, char letter)
{
    const struct request *r = requests;
    int fds[2];
    size_t n = 0;

    while (r < requests + ROWS(requests) && r->letter != letter)
        r++;
    assert_true(r < requests + ROWS(requests));
    struct wire w = r->w;
    if (w.type == WIRE_INTERIM || w.type == WIRE_END)
        w.end.id = p->id;
    for (const char *f = r->fds; *f; f++)
        fds[n++] = *f == 'c' ? p->client : p->far;
    say(p->filter, &w, fds, n);
}

/* What GRANT must say for the logins above. */
static inline void check_grant(const struct wire_grant *g)
{
    assert_true(g->tls == 0 && g->verify == 1 && g->authenticate == 1);
    assert_true(span_eq(g->mail_password, SPAN("secret")));
    assert_true(span_eq(g->client, SPAN("127.0.0.1")) && span_eq(g->local, SPAN("127.0.0.1")));
    assert_true(g->client_port != 0 && g->local_port != 0);
    assert_true(g->host.n > 0 && g->mail_user.n > 0);
}

/* The answer as a letter: G grant, R refused, T temporary, L limit, A admin, E established, B busy,
 * V evicted, Q trouble, X the end. */
static inline char reply(struct player *p)
{
    struct wire w;
    int fds[MESSAGE_FDS];
    size_t count;
    unsigned type = hear(p->filter, &w, fds, &count);

    switch (type) {
    case WIRE_GRANT:
        check_grant(&w.grant);
        assert_int_equal(count, p->report == -2 ? 1 : 2);
        p->server = fds[0];
        if (count == 2)
            p->report = fds[1];
        close(accept4(bed.server, NULL, NULL, SOCK_CLOEXEC)); /* it is connected there */
        return 'G';
    case WIRE_DENY:
        assert_int_equal(count, 0);
        return "?RTLA"[w.deny.denial];
    case WIRE_ESTABLISHED:
        p->id = w.established.id;
        assert_true(w.established.interim > 0);
        return 'E';
    case WIRE_GOODBYE:
        return "?VB??Q"[w.goodbye.goodbye];
    default:
        return type ? '?' : 'X';
    }
}

/* Plays the first cut pairs. */
static inline void play(struct player *p, const char *pairs, size_t cut)
{
    for (size_t i = 0; i < cut && pairs[0]; i++, pairs += 2) {
        while (*pairs == ' ')
            pairs++;
        request(p, pairs[0]);
        if (pairs[1] == '-')
            continue;
        char got = reply(p);
        if (got != pairs[1])
            print_message("# %s: %c was answered by %c\n", pairs, pairs[0], got);
        assert_int_equal(got, pairs[1]);
        if (p->server >= 0 && got != 'G') {
            close(p->server);
            p->server = -1;
        }
    }
}

/* A filter of the service that has said HELLO. */
static inline struct player join(char hello)
{
    struct player p = NOBODY;

    p.filter = connect_verify();
    connect_client(&p);
    request(&p, hello);
    return p;
}

static inline unsigned in_state(enum entry_state state)
{
    struct err e;
    struct state_counts counts;
    struct state *s = state_open(bed.directory, 0, &e);
    unsigned n = 0;

    assert_int_equal(state_counts(s, &counts), 0);
    state_close(s);
    for (int i = 0; i < PROTOCOLS; i++)
        n += (unsigned)counts.active[i][state];
    return n;
}

/* A filter of the service that has played these pairs. */
static inline struct player played(const char *pairs)
{
    struct player p = NOBODY;

    p.filter = connect_verify();
    connect_client(&p);
    play(&p, pairs, strlen(pairs) / 2);
    if (strchr(pairs, 'U'))
        EVENTUALLY(in_state(ENTRY_AUTHENTICATING) > 0);
    return p;
}

#endif
