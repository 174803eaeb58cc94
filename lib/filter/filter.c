/* SPDX-License-Identifier: ISC */
/* session - an edge, and the process that the Internet talks to: believes nothing that the client
 * says, and of the helper only what the messages allow; see filter.h. */
#include "filter.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "decide.h"
#include "dial.h"
#include "log.h"
#include "message.h"
#include "filter_internal.h"

/* One connection a process: static, so that untouched pages of the buffers cost nothing. */
static struct login the_login;

/* The administrator's log-off, and the only signal that is looked at: during ppoll alone. */
static volatile sig_atomic_t logged_off;

static void on_sigterm(int signal)
{
    (void)signal;
    logged_off = 1;
}

/* Behind exec the relay finds SIGTERM blocked and, where it came just then, pending. */
static void catch_sigterm(sigset_t *outside)
{
    struct sigaction sa = {.sa_handler = on_sigterm};
    sigset_t term;

    sigemptyset(&term);
    sigaddset(&term, SIGTERM);
    sigprocmask(SIG_BLOCK, &term, outside);
    sigdelset(outside, SIGTERM);
    sigaction(SIGTERM, &sa, NULL);
}

static uint64_t after(uint64_t ms)
{
    return clock_ms() + ms;
}

/* The handshake with the client goes on. */
static void client_handshake(struct filter *s)
{
    switch (s->client.tls ? tls_handshake(s->client.tls) : TLS_DONE) {
    case TLS_WAIT_READ:
        s->client_events = POLLIN;
        return;
    case TLS_WAIT_WRITE:
        s->client_events = POLLOUT;
        return;
    case TLS_DONE:
        s->client_deadline = after(s->config->policy->login_timeout * 1000ull);
        login_client_tls(s->login);
        return;
    case TLS_FAILED:
        if (tls_verdict(s->client.tls)) {
            filter_refuse_certificate(s);
            s->finishing = true; /* part: a closed socket would take the alert back */
            return;
        }
        filter_note(s, LOG_INFO, "tls-failed", tls_why(s->client.tls));
        s->over = true;
        return;
    }
}

static void server_handshake(struct filter *s)
{
    switch (tls_handshake(s->server.tls)) {
    case TLS_WAIT_READ:
        s->server_events = POLLIN;
        return;
    case TLS_WAIT_WRITE:
        s->server_events = POLLOUT;
        return;
    case TLS_DONE:
        s->server_in_tls = false;
        login_server_tls(s->login);
        return;
    case TLS_FAILED:
        filter_server_failed(s, tls_why(s->server.tls));
        return;
    }
}

static void start_server_tls(struct filter *s)
{
    struct login *l = s->login;
    struct err e;

    s->server.tls =
        tls_connect(s->config->tls, s->server.in, l->host, l->verify_server, span_str(l->ca), &e);
    if (!s->server.tls) {
        filter_server_failed(s, e.text);
        return;
    }
    s->server_in_tls = true;
    server_handshake(s);
}

/* Does what the login asks for until it waits. What is said before TLS begins must be out first: so
 * the handshake waits for an empty back.out. */
static void act(struct filter *s)
{
    for (;;) {
        enum login_action action = s->start_tls ? LOGIN_WAIT : login_next(s->login);
        switch (action) {
        case LOGIN_WAIT:
            return;
        case LOGIN_NOTE:
            filter_note(s, LOG_INFO, "not-authenticated", s->login->fault);
            break;
        case LOGIN_TELL_USER:
            filter_tell_user(s);
            break;
        case LOGIN_ASK:
            filter_ask(s);
            break;
        case LOGIN_SERVER_TLS:
            s->start_tls = true;
            return;
        case LOGIN_TELL_RESULT:
            filter_tell_result(s);
            break;
        case LOGIN_HAND_OVER:
        case LOGIN_CLOSE:
            s->finishing = true;
            return;
        }
    }
}

/* Writes what is to be said. true: something was waiting for room, and the login can go on. */
static bool drain(struct filter *s)
{
    struct login *l = s->login;
    bool held = l->front.out.len > 0;

    if (l->phase == LOGIN_IN_TLS)
        return false;
    bool went = stream_drain(&s->client, &l->front.out) && held;
    if (stream_exists(&s->server) && !s->server_in_tls && l->phase == LOGIN_AT_SERVER &&
        stream_drain(&s->server, &l->back.out) && s->start_tls) {
        s->start_tls = false;
        start_server_tls(s);
        went = true;
    }
    return went;
}

/* A grant of an attempt that is over is worth nothing. */
static void drop_server(struct filter *s)
{
    enum login_phase phase = s->login->phase;

    if (phase == LOGIN_AT_SERVER || phase == LOGIN_CONFIRMING || phase == LOGIN_ESTABLISHED)
        return;
    stream_close(&s->server);
    if (s->report >= 0)
        close(s->report);
    s->report = -1;
    s->start_tls = s->server_in_tls = false;
}

/* Everything that can be done without waiting. */
static void work(struct filter *s)
{
    do {
        s->client_events = s->server_events = 0;
        if (s->login->phase == LOGIN_IN_TLS)
            client_handshake(s);
        if (s->server_in_tls)
            server_handshake(s);
        if (s->over || s->login->phase == LOGIN_IN_TLS)
            return;
        act(s);
        drop_server(s);
    } while (drain(s) && !s->finishing);
}

static void lost(struct filter *s)
{
    if (s->client.end == STREAM_BROKEN ||
        (s->client.end == STREAM_EOF && s->login->phase == LOGIN_DIALOGUE))
        s->over = true;
    if (stream_exists(&s->server) && s->server.end != STREAM_OPEN)
        filter_server_failed(s, s->server.end == STREAM_EOF
                                    ? "the mail server closed the connection"
                                    : "the connection to the mail server broke");
}

/* What is due now: the nearest deadline acts, and the time until the next is returned (ms). */
static int deadlines(struct filter *s)
{
    uint64_t now = clock_ms(), due;
    enum login_phase phase = s->login->phase;
    bool asked = phase == LOGIN_VERIFYING || phase == LOGIN_CONFIRMING;

    due = asked                      ? s->verify_deadline
          : phase == LOGIN_AT_SERVER ? s->server_deadline
                                     : s->client_deadline;
    if (now < due)
        return due - now < 3600000 ? (int)(due - now) : 3600000;
    if (phase == LOGIN_IN_TLS) {
        filter_note(s, LOG_INFO, "tls-failed", logged_off ? "logged off" : "tls-timeout");
        s->over = true;
    } else if (phase == LOGIN_AT_SERVER)
        filter_server_failed(s, "the mail server took too long");
    else
        login_goodbye(s->login, asked ? GOODBYE_TROUBLE : GOODBYE_TIMEOUT);
    return 0;
}

/* Whether octets lie in a TLS session that poll can't see. */
static bool held_back(const struct filter *s)
{
    return (login_wants_client(s->login) && s->client.tls && tls_pending(s->client.tls)) ||
           (login_wants_server(s->login) && s->server.tls && !s->server_in_tls &&
            tls_pending(s->server.tls));
}

static short interest(const struct stream *st, bool reads)
{
    return (short)((reads && st->end == STREAM_OPEN ? POLLIN : 0) |
                   (st->wants_write ? POLLOUT : 0));
}

/* Within the handshake nothing can be said yet: it has the time of a goodbye to come to its end. */
static void log_off(struct filter *s)
{
    login_goodbye(s->login, GOODBYE_LOGGED_OFF);
    if (s->login->phase == LOGIN_IN_TLS)
        s->client_deadline = after(LIMIT_GOODBYE_MS);
}

static void wait_and_feed(struct filter *s)
{
    struct login *l = s->login;
    short client = s->client_events, server = s->server_events;
    int timeout = deadlines(s);

    if (!client)
        client = interest(&s->client, login_wants_client(l));
    if (!server && stream_exists(&s->server))
        server = interest(&s->server, !s->start_tls && login_wants_server(l));
    /* A pipe whose writer is gone hangs up although there is more to read: not looked at then. */
    struct pollfd fds[3] = {
        {.fd = client || !s->config->plain ? s->client.in : -1, .events = client},
        {.fd = s->server.in, .events = server},
        {.fd = s->helper, .events = POLLIN},
    };
    if (s->config->plain && s->client.wants_write)
        fds[0].fd = s->client.out;
    if (held_back(s))
        timeout = 0;
    struct timespec ts = {timeout / 1000, timeout % 1000 * 1000000L};
    if (ppoll(fds, 3, &ts, &s->signals) < 0) {
        if (errno != EINTR)
            s->over = true;
        if (logged_off)
            log_off(s);
        return;
    }
    if (fds[2].revents)
        filter_hear(s);
    if (l->phase != LOGIN_IN_TLS && login_wants_client(l) &&
        (fds[0].revents & (POLLIN | POLLHUP) || held_back(s)))
        stream_fill(&s->client, &l->front.in);
    else if (fds[0].revents & (POLLERR | POLLHUP) && !s->config->plain)
        s->over = true;
    if (!s->server_in_tls && !s->start_tls && login_wants_server(l) &&
        (fds[1].revents || held_back(s)))
        stream_fill(&s->server, &l->back.in);
    lost(s);
}

/* The last words go out, as far as the client takes them within its time. */
static bool flush(struct filter *s)
{
    uint64_t end = after(LIMIT_FLUSH_MS);

    while (!stream_drain(&s->client, &s->login->front.out)) {
        uint64_t now = clock_ms();
        struct pollfd p = {.fd = s->client.out, .events = POLLOUT};
        if (s->client.end == STREAM_BROKEN || now >= end ||
            (poll(&p, 1, (int)(end - now)) < 0 && errno != EINTR))
            return false;
    }
    return true;
}

/* Closes so that the last words arrive: a socket closed with octets unread is reset. */
static void part(struct filter *s)
{
    char room[512];
    uint64_t end = after(LIMIT_GOODBYE_MS), now;

    if (!flush(s))
        return;
    if (s->client.tls)
        tls_bye(s->client.tls);
    if (shutdown(s->client.out, SHUT_WR))
        return;
    while ((now = clock_ms()) < end) {
        struct pollfd p = {.fd = s->client.in, .events = POLLIN};
        if (poll(&p, 1, (int)(end - now)) <= 0 || read(s->client.in, room, sizeof room) <= 0)
            return;
    }
}

static void begin(struct filter *s, const struct filter_config *config)
{
    struct front_config front = {
        .protocol = config->policy->protocol,
        .host = config->host,
        .announce = config->policy->announce,
        .attempts = config->policy->login_attempts,
        .external = decide_by_certificate(config->policy),
        .passwordless = !decide_needs_password(config->policy),
    };
    uint16_t port;

    *s = (struct filter){.config = config, .login = &the_login, .helper = config->helper};
    s->client = stream_on(config->client_in, config->client_out);
    dial_peer(config->client_in, false, s->address, &port);
    s->server = stream_none();
    s->report = -1;
    catch_sigterm(&s->signals);
    s->client_deadline = after(config->policy->tls_timeout * 1000ull);
    login_init(s->login, &front, config->host);
    filter_hello(s);
    if (!config->plain) {
        s->client.tls = tls_accept(config->tls, config->client_in, config->policy->protocol);
        s->over = !s->client.tls;
    }
}

bool filter_run(const struct filter_config *config, struct filter_end *end)
{
    struct filter s;

    begin(&s, config);
    while (!s.over) {
        work(&s);
        if (s.over || s.finishing)
            break;
        wait_and_feed(&s);
    }
    if (s.finishing && s.login->phase == LOGIN_ESTABLISHED && flush(&s)) {
        *end = (struct filter_end){s.client, s.server, s.report, s.login};
        if (s.helper >= 0 && !config->helper_stays)
            close(s.helper);
        else if (config->helper_stays)
            end->report = s.helper;
        return true;
    }
    if (s.finishing)
        part(&s);
    login_wipe(s.login);
    stream_close(&s.client);
    stream_close(&s.server);
    return false;
}
