/* SPDX-License-Identifier: ISC */
/* filter - an edge, in the process that the Internet talks to: believes nothing that the client
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

/* One connection per process. Static, so that untouched pages of the buffers cost nothing. */
static struct login the_login;

/* The administrator's logoff (SIGTERM), the only signal that is handled, and only during ppoll. */
static volatile sig_atomic_t logged_off;

static void on_sigterm(int signal)
{
    (void)signal;
    logged_off = 1;
}

/* SIGTERM stays blocked across exec: one that comes at that moment is pending in the relay. */
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

static uint64_t deadline_in(uint64_t ms)
{
    return clock_ms() + ms;
}

/* Continues the TLS handshake with the client. */
static void client_handshake(struct filter *f)
{
    switch (f->client.tls ? tls_handshake(f->client.tls) : TLS_DONE) {
    case TLS_WAIT_READ:
        f->client_events = POLLIN;
        return;
    case TLS_WAIT_WRITE:
        f->client_events = POLLOUT;
        return;
    case TLS_DONE:
        f->client_deadline = deadline_in(f->config->policy->login_timeout * 1000ull);
        login_client_tls(f->login);
        return;
    case TLS_FAILED:
        if (tls_verdict(f->client.tls)) {
            filter_refuse_certificate(f);
            f->finishing = true; /* say goodbye: closing at once could destroy the alert */
            return;
        }
        filter_note(f, NOTED_TLS_FAILED, tls_why(f->client.tls));
        f->over = true;
        return;
    }
}

static void filter_server_tls_failed(struct filter *f, const char *why)
{
    struct err e;

    err_set(&e, "TLS: %s", why);
    filter_server_failed(f, e.text);
}

static void server_handshake(struct filter *f)
{
    switch (tls_handshake(f->server.tls)) {
    case TLS_WAIT_READ:
        f->server_events = POLLIN;
        return;
    case TLS_WAIT_WRITE:
        f->server_events = POLLOUT;
        return;
    case TLS_DONE:
        f->server_in_tls = false;
        login_server_tls(f->login);
        return;
    case TLS_FAILED:
        filter_server_tls_failed(f, tls_why(f->server.tls));
        return;
    }
}

static void start_server_tls(struct filter *f)
{
    struct login *l = f->login;
    struct err e;

    f->server.tls =
        tls_connect(f->config->tls, f->server.in, l->host, l->verify_server, span_str(l->ca), &e);
    if (!f->server.tls) {
        filter_server_tls_failed(f, e.text);
        return;
    }
    f->server_in_tls = true;
    server_handshake(f);
}

/* Does what the login asks for, until it has to wait. A TLS handshake with the mail server starts
 * only when back.out, the plain dialogue before it, is written. */
static void filter_act(struct filter *f)
{
    for (;;) {
        enum login_action action = f->start_tls ? LOGIN_WAIT : login_next(f->login);
        switch (action) {
        case LOGIN_WAIT:
            return;
        case LOGIN_NOTE:
            filter_note(f, NOTED_NO_LOGIN, f->login->fault);
            break;
        case LOGIN_TELL_USER:
            filter_tell_user(f);
            break;
        case LOGIN_ASK:
            filter_ask(f);
            break;
        case LOGIN_SERVER_TLS:
            f->start_tls = true;
            return;
        case LOGIN_TELL_RESULT:
            filter_tell_result(f);
            break;
        case LOGIN_HAND_OVER:
        case LOGIN_CLOSE:
            f->finishing = true;
            return;
        }
    }
}

/* Writes pending output. Returns true if that lets the login go on. */
static bool filter_drain(struct filter *f)
{
    struct login *l = f->login;
    bool pending = l->front.out.len > 0;

    if (l->phase == LOGIN_IN_TLS)
        return false;
    bool progress = stream_drain(&f->client, &l->front.out) && pending;
    if (stream_exists(&f->server) && !f->server_in_tls && l->phase == LOGIN_AT_SERVER &&
        stream_drain(&f->server, &l->back.out) && f->start_tls) {
        f->start_tls = false;
        start_server_tls(f);
        progress = true;
    }
    return progress;
}

/* Closes the mail server's connection that was granted to an attempt that is over. */
static void drop_stale_server(struct filter *f)
{
    enum login_phase phase = f->login->phase;

    if (phase == LOGIN_AT_SERVER || phase == LOGIN_CONFIRMING || phase == LOGIN_ESTABLISHED)
        return;
    stream_close(&f->server);
    if (f->report >= 0)
        close(f->report);
    f->report = -1;
    f->start_tls = f->server_in_tls = false;
}

/* Does everything that needs no waiting. */
static void filter_work(struct filter *f)
{
    do {
        f->client_events = f->server_events = 0;
        if (f->login->phase == LOGIN_IN_TLS)
            client_handshake(f);
        if (f->server_in_tls)
            server_handshake(f);
        if (f->over || f->login->phase == LOGIN_IN_TLS)
            return;
        filter_act(f);
        drop_stale_server(f);
    } while (filter_drain(f) && !f->finishing);
}

static void check_streams(struct filter *f)
{
    if (f->client.end == STREAM_BROKEN ||
        (f->client.end == STREAM_EOF && f->login->phase == LOGIN_DIALOGUE))
        f->over = true;
    if (stream_exists(&f->server) && f->server.end != STREAM_OPEN)
        filter_server_failed(f, f->server.end == STREAM_EOF
                                    ? "the mail server closed the connection"
                                    : "the connection broke");
}

/* When the phase is over at the latest. login-timeout holds from the greeting to the mail server's answer;
 * once that has come, only the helper's word is missing. */
static uint64_t filter_due(const struct filter *f)
{
    enum login_phase phase = f->login->phase;
    uint64_t due = phase == LOGIN_AT_SERVER ? f->server_deadline : f->verify_deadline;

    if (phase == LOGIN_CONFIRMING)
        return f->verify_deadline;
    if (phase != LOGIN_VERIFYING && phase != LOGIN_AT_SERVER)
        return f->client_deadline;
    return due < f->client_deadline ? due : f->client_deadline;
}

/* Acts if the current deadline has passed. Returns how long to wait for the next one (ms). */
static int filter_check_deadlines(struct filter *f)
{
    uint64_t now = clock_ms(), due = filter_due(f);
    enum login_phase phase = f->login->phase;
    bool login_timeout = now >= f->client_deadline;
    bool helper_asked = phase == LOGIN_CONFIRMING || phase == LOGIN_LEARNING ||
                        (phase == LOGIN_VERIFYING && !login_timeout);

    if (now < due)
        return due - now < 3600000 ? (int)(due - now) : 3600000;
    if (phase == LOGIN_IN_TLS) {
        filter_note(f, NOTED_TLS_FAILED, logged_off ? "logged off" : "tls-timeout");
        f->over = true;
    } else if (phase == LOGIN_AT_SERVER)
        filter_server_failed(f, login_timeout ? "took longer than login-timeout" : "took too long");
    else
        login_goodbye(f->login, helper_asked ? GOODBYE_TROUBLE : GOODBYE_TIMEOUT);
    return 0;
}

/* Whether a TLS session holds octets that poll can't see. */
static bool tls_data_waits(const struct filter *f)
{
    return (login_wants_client(f->login) && f->client.tls && tls_pending(f->client.tls)) ||
           (login_wants_server(f->login) && f->server.tls && !f->server_in_tls &&
            tls_pending(f->server.tls));
}

static short stream_events(const struct stream *st, bool reads)
{
    return (short)((reads && st->end == STREAM_OPEN ? POLLIN : 0) |
                   (st->wants_write ? POLLOUT : 0));
}

/* During the handshake nothing can be said yet: it gets the time of a goodbye to finish. */
static void filter_log_off(struct filter *f)
{
    login_goodbye(f->login, GOODBYE_LOGGED_OFF);
    if (f->login->phase == LOGIN_IN_TLS)
        f->client_deadline = deadline_in(LIMIT_GOODBYE_MS);
}

/* Waits for an event, then feeds the login with what came. */
static void filter_wait(struct filter *f)
{
    struct login *l = f->login;
    short client = f->client_events, server = f->server_events;
    int timeout = filter_check_deadlines(f);

    if (!client)
        client = stream_events(&f->client, login_wants_client(l));
    if (!server && stream_exists(&f->server))
        server = stream_events(&f->server, !f->start_tls && login_wants_server(l));
    /* A pipe whose writer is gone hangs up even if there is more to read: ignore that. */
    struct pollfd fds[3] = {
        {.fd = client || !f->config->plain ? f->client.in : -1, .events = client},
        {.fd = f->server.in, .events = server},
        {.fd = f->helper, .events = POLLIN},
    };
    if (f->config->plain && f->client.wants_write)
        fds[0].fd = f->client.out;
    if (tls_data_waits(f))
        timeout = 0;
    struct timespec ts = {timeout / 1000, timeout % 1000 * 1000000L};
    if (ppoll(fds, 3, &ts, &f->signals) < 0) {
        if (errno != EINTR)
            f->over = true;
        if (logged_off)
            filter_log_off(f);
        return;
    }
    if (fds[2].revents)
        filter_hear(f);
    if (l->phase != LOGIN_IN_TLS && login_wants_client(l) &&
        (fds[0].revents & (POLLIN | POLLHUP) || tls_data_waits(f)))
        stream_fill(&f->client, &l->front.in);
    else if (fds[0].revents & (POLLERR | POLLHUP) && !f->config->plain)
        f->over = true;
    if (!f->server_in_tls && !f->start_tls && login_wants_server(l) &&
        (fds[1].revents || tls_data_waits(f)))
        stream_fill(&f->server, &l->back.in);
    check_streams(f);
}

/* Writes the last words. Returns false if the client doesn't take them in time. */
static bool filter_flush(struct filter *f)
{
    uint64_t end = deadline_in(LIMIT_FLUSH_MS);

    while (!stream_drain(&f->client, &f->login->front.out)) {
        uint64_t now = clock_ms();
        struct pollfd p = {.fd = f->client.out, .events = POLLOUT};
        if (f->client.end == STREAM_BROKEN || now >= end ||
            (poll(&p, 1, (int)(end - now)) < 0 && errno != EINTR))
            return false;
    }
    return true;
}

/* Ends so that the last words arrive: closing a socket with unread input would reset it. */
static void filter_say_goodbye(struct filter *f)
{
    char room[512];
    uint64_t end = deadline_in(LIMIT_GOODBYE_MS), now;

    if (!filter_flush(f))
        return;
    if (f->client.tls)
        tls_bye(f->client.tls);
    if (shutdown(f->client.out, SHUT_WR))
        return;
    while ((now = clock_ms()) < end) {
        struct pollfd p = {.fd = f->client.in, .events = POLLIN};
        if (poll(&p, 1, (int)(end - now)) <= 0 || read(f->client.in, room, sizeof room) <= 0)
            return;
    }
}

static void filter_begin(struct filter *f, const struct filter_config *config)
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

    *f = (struct filter){.config = config, .login = &the_login, .helper = config->helper};
    f->client = stream_on(config->client_in, config->client_out);
    dial_peer(config->client_in, false, f->address, &port);
    f->server = stream_none();
    f->report = -1;
    catch_sigterm(&f->signals);
    f->client_deadline = deadline_in(config->policy->tls_timeout * 1000ull);
    login_init(f->login, &front, config->host);
    filter_hello(f);
    if (!config->plain) {
        f->client.tls = tls_accept(config->tls, config->client_in, config->policy->protocol);
        f->over = !f->client.tls;
    }
}

bool filter_run(const struct filter_config *config, struct filter_end *end)
{
    struct filter f;

    filter_begin(&f, config);
    while (!f.over) {
        filter_work(&f);
        if (f.over || f.finishing)
            break;
        filter_wait(&f);
    }
    if (f.finishing && f.login->phase == LOGIN_ESTABLISHED && filter_flush(&f)) {
        *end = (struct filter_end){f.client, f.server, f.report, f.login};
        if (f.helper >= 0 && !config->helper_stays)
            close(f.helper);
        else if (config->helper_stays)
            end->report = f.helper;
        return true;
    }
    if (f.finishing)
        filter_say_goodbye(&f);
    login_wipe(f.login);
    stream_close(&f.client);
    stream_close(&f.server);
    filter_part(&f);
    return false;
}
