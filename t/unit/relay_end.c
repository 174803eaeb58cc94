/* SPDX-License-Identifier: ISC */
/* Tests of mailwicket-relay: how sessions end, what each side sees, and what is reported. */
#include "check.h"

#include "relay_rig.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "record_pair.h"
#include "relay.h"

static char big[100000];

static const char *kind_names[] = {"plain", "TLS 1.2", "TLS 1.3"};

/* One side acts: what the other side, itself and the helper see (edge case 25). */
static void each_ending(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct setup s;
        enum side side;
        enum act act;
        enum ending other, self; /* self 0: not checked */
        enum wire_cause cause;
    } rows[] = {
        {"server FIN", {.client = RIG_TLS13}, SERVER_SIDE, FIN_ONLY, NOTIFY, 0, WIRE_SERVER_CLOSED},
        {"server FIN, 1.2",
         {.client = RIG_TLS12},
         SERVER_SIDE,
         FIN_ONLY,
         NOTIFY,
         0,
         WIRE_SERVER_CLOSED},
        {"server FIN, plain", {0}, SERVER_SIDE, FIN_ONLY, FIN, 0, WIRE_SERVER_CLOSED},
        {"server reset", {.client = RIG_TLS13}, SERVER_SIDE, BREAK, FIN, 0, WIRE_SERVER_LOST},
        {"server reset, plain", {0}, SERVER_SIDE, BREAK, RESET, 0, WIRE_SERVER_LOST},
        {"TLS server's FIN without close_notify",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         SERVER_SIDE,
         FIN_ONLY,
         FIN,
         0,
         WIRE_SERVER_LOST},
        {"TLS server's close_notify",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         SERVER_SIDE,
         NOTIFY_ONLY,
         NOTIFY,
         0,
         WIRE_SERVER_CLOSED},
        {"TLS 1.2 server's close_notify",
         {.client = RIG_TLS13, .server = RIG_TLS12},
         SERVER_SIDE,
         NOTIFY_ONLY,
         NOTIFY,
         NOTIFY,
         WIRE_SERVER_CLOSED},
        {"TLS server's garbage",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         SERVER_SIDE,
         TAMPER,
         FIN,
         A_FATAL_ALERT,
         WIRE_TLS_FAULT},
        {"client's FIN without close_notify",
         {.client = RIG_TLS13},
         CLIENT_SIDE,
         FIN_ONLY,
         RESET,
         0,
         WIRE_CLIENT_LOST},
        {"client's FIN without close_notify, 1.2",
         {.client = RIG_TLS12},
         CLIENT_SIDE,
         FIN_ONLY,
         RESET,
         0,
         WIRE_CLIENT_LOST},
        {"client's FIN without close_notify, TLS server",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         CLIENT_SIDE,
         FIN_ONLY,
         FIN,
         0,
         WIRE_CLIENT_LOST},
        {"client reset", {.client = RIG_TLS13}, CLIENT_SIDE, BREAK, RESET, 0, WIRE_CLIENT_LOST},
        {"client's fatal alert",
         {.client = RIG_TLS13},
         CLIENT_SIDE,
         FATAL,
         RESET,
         0,
         WIRE_TLS_FAULT},
        {"client's garbage",
         {.client = RIG_TLS13},
         CLIENT_SIDE,
         TAMPER,
         RESET,
         A_FATAL_ALERT,
         WIRE_TLS_FAULT},
        {"client's garbage, 1.2",
         {.client = RIG_TLS12},
         CLIENT_SIDE,
         TAMPER,
         RESET,
         A_FATAL_ALERT,
         WIRE_TLS_FAULT},
        {"client's close_notify, 1.2",
         {.client = RIG_TLS12},
         CLIENT_SIDE,
         NOTIFY_ONLY,
         FIN,
         NOTIFY,
         WIRE_CLIENT_CLOSED},
        {"client's close_notify, no half-close",
         {.client = RIG_TLS13, .whole_close = true},
         CLIENT_SIDE,
         NOTIFY_AND_FIN,
         FIN,
         NOTIFY,
         WIRE_CLIENT_CLOSED},
        {"client FIN, no half-close",
         {.whole_close = true},
         CLIENT_SIDE,
         FIN_ONLY,
         FIN,
         FIN,
         WIRE_CLIENT_CLOSED},
        {"SIGTERM", {.client = RIG_TLS13}, SERVER_SIDE, TERM, NOTIFY, FIN, WIRE_LOGGED_OFF},
        {"SIGTERM, TLS server",
         {.client = RIG_TLS12, .server = RIG_TLS13},
         SERVER_SIDE,
         TERM,
         NOTIFY,
         NOTIFY,
         WIRE_LOGGED_OFF},
        {"SIGTERM, plain", {0}, CLIENT_SIDE, TERM, FIN, FIN, WIRE_LOGGED_OFF},
    };
    static struct rig rigs[ROWS(rows)]; /* at once: some wait */
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct actor *self = rows[i].side == CLIENT_SIDE ? &rigs[i].client : &rigs[i].server;
        struct actor *other = rows[i].side == CLIENT_SIDE ? &rigs[i].server : &rigs[i].client;

        ROW(i, rows[i].name);
        rig_start(&rigs[i], &rows[i].s);
        say(self, SPAN("last words\r\n"));
        assert_true(hear(other, SPAN("last words\r\n")));
        perform(&rigs[i], rows[i].side, rows[i].act);
    }
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct actor *self = rows[i].side == CLIENT_SIDE ? &rigs[i].client : &rigs[i].server;
        struct actor *other = rows[i].side == CLIENT_SIDE ? &rigs[i].server : &rigs[i].client;

        ROW(i, rows[i].name);
        assert_int_equal(hear_end(other), rows[i].other);
        if (rows[i].self)
            assert_int_equal(hear_end(self), rows[i].self);
        finish(other);
        finish(self);
        rig_ends(&rigs[i], rows[i].cause, rows[i].side == CLIENT_SIDE ? 12 : 0,
                 rows[i].side == CLIENT_SIDE ? 0 : 12, NO_CPU);
    }
}

/* The client's end of input reaches the server, and the server's answer still reaches the
 * client. */
static void answer_after_half_close(void **unused)
{
    (void)unused;
    static const struct setup rows[] = {
        {.client = RIG_TLS13}, {0}, {.pipes = true}, {.client = RIG_TLS13, .server = RIG_TLS13}};

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct rig r;

        ROW(i, kind_names[rows[i].client]);
        rig_start(&r, &rows[i]);
        say(&r.client, SPAN("QUIT\r\n"));
        if (rows[i].client)
            say_close_notify(&r.client);
        if (!rows[i].client || i == 0)
            finish(&r.client);
        assert_true(hear(&r.server, SPAN("QUIT\r\n")));
        assert_int_equal(hear_end(&r.server), rows[i].server ? NOTIFY : FIN);
        for (int k = 0; k < 5; k++) {
            say(&r.server, span_of(big, sizeof big));
            assert_true(hear(&r.client, span_of(big, sizeof big)));
        }
        if (rows[i].server)
            say_close_notify(&r.server);
        finish(&r.server);
        assert_int_equal(hear_end(&r.client), rows[i].client ? NOTIFY : FIN);
        if (rows[i].client && i)
            finish(&r.client);
        rig_ends(&r, WIRE_CLIENT_CLOSED, 6, 5 * sizeof big, 1000);
    }
}

/* A TLS client that never reads can't hold the session for ever. */
static void client_that_never_reads(void **unused)
{
    (void)unused;
    struct rig r;
    struct wire w;
    long cpu_ms;
    bool refused = false;

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    block(r.server.out, false);
    for (int i = 0; i < 1000 && !refused; i++) {
        refused = write(r.server.out, big, sizeof big) < 0;
        if (refused)
            usleep(300000);
        if (refused)
            refused = write(r.server.out, big, sizeof big) < 0;
    }
    assert_true(refused);
    usleep(RELAY_QUIET_MS * 2500); /* pages with pending data must not be released over and over */
    kill(r.pid, SIGTERM);
    rig_report(&r, &w); /* after LIMIT_FLUSH_MS */
    assert_int_equal(w.end.cause, WIRE_LOGGED_OFF);
    assert_int_equal(rig_status(&r, &cpu_ms), 0);
    assert_true(cpu_ms < 1000);
}

static void timeouts_end_sessions(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct setup s;
        enum wire_cause cause;
    } rows[] = {
        {"idle", {.client = RIG_TLS13, .idle = 1}, WIRE_IDLE_TIMEOUT},
        {"session", {.client = RIG_TLS12, .session = 2, .idle = 30}, WIRE_SESSION_TIMEOUT},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct rig r;

        ROW(i, rows[i].name);
        rig_start(&r, &rows[i].s);
        say(&r.client, SPAN("a"));
        assert_true(hear(&r.server, SPAN("a")));
        assert_int_equal(hear_end(&r.client), NOTIFY);
        assert_int_equal(hear_end(&r.server), FIN);
        finish(&r.client);
        finish(&r.server);
        rig_ends(&r, rows[i].cause, 1, 0, NO_CPU);
    }
}

/* A client that doesn't close after the end has LIMIT_FLUSH_MS to do so. */
static void client_that_stays(void **unused)
{
    (void)unused;
    struct rig r;

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    finish(&r.server);
    assert_int_equal(hear_end(&r.client), NOTIFY);
    say(&r.client, SPAN("still talking"));
    rig_ends(&r, WIRE_SERVER_CLOSED, 13, 0, NO_CPU);
}

/* Started by hand, on pipes: the reader goes away. */
static void reader_of_a_pipe_leaves(void **unused)
{
    (void)unused;
    struct rig r;

    rig_start(&r, &(struct setup){.pipes = true});
    say(&r.client, SPAN("a"));
    assert_true(hear(&r.server, SPAN("a")));
    close(r.client.in);
    r.client.in = -1;
    say(&r.server, SPAN("b"));
    finish(&r.client);
    assert_int_equal(hear_end(&r.server), FIN);
    rig_ends(&r, WIRE_CLIENT_CLOSED, 1, 1, NO_CPU);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ending),
        cmocka_unit_test(answer_after_half_close),
        cmocka_unit_test(client_that_never_reads),
        cmocka_unit_test(timeouts_end_sessions),
        cmocka_unit_test(client_that_stays),
        cmocka_unit_test(reader_of_a_pipe_leaves),
    };

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 251);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
