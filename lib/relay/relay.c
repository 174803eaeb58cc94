/* SPDX-License-Identifier: ISC */
/* relay - see relay.h. Believes neither end. */
#include "relay.h"

#include <poll.h>
#include <signal.h>
#include <time.h>

#include "clock.h"
#include "report.h"

_Static_assert(HANDOVER_EARLY_MAX <= FLOW_BATCH, "early data fits like a batch");

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
    report_open();
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

static void set_cause(struct relay *r, enum wire_cause cause)
{
    if (!r->cause)
        r->cause = cause;
}

/* Whether data that was read is still on its way, or was when this turn began. */
static bool relay_delivers(const struct relay *r)
{
    return r->up.state == FLOW_ENDED || r->down.state == FLOW_ENDED || flow_undelivered(&r->up) ||
           flow_undelivered(&r->down);
}

/* Whether a side left. Otherwise we end the session, and don't wait long for a slow reader. */
static bool relay_was_left(const struct relay *r)
{
    return !told_to_end && r->cause != WIRE_IDLE_TIMEOUT && r->cause != WIRE_SESSION_TIMEOUT;
}

/* Whether the client is gone, and the session waits for the server alone. */
static bool awaits_answer(const struct relay *r)
{
    return r->server.cut && !r->client.cut;
}

/* The server has this long (ms) to work off what a lost client had sent, before it is cut off: once
 * it has answered, it has begun. */
static uint64_t time_to_answer(const struct relay *r)
{
    return r->unanswered ? LIMIT_FLUSH_MS : RELAY_QUIET_MS;
}

static void start_deadline(struct relay *r)
{
    uint64_t ms = LIMIT_FLUSH_MS;

    if (relay_delivers(r) && relay_was_left(r))
        ms = LIMIT_DELIVER_MS;
    else if (awaits_answer(r))
        ms = time_to_answer(r);
    r->deadline = r->now + ms;
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

/* Whether a server has had its time to answer when its client is lost, which is often in the middle
 * of a long silence. */
static bool had_time_to_answer(const struct relay *r)
{
    return r->now - r->active >= time_to_answer(r) && !flow_undelivered(&r->up) &&
           end_sent(&r->server);
}

/* Nothing more can be sent to the source either. */
static void source_lost(struct relay *r, struct flow *f, enum wire_cause cause)
{
    struct flow *reverse = reverse_of(r, f);

    set_cause(r, cause);
    if (reverse->state == FLOW_OPEN) {
        r->over = f == &r->up && had_time_to_answer(r);
        flow_drop(reverse, true);
    }
    flow_end(f, FLOW_CUT);
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
    if (!r->suspect)
        r->suspect = f == &r->up ? WIRE_SERVER_LOST : WIRE_CLIENT_LOST;
    flow_drop(f, true);
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

static void server_spoke(struct relay *r)
{
    r->unanswered = false;
    if (awaits_answer(r) && !relay_delivers(r) && r->deadline > r->now + time_to_answer(r))
        r->deadline = r->now + time_to_answer(r);
}

/* Whether the flow's source takes no more: what it still sends is what it had sent before. */
static bool source_is_gone(const struct relay *r, const struct flow *f)
{
    return r->suspect == (f == &r->up ? WIRE_CLIENT_LOST : WIRE_SERVER_LOST);
}

/* Steps one flow. Returns true if this may have given the other flow something to do. */
static bool step_flow(struct relay *r, struct flow *f, bool readable)
{
    uint64_t bytes = f->bytes, written = f->written;
    enum flow_state before = f->state;
    enum flow_event e = flow_step(f, readable);

    if (f->bytes != bytes || f->written != written)
        r->active = r->now;
    if (f == &r->up && f->written != written)
        r->unanswered = true;
    if (f == &r->down && f->read)
        server_spoke(r);
    /* A closing session's deadline restarts whenever the sink takes data, and at its FIN. */
    if (r->deadline && (before == FLOW_ENDED || source_is_gone(r, f)) &&
        (f->written != written || f->state != before))
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
    if (r->interim && report_moved(r))
        due = sooner(due, r->reported + r->interim);
    if (r->up.dirty || r->down.dirty)
        due = sooner(due, r->active + RELAY_QUIET_MS);
    return due;
}

static void check_deadlines(struct relay *r)
{
    if (r->deadline) {
        if (told_to_end && r->deadline > r->now + LIMIT_FLUSH_MS)
            start_deadline(r);
        r->over = r->over || r->now >= r->deadline;
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
    r->server.cut = r->server.cut || r->cause == WIRE_CLIENT_LOST;
    r->client.cut = r->client.cut || r->cause == WIRE_SERVER_LOST;
    if (flow_undelivered(&r->up))
        end_reset(&r->server);
    if (flow_undelivered(&r->down))
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
        report_if_due(r, asked_to_report);
        asked_to_report = 0;
        wait_for_event(r, &up, &down);
    }
    set_cause(r, r->suspect);
    close_ends(r);
    report_send(r, r->cause);
}
