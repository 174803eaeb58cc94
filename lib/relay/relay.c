/* SPDX-License-Identifier: ISC */
/* relay - see relay.h. Believes neither end. */
#include "relay.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "clock.h"

static volatile sig_atomic_t told_to_end, asked_to_report;

static void relay_on_signal(int signal)
{
    if (signal == WIRE_ASK)
        asked_to_report = 1;
    else
        told_to_end = 1;
}

/* The loop unblocks them only while it waits. */
static void relay_catch_signals(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN}, sa = {.sa_handler = relay_on_signal};
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, WIRE_ASK);
    (void)sigprocmask(SIG_SETMASK, &set, NULL);
    (void)sigaction(SIGPIPE, &ignore, NULL);
    (void)sigaction(SIGTERM, &sa, NULL);
    (void)sigaction(WIRE_ASK, &sa, NULL);
}

/* There may be no such descriptor: then sending fails, which is fine. */
static void open_report(void)
{
    struct timeval limit = {.tv_sec = RELAY_REPORT_WAIT_S};

    (void)setsockopt(RELAY_FD_REPORT, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

static void send_report(const struct wire_end *e)
{
    struct wire w = {.type = e->cause ? WIRE_END : WIRE_INTERIM, .end = *e};
    int flags = MSG_NOSIGNAL | (e->cause ? 0 : MSG_DONTWAIT);
    char room[64];
    struct buf out = BUF(room);

    if (wire_encode(&w, &out))
        while (send(RELAY_FD_REPORT, out.p, out.len, flags) < 0 && errno == EINTR)
            continue;
}

static bool open_end(struct end *e, const struct handover_end *h, int in, int out)
{
    e->record = h->kind == HANDOVER_RECORD;
    e->version = h->params.version;
    end_open(e, in, out);
    return !e->record || record_init(&e->tls, &h->params);
}

bool relay_open(struct relay *r, const struct handover *h, struct span to_server,
                struct span to_client)
{
    relay_catch_signals();
    open_report();
    r->id = h->id;
    r->now = r->active = r->reported = clock_ms();
    r->idle = (uint64_t)h->idle_timeout * 1000;
    r->interim = (uint64_t)h->interim * 1000;
    r->session_end = h->session_timeout ? r->now + (uint64_t)h->session_timeout * 1000 : 0;
    r->half_close = h->half_close != 0;
    r->before_in = r->reported_in = h->bytes_in;
    r->before_out = r->reported_out = h->bytes_out;
    return open_end(&r->client, &h->client, RELAY_FD_CLIENT_IN, RELAY_FD_CLIENT_OUT) &&
           open_end(&r->server, &h->server, RELAY_FD_SERVER, RELAY_FD_SERVER) &&
           flow_start(&r->up, &r->client, &r->server, to_server) &&
           flow_start(&r->down, &r->server, &r->client, to_client);
}

static uint64_t relay_bytes_in(const struct relay *r)
{
    return r->before_in + r->up.bytes;
}

static uint64_t relay_bytes_out(const struct relay *r)
{
    return r->before_out + r->down.bytes;
}

static void make_report(struct relay *r, enum wire_cause cause)
{
    struct wire_end e = {.id = r->id,
                         .bytes_in = relay_bytes_in(r),
                         .bytes_out = relay_bytes_out(r),
                         .cause = cause,
                         .at = r->now,
                         .active = r->active};

    send_report(&e);
    r->reported = r->now;
    r->reported_in = e.bytes_in;
    r->reported_out = e.bytes_out;
}

static bool moved_since_report(const struct relay *r)
{
    return r->reported_in != relay_bytes_in(r) || r->reported_out != relay_bytes_out(r);
}

static void set_cause(struct relay *r, enum wire_cause cause)
{
    if (!r->cause)
        r->cause = cause;
}

static void start_deadline(struct relay *r)
{
    r->deadline = r->now + LIMIT_FLUSH_MS;
}

static void close_both(struct relay *r, enum wire_cause cause)
{
    set_cause(r, cause);
    flow_end(&r->up, FLOW_POLITE);
    flow_end(&r->down, FLOW_POLITE);
    start_deadline(r);
}

static struct flow *reverse_of(struct relay *r, const struct flow *f)
{
    return f == &r->up ? &r->down : &r->up;
}

/* TLS 1.2 has no half-closed state: close_notify must be answered at once (RFC 5246 section
 * 7.2.1). */
static bool answers_close(const struct end *e)
{
    return e->record && e->version == RECORD_TLS12;
}

static void source_closed(struct relay *r, struct flow *f)
{
    bool client = f == &r->up;

    set_cause(r, client ? WIRE_CLIENT_CLOSED : WIRE_SERVER_CLOSED);
    flow_end(f, FLOW_POLITE);
    if (answers_close(f->from) || (client && !r->half_close)) {
        flow_end(reverse_of(r, f), FLOW_POLITE);
        start_deadline(r);
    }
    if (!client)
        start_deadline(r);
}

/* Nothing more can be sent to the source either. */
static void source_lost(struct relay *r, struct flow *f, enum wire_cause cause)
{
    struct flow *reverse = reverse_of(r, f);

    set_cause(r, cause);
    flow_end(f, FLOW_CUT);
    if (reverse->state == FLOW_OPEN)
        flow_drop(reverse, reverse == &r->up);
    start_deadline(r);
}

static void source_faulty(struct relay *r, struct flow *f)
{
    struct flow *reverse = reverse_of(r, f);

    set_cause(r, WIRE_TLS_FAULT);
    flow_alert(reverse, f->from->tls.alert);
    flow_end(reverse, FLOW_CUT);
    flow_end(f, FLOW_CUT);
    start_deadline(r);
}

/* The sink may still have sent a better cause. */
static void sink_stuck(struct relay *r, struct flow *f)
{
    bool server = f == &r->up;

    if (!r->suspect)
        r->suspect = server ? WIRE_SERVER_LOST : WIRE_CLIENT_LOST;
    flow_drop(f, server);
    start_deadline(r);
}

static void handle_event(struct relay *r, struct flow *f, enum flow_event e)
{
    bool client = f == &r->up;

    switch (e) {
    case FLOW_CLOSED:
        source_closed(r, f);
        break;
    case FLOW_LOST:
        source_lost(r, f, client ? WIRE_CLIENT_LOST : WIRE_SERVER_LOST);
        break;
    case FLOW_ALERT:
        source_lost(r, f, WIRE_TLS_FAULT);
        break;
    case FLOW_FAULT:
        source_faulty(r, f);
        break;
    case FLOW_STUCK:
        sink_stuck(r, f);
        break;
    case FLOW_QUIET:
        break;
    }
}

/* Steps one flow. Returns true if this may have given the other flow something to do. */
static bool step_flow(struct relay *r, struct flow *f, bool readable)
{
    uint64_t bytes = f->bytes, written = f->written;
    enum flow_state before = f->state;
    enum flow_event e = flow_step(f, readable);

    if (f->bytes != bytes || f->written != written)
        r->active = r->now;
    /* A closing session's deadline restarts whenever the sink takes data, and at its FIN. */
    if (r->deadline && before == FLOW_ENDED && (f->written != written || f->state != before))
        start_deadline(r);
    handle_event(r, f, e);
    return e != FLOW_QUIET || f->read || f->state != before;
}

/* Steps both flows until neither gives the other anything to do. Each source is read at most
 * once. */
static void step_both_flows(struct relay *r, bool up, bool down)
{
    bool again = true;

    while (again) {
        again = step_flow(r, &r->up, up);
        again = step_flow(r, &r->down, down) || again;
        up = down = false;
    }
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Returns when the next deadline is due (clock_ms), or 0 if there is none. */
static uint64_t next_due(const struct relay *r)
{
    uint64_t due = r->deadline;

    if (!r->deadline) {
        due = sooner(due, r->idle ? r->active + r->idle : 0);
        due = sooner(due, r->session_end);
    }
    if (r->interim && moved_since_report(r))
        due = sooner(due, r->reported + r->interim);
    if (r->up.dirty || r->down.dirty)
        due = sooner(due, r->active + RELAY_QUIET_MS);
    return due;
}

static void check_deadlines(struct relay *r)
{
    if (r->deadline) {
        r->over = r->now >= r->deadline;
    } else if (told_to_end) {
        close_both(r, WIRE_LOGGED_OFF);
    } else if (r->session_end && r->now >= r->session_end) {
        close_both(r, WIRE_SESSION_TIMEOUT);
    } else if (r->idle && r->now - r->active >= r->idle) {
        close_both(r, WIRE_IDLE_TIMEOUT);
    }
    if ((r->up.dirty || r->down.dirty) && r->now - r->active >= RELAY_QUIET_MS) {
        flow_release(&r->up);
        flow_release(&r->down);
    }
}

/* Called after reading, so that the report counts what had arrived by r->now. */
static void report_if_due(struct relay *r)
{
    bool due = r->interim && moved_since_report(r) && r->now - r->reported >= r->interim;

    if (asked_to_report || due)
        make_report(r, 0);
    asked_to_report = 0;
}

/* Poll only descriptors we wait for; otherwise a hang-up would fire over and over. */
static struct pollfd poll_entry(bool wanted, int fd, short events)
{
    return (struct pollfd){.fd = wanted ? fd : -1, .events = events};
}

enum { UP_IN, DOWN_IN, UP_OUT, DOWN_OUT, POLL_ENTRIES };

/* Waits for an end, a deadline or a signal. Sets which flows' sources are readable. */
static void wait_for_event(struct relay *r, bool *up, bool *down)
{
    struct pollfd p[POLL_ENTRIES] = {
        [UP_IN] = poll_entry(flow_wants_read(&r->up), r->client.in, POLLIN),
        [DOWN_IN] = poll_entry(flow_wants_read(&r->down), r->server.in, POLLIN),
        [UP_OUT] = poll_entry(flow_wants_write(&r->up), r->server.out, POLLOUT),
        [DOWN_OUT] = poll_entry(flow_wants_write(&r->down), r->client.out, POLLOUT),
    };
    uint64_t due = next_due(r), ms = due > r->now ? due - r->now : 0;
    struct timespec t = {.tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000) * 1000000};
    sigset_t none;
    int n;

    sigemptyset(&none);
    n = ppoll(p, POLL_ENTRIES, due ? &t : NULL, &none);
    *up = n > 0 && p[UP_IN].revents;
    *down = n > 0 && p[DOWN_IN].revents;
    r->now = clock_ms();
}

static bool relay_done(const struct relay *r)
{
    return r->over || (r->up.state == FLOW_DONE && r->down.state == FLOW_DONE);
}

/* An end that missed data must see that: a reset, or in TLS no close_notify. */
static void close_ends(struct relay *r)
{
    if (flow_undelivered(&r->up) || r->cause == WIRE_CLIENT_LOST)
        end_reset(&r->server);
    if (flow_undelivered(&r->down) || r->cause == WIRE_SERVER_LOST)
        end_reset(&r->client);
    flow_stop(&r->up);
    flow_stop(&r->down);
    end_close(&r->server);
    end_close(&r->client);
}

void relay_run(struct relay *r)
{
    bool up = false, down = false;

    for (;;) {
        check_deadlines(r);
        step_both_flows(r, up, down);
        if (relay_done(r))
            break;
        report_if_due(r);
        wait_for_event(r, &up, &down);
    }
    set_cause(r, r->suspect);
    close_ends(r);
    make_report(r, r->cause);
}
