/* SPDX-License-Identifier: ISC */
/* Tests of mailwicket-relay: it moves data, and waiting costs no CPU. */
#include "check.h"

#include "relay_rig.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

#include "clock.h"
#include "record_pair.h"

static char big[100000];

static const char *kind_names[] = {"plain", "TLS 1.2", "TLS 1.3"};

/* Early data first, then data of many sizes in both directions. */
static void moves_data(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {1, 2, 16383, 16384, 16385, sizeof big};

    for (unsigned suite = RECORD_AES_128_GCM; suite <= RECORD_CHACHA20_POLY1305; suite++)
        for (int kinds = 0; kinds < 9; kinds++) {
            struct setup s = {.client = kinds / 3, .server = kinds % 3, .suite = suite};
            struct rig r;
            uint64_t total = 0;

            ROW(kinds, kind_names[s.client]);
            s.to_server = SPAN("b NOOP\r\n");
            s.to_client = SPAN("* early\r\n");
            rig_start(&r, &s);
            assert_true(hear(&r.server, s.to_server) && hear(&r.client, s.to_client));
            for (size_t i = 0; i < ROWS(sizes); i++) {
                say(&r.client, span_of(big, sizes[i]));
                assert_true(hear(&r.server, span_of(big, sizes[i])));
                say(&r.server, span_of(big, sizes[i]));
                assert_true(hear(&r.client, span_of(big, sizes[i])));
                total += sizes[i];
            }
            say(&r.server, SPAN("* BYE\r\n"));
            if (s.server)
                say_close_notify(&r.server);
            finish(&r.server);
            assert_true(hear(&r.client, SPAN("* BYE\r\n")));
            assert_int_equal(hear_end(&r.client), s.client ? NOTIFY : FIN);
            if (s.client)
                say_close_notify(&r.client);
            finish(&r.client);
            rig_ends(&r, WIRE_SERVER_CLOSED, total + 8, total + 9 + 7, 2000);
        }
}

/* The longest early data, to a side where it must be sealed. */
/* Each side may take small records only, and then sends small ones too. Data arrives whole, in
 * records that the actors' own limits accept. */
static void small_records(void **unused)
{
    (void)unused;
    static const uint16_t limits[] = {63, 512, 1000, 1024, 4096};

    for (size_t i = 0; i < 2 * ROWS(limits); i++)
        for (int kinds = 0; kinds < 9; kinds++) {
            struct setup s = {.client = kinds / 3, .server = kinds % 3};
            uint16_t limit = limits[i / 2];
            struct rig r;

            ROW(i, i % 2 ? "the server's" : "the client's");
            s.client_limit = i % 2 ? 0 : limit;
            s.server_limit = i % 2 ? limit : 0;
            s.to_server = s.to_client = span_of(big, HANDOVER_EARLY_MAX);
            rig_start(&r, &s);
            assert_true(hear(&r.server, s.to_server) && hear(&r.client, s.to_client));
            for (int k = 0; k < 3; k++) {
                say(&r.client, span_of(big, sizeof big));
                assert_true(hear(&r.server, span_of(big, sizeof big)));
                say(&r.server, span_of(big, sizeof big));
                assert_true(hear(&r.client, span_of(big, sizeof big)));
            }
            kill(r.pid, SIGTERM);
            assert_int_equal(hear_end(&r.server), s.server ? NOTIFY : FIN);
            assert_int_equal(hear_end(&r.client), s.client ? NOTIFY : FIN);
            finish(&r.server);
            finish(&r.client);
            rig_ends(&r, WIRE_LOGGED_OFF, HANDOVER_EARLY_MAX + 3 * sizeof big,
                     HANDOVER_EARLY_MAX + 3 * sizeof big, 2000);
        }
}

/* Limits come from the handover image: one that can't be is not believed. */
static void impossible_limits_are_refused(void **unused)
{
    (void)unused;
    static const uint16_t limits[] = {1, 62, 16385, 65535};

    for (size_t i = 0; i < ROWS(limits); i++) {
        struct rig r;
        long cpu_ms;

        ROW(i, "limit");
        rig_start(&r, &(struct setup){.client = RIG_TLS13, .client_limit = limits[i]});
        assert_int_equal(rig_status(&r, &cpu_ms), EX_DATAERR);
    }
}

static void longest_early_data(void **unused)
{
    (void)unused;
    struct setup s = {.client = RIG_TLS13, .server = RIG_TLS12};
    struct rig r;

    s.to_server = s.to_client = span_of(big, HANDOVER_EARLY_MAX);
    rig_start(&r, &s);
    assert_true(hear(&r.client, s.to_client) && hear(&r.server, s.to_server));
    break_off(&r.client);
    assert_int_equal(hear_end(&r.server), FIN);
    finish(&r.server);
    rig_ends(&r, WIRE_CLIENT_LOST, HANDOVER_EARLY_MAX, HANDOVER_EARLY_MAX, NO_CPU);
}

/* Records that arrive octet by octet. */
static void records_cut_anywhere(void **unused)
{
    (void)unused;
    struct rig r;
    uint8_t room[2 * 64];

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    for (int i = 0; i < 3; i++) {
        size_t n = record_seal(&r.client.record, SPAN("a NOOP\r\n"), room);
        n += record_seal(&r.client.record, SPAN(""), room + n);
        for (size_t k = 0; k < n; k++) {
            say_raw(&r.client, room + k, 1);
            usleep(200);
        }
        assert_true(hear(&r.server, SPAN("a NOOP\r\n")));
    }
    say_raw(&r.client, room, 20); /* half a record is not an orderly end */
    finish(&r.client);
    assert_int_equal(hear_end(&r.server), RESET);
    rig_ends(&r, WIRE_CLIENT_LOST, 24, 0, NO_CPU);
}

static void ask_update(struct actor *a)
{
    struct record_internal *i = &a->record.internal;

    say_message(a, SHAKE, SPAN(UPDATE_ASKED));
    cipher_next_key(&i->out, i->cipher);
}

/* A server's ticket and either side's KeyUpdate are not data; a KeyUpdate is answered. */
static void tickets_and_key_updates(void **unused)
{
    (void)unused;
    struct rig r;

    rig_start(&r, &(struct setup){.client = RIG_TLS13, .server = RIG_TLS13});
    say_message(&r.server, SHAKE, SPAN(TICKET));
    for (int i = 0; i < 3; i++) {
        ask_update(&r.client);
        ask_update(&r.server);
        say(&r.client, SPAN("a IDLE\r\n"));
        assert_true(hear(&r.server, SPAN("a IDLE\r\n")));
        say(&r.server, SPAN("+ idling\r\n"));
        assert_true(hear(&r.client, SPAN("+ idling\r\n")));
    }
    kill(r.pid, SIGTERM);
    assert_int_equal(hear_end(&r.client), NOTIFY);
    assert_int_equal(hear_end(&r.server), NOTIFY);
    finish(&r.client);
    finish(&r.server);
    rig_ends(&r, WIRE_LOGGED_OFF, 24, 30, NO_CPU);
}

/* The server doesn't read: the client has to wait, nothing is lost, waiting takes no CPU, and the
 * other direction goes on. */
static void slow_server_slows_the_client(void **unused)
{
    (void)unused;
    struct rig r;
    uint64_t said = 0;
    ssize_t n;

    rig_start(&r, &(struct setup){0});
    block(r.client.out, false);
    for (int quiet = 0; quiet < 5;) {
        n = write(r.client.out, big, sizeof big);
        if (n > 0)
            said += (uint64_t)n;
        if (n > 0)
            quiet = 0;
        else
            quiet++, usleep(100000);
        assert_true(said < 64 << 20);
        /* stop after a partial write: the comparison expects whole patterns before it */
        if (n > 0 && said % sizeof big) {
            block(r.client.out, true);
            break;
        }
    }
    say(&r.server, SPAN("* still here\r\n"));
    assert_true(hear(&r.client, SPAN("* still here\r\n")));
    usleep(500000);
    for (uint64_t left = said; left;) {
        size_t whole = left < sizeof big ? (size_t)left : sizeof big;
        assert_true(hear(&r.server, span_of(big, whole)));
        left -= whole;
    }
    finish(&r.server);
    assert_int_equal(hear_end(&r.client), FIN);
    finish(&r.client);
    rig_ends(&r, WIRE_SERVER_CLOSED, said, 14, 1000);
}

/* INTERIM comes only after data has moved. */
static void interim_only_after_traffic(void **unused)
{
    (void)unused;
    struct rig r;
    struct wire w;

    rig_start(&r, &(struct setup){.client = RIG_TLS13, .interim = 1});
    for (uint64_t i = 1; i <= 2; i++) {
        say(&r.client, SPAN("abc"));
        assert_true(hear(&r.server, SPAN("abc")));
        rig_report(&r, &w);
        assert_int_equal(w.type, WIRE_INTERIM);
        assert_int_equal(w.end.bytes_in, 3 * i);
    }
    usleep(1500000);
    finish(&r.server);
    rig_report(&r, &w);
    assert_int_equal(w.type, WIRE_END);
    finish(&r.client);
    long cpu_ms;
    assert_int_equal(rig_status(&r, &cpu_ms), 0);
    assert_true(cpu_ms < NO_CPU);
}

/* A question is answered by INTERIM, also if nothing moved, with the time when data last moved. */
static void answers_a_question(void **unused)
{
    (void)unused;
    struct rig r;
    struct wire w;
    uint64_t before = clock_ms();

    rig_start(&r, &(struct setup){.client = RIG_TLS13});
    say(&r.client, SPAN("abc"));
    assert_true(hear(&r.server, SPAN("abc")));
    usleep(300000);
    for (int i = 0; i < 2; i++) {
        kill(r.pid, WIRE_ASK);
        rig_report(&r, &w);
        assert_int_equal(w.type, WIRE_INTERIM);
        assert_int_equal(w.end.bytes_in, 3);
        assert_int_equal(w.end.bytes_out, 0);
        assert_true(w.end.at <= clock_ms());
        assert_true(w.end.active >= before && w.end.at >= w.end.active + 250);
    }
    /* The report counts data that arrived before the question. */
    kill(r.pid, SIGSTOP);
    assert_int_equal(waitpid(r.pid, NULL, WUNTRACED), r.pid);
    say(&r.server, SPAN("defgh"));
    kill(r.pid, WIRE_ASK);
    kill(r.pid, SIGCONT);
    rig_report(&r, &w);
    if (w.end.bytes_out == 0) { /* the signal was handled first: ask again */
        kill(r.pid, WIRE_ASK);
        rig_report(&r, &w);
    }
    assert_int_equal(w.end.bytes_out, 5);
    kill(r.pid, SIGTERM);
    assert_true(hear(&r.client, SPAN("defgh")));
    assert_int_equal(hear_end(&r.client), NOTIFY);
    finish(&r.client);
    finish(&r.server);
    rig_ends(&r, WIRE_LOGGED_OFF, 3, 5, NO_CPU);
}

/* The signal is ignored by default: a filter survives a question meant for a relay. */
static void filter_ignores_the_question(void **unused)
{
    (void)unused;
    int told[2], status;
    char c;

    assert_int_equal(pipe(told), 0);
    pid_t pid = fork();
    if (pid == 0)
        _exit(read(told[0], &c, 1) == 1 ? 7 : 1);
    kill(pid, WIRE_ASK);
    assert_int_equal(write(told[1], "x", 1), 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 7);
    close(told[0]);
    close(told[1]);
}

static void exit_status_by_jail(void **unused)
{
    (void)unused;
    static const struct {
        struct span jail;
        int status;
    } rows[] = {
        {SPAN("12345678"), 71},            /* not a program */
        {SPAN("1234567"), 71},             /* not whole instructions */
        {SPAN("\6\0\0\0\0\0\xff\x7f"), 0}, /* return SECCOMP_RET_ALLOW */
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct setup s = {.jail = rows[i].jail};
        struct rig r;
        long cpu_ms;

        rig_start(&r, &s);
        finish(&r.server);
        finish(&r.client);
        assert_int_equal(rig_status(&r, &cpu_ms), rows[i].status);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_data),
        cmocka_unit_test(small_records),
        cmocka_unit_test(impossible_limits_are_refused),
        cmocka_unit_test(longest_early_data),
        cmocka_unit_test(records_cut_anywhere),
        cmocka_unit_test(tickets_and_key_updates),
        cmocka_unit_test(slow_server_slows_the_client),
        cmocka_unit_test(interim_only_after_traffic),
        cmocka_unit_test(answers_a_question),
        cmocka_unit_test(filter_ignores_the_question),
        cmocka_unit_test(exit_status_by_jail),
    };

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 251);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
