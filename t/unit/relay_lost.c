/* SPDX-License-Identifier: ISC */
/* Tests of mailwicket-relay: a side that is lost, and what it had sent. */
#include "check.h"

#include "relay_rig.h"

#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "relay.h"

static char big[100000];

static const char *kind_names[] = {"plain", "TLS 1.2", "TLS 1.3"};

#define MANY (3 * 1024 * 1024) /* octets: more than the sockets hold for a side that doesn't read */

/* In a process of its own, since a relay that waits for the reader makes it wait: one side says MANY
 * octets, then acts. */
static pid_t say_many_and(struct rig *r, enum side side, enum act act)
{
    struct actor *a = side == CLIENT_SIDE ? &r->client : &r->server;
    pid_t pid = fork();

    assert_true(pid >= 0);
    if (pid == 0) {
        for (size_t n = 0; n < MANY; n += 65536)
            say(a, span_of(big, 65536));
        perform(r, side, act);
        _exit(0);
    }
    if (act == FIN_ONLY || act == NOTIFY_AND_FIN) { /* its FIN is the only one */
        close(a->out);
        a->in = a->out = -1;
    }
    return pid;
}

/* What came whole is delivered, however its sender left, also to a reader that begins late. Then the
 * reader learns that this was no orderly end. */
static void all_is_delivered_before_the_cut(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct setup s;
        enum side side;
        enum act act;
        enum ending other;
        enum wire_cause cause;
    } rows[] = {
        {"client FIN", {.client = RIG_TLS13}, CLIENT_SIDE, FIN_ONLY, RESET, WIRE_CLIENT_LOST},
        {"client FIN, 1.2", {.client = RIG_TLS12}, CLIENT_SIDE, FIN_ONLY, RESET, WIRE_CLIENT_LOST},
        {"client FIN, TLS server",
         {.client = RIG_TLS13, .server = RIG_TLS12},
         CLIENT_SIDE,
         FIN_ONLY,
         FIN,
         WIRE_CLIENT_LOST},
        {"client's fatal alert", {.client = RIG_TLS13}, CLIENT_SIDE, FATAL, RESET, WIRE_TLS_FAULT},
        {"client's garbage", {.client = RIG_TLS13}, CLIENT_SIDE, TAMPER, RESET, WIRE_TLS_FAULT},
        {"client's garbage, TLS server",
         {.client = RIG_TLS12, .server = RIG_TLS13},
         CLIENT_SIDE,
         TAMPER,
         FIN,
         WIRE_TLS_FAULT},
        {"client's close_notify",
         {.client = RIG_TLS13},
         CLIENT_SIDE,
         NOTIFY_AND_FIN,
         FIN,
         WIRE_CLIENT_CLOSED},
        {"TLS server FIN",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         SERVER_SIDE,
         FIN_ONLY,
         FIN,
         WIRE_SERVER_LOST},
        {"TLS server FIN, plain client",
         {.server = RIG_TLS13},
         SERVER_SIDE,
         FIN_ONLY,
         RESET,
         WIRE_SERVER_LOST},
        {"server FIN", {.client = RIG_TLS13}, SERVER_SIDE, FIN_ONLY, NOTIFY, WIRE_SERVER_CLOSED},
        {"server's garbage",
         {.client = RIG_TLS13, .server = RIG_TLS13},
         SERVER_SIDE,
         TAMPER,
         FIN,
         WIRE_TLS_FAULT},
    };
    static struct rig rigs[ROWS(rows)];
    pid_t writers[ROWS(rows)];

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        rig_start(&rigs[i], &rows[i].s);
        writers[i] = say_many_and(&rigs[i], rows[i].side, rows[i].act);
    }
    usleep(LIMIT_FLUSH_MS * 1300);
    for (size_t i = 0; i < ROWS(rows); i++) {
        bool client = rows[i].side == CLIENT_SIDE;
        struct actor *other = client ? &rigs[i].server : &rigs[i].client;

        ROW(i, rows[i].name);
        for (size_t n = 0; n < MANY; n += 65536)
            assert_true(hear(other, span_of(big, 65536)));
        assert_int_equal(waitpid(writers[i], NULL, 0), writers[i]);
    }
    for (size_t i = 0; i < ROWS(rows); i++) {
        bool client = rows[i].side == CLIENT_SIDE;
        struct actor *other = client ? &rigs[i].server : &rigs[i].client;
        struct actor *self = client ? &rigs[i].client : &rigs[i].server;

        ROW(i, rows[i].name);
        assert_int_equal(hear_end(other), rows[i].other);
        finish(other);
        if (self->out >= 0)
            finish(self);
        rig_ends(&rigs[i], rows[i].cause, client ? MANY : 0, client ? 0 : MANY, 1000);
    }
}

/* A client says its last and is gone. The server gets the time to answer, and its answer finds a
 * connection. */
static void server_may_answer_a_lost_client(void **unused)
{
    (void)unused;
    static const struct setup rows[] = {
        {.client = RIG_TLS13}, {.client = RIG_TLS12}, {.client = RIG_TLS13, .server = RIG_TLS13}};

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct rig r;
        struct pollfd p;

        ROW(i, kind_names[rows[i].server]);
        rig_start(&r, &rows[i]);
        say(&r.client, SPAN("QUIT\r\n"));
        finish(&r.client);
        assert_true(hear(&r.server, SPAN("QUIT\r\n")));
        usleep(RELAY_QUIET_MS * 1500);
        p = (struct pollfd){.fd = r.server.in, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 0), rows[i].server ? 1 : 0); /* a FIN, but never a reset */
        for (int k = 0; k < 30; k++)                              /* more than the sockets hold */
            say(&r.server, span_of(big, sizeof big));
        p.revents = 0;
        assert_int_equal(poll(&p, 1, 0), rows[i].server ? 1 : 0);
        assert_false(p.revents & (POLLERR | POLLHUP));
        finish(&r.server);
        rig_ends(&r, WIRE_CLIENT_LOST, 6, 0, NO_CPU);
    }
}

/* ms from the loss of the client to the reset. */
static uint64_t until_reset(bool answered, unsigned quiet_ms)
{
    struct rig r;

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    say(&r.client, SPAN("a IDLE\r\n"));
    assert_true(hear(&r.server, SPAN("a IDLE\r\n")));
    if (answered) {
        say(&r.server, SPAN("+ idling\r\n"));
        assert_true(hear(&r.client, SPAN("+ idling\r\n")));
    }
    usleep(quiet_ms * 1000);
    uint64_t start = clock_ms();
    finish(&r.client);
    assert_int_equal(hear_end(&r.server), RESET);
    uint64_t took = clock_ms() - start;
    rig_ends(&r, WIRE_CLIENT_LOST, 8, answered ? 10 : 0, NO_CPU);
    return took;
}

/* How long a plain server that doesn't close keeps its connection when the client is lost. */
static void server_that_stays_is_reset(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        bool answered;
        unsigned quiet_ms;    /* before the client is lost */
        uint64_t least, most; /* ms from then to the reset; a busy machine may take longer */
    } rows[] = {
        {"unanswered", false, 0, LIMIT_FLUSH_MS - 200, LIMIT_FLUSH_MS + 3000},
        {"just answered", true, 0, RELAY_QUIET_MS - 200, RELAY_QUIET_MS + 3000},
        {"answered, then quiet", true, RELAY_QUIET_MS + 500, 0, 800},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint64_t took = UINT64_MAX;

        ROW(i, rows[i].name);
        for (int tries = 0; tries < 10 && took > rows[i].most; tries++) {
            took = until_reset(rows[i].answered, rows[i].quiet_ms);
            assert_true(took >= rows[i].least);
        }
        assert_true(took <= rows[i].most);
    }
}

/* The client has left, and its data waits for a server that takes nothing: the administrator's logoff
 * ends that soon. */
static void logoff_does_not_wait(void **unused)
{
    (void)unused;
    struct rig r;
    uint64_t start;
    struct wire w;
    pid_t writer;
    long cpu_ms;

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    writer = say_many_and(&r, CLIENT_SIDE, NOTIFY_ONLY);
    usleep(500000);
    start = clock_ms();
    kill(r.pid, SIGTERM);
    rig_report(&r, &w);
    assert_int_equal(w.end.cause, WIRE_CLIENT_CLOSED);
    assert_in_range(clock_ms() - start, 0, LIMIT_FLUSH_MS + 60000);
    assert_int_equal(rig_status(&r, &cpu_ms), 0);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_delivered_before_the_cut),
        cmocka_unit_test(server_may_answer_a_lost_client),
        cmocka_unit_test(server_that_stays_is_reset),
        cmocka_unit_test(logoff_does_not_wait),
    };

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 251);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
