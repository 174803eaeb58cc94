/* SPDX-License-Identifier: ISC */
/* Unit tests of several logins from one address at once: many connections guess no faster than
 * one. The test plays the server group, a web server, so that no result depends on time. */
#include "check.h"

#include "penalty.h"
#include "web_group.h"

#define MANY         8
#define NOT_ASKED_MS 100 /* how long to watch for a question that must not come */

static struct player players[MANY];

/* Player i logs in as jo with the VPN password pN and the mail password "secret". */
static void log_in(int i, int n)
{
    const char password[] = {'p', (char)('0' + n), ':', 's', 'e', 'c', 'r', 'e', 't'};
    const struct wire w = {.type = WIRE_VERIFY,
                           .verify = {.login = SPAN("jo:jane@127.0.0.1"),
                                      .password = span_of(password, sizeof password)}};

    say(players[i].filter, &w, NULL, 0);
}

static void prepare(void)
{
    bed_make();
    web_make(0);
    bed.penalty_ms = 1;
    start_helper(-1, -1, NULL, NULL);
    for (int i = 0; i < MANY; i++)
        players[i] = join('H');
}

static int make(void **unused)
{
    (void)unused;
    prepare();
    for (int i = 0; i < MANY; i++)
        log_in(i, i);
    return 0;
}

static int make_repeating(void **unused)
{
    (void)unused;
    prepare();
    return 0;
}

static int unmake(void **unused)
{
    (void)unused;
    for (int i = 0; i < MANY; i++)
        close_all(&players[i]);
    end_helper(SIGKILL);
    bed.penalty_ms = 0;
    close(web_fd);
    bed_remove();
    return 0;
}

static int one_is_asked(void)
{
    int asked;

    assert_true(is_asked(&asked, WAIT_MS));
    return asked;
}

static void nobody_is_asked(void)
{
    int asked;

    assert_false(is_asked(&asked, NOT_ASKED_MS));
}

/* As many logins as there are free refusals; one fewer after each refusal; then one at a time. */
static void refused(void **unused)
{
    (void)unused;
    int asked[PENALTY_FREE];

    for (int i = 0; i < PENALTY_FREE; i++)
        asked[i] = one_is_asked();
    nobody_is_asked();
    for (int i = 0; i < PENALTY_FREE - 1; i++) {
        say_status(asked[i], 403);
        nobody_is_asked();
    }
    say_status(asked[PENALTY_FREE - 1], 403);
    for (int i = PENALTY_FREE; i < MANY; i++) {
        int next = one_is_asked();
        nobody_is_asked();
        say_status(next, 403);
    }
    for (int i = 0; i < MANY; i++)
        assert_int_equal(reply(&players[i]), 'R');
    assert_true(logged("event=slowed-down"));
}

/* Correct logins wait only for each other. */
static void correct(void **unused)
{
    (void)unused;
    int asked[PENALTY_FREE];
    bool done[MANY] = {false};

    for (int i = 0; i < PENALTY_FREE; i++)
        asked[i] = one_is_asked();
    for (int i = 0; i < MANY; i++) {
        struct pollfd f[MANY];
        int who = 0;

        say_status(i < PENALTY_FREE ? asked[i] : one_is_asked(), 204);
        for (int k = 0; k < MANY; k++)
            f[k] = (struct pollfd){.fd = done[k] ? -1 : players[k].filter, .events = POLLIN};
        assert_true(poll(f, MANY, WAIT_MS) > 0);
        while (!f[who].revents)
            who++;
        assert_int_equal(reply(&players[who]), 'G');
        request(&players[who], 'R');
        assert_int_equal(reply(&players[who]), 'E');
        done[who] = true;
    }
    assert_false(logged("event=slowed-down"));
}

/* A client that leaves before the answer counts as refused, and frees its turn. */
static void left(void **unused)
{
    (void)unused;
    int asked[PENALTY_FREE];

    for (int i = 0; i < PENALTY_FREE; i++)
        asked[i] = one_is_asked();
    for (int i = 0; i < MANY - 1; i++)
        close_all(&players[i]);
    for (int i = 0; i < PENALTY_FREE; i++)
        close(asked[i]);
    say_status(one_is_asked(), 403);
    assert_int_equal(reply(&players[MANY - 1]), 'R');
    assert_true(logged("event=slowed-down"));
}

/* The same wrong password on many connections counts once; another password counts again. */
static void repeated(void **unused)
{
    (void)unused;
    struct err e;
    unsigned count;

    for (int i = 0; i < MANY; i++) {
        log_in(i, i < MANY - 1 ? 1 : 2);
        say_status(one_is_asked(), 403);
        assert_int_equal(reply(&players[i]), 'R');
    }
    assert_false(logged("event=slowed-down"));
    struct state *s = state_open(bed.directory, 0, &e);
    assert_int_equal(state_failures(s, "a:127.0.0.1", &count), 0);
    state_close(s);
    assert_int_equal(count, 2);
}

/* A temporary failure does not count. */
static void temporary(void **unused)
{
    (void)unused;
    for (int i = 0; i < MANY; i++)
        say_status(one_is_asked(), 500);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(reply(&players[i]), 'T');
    assert_false(logged("event=slowed-down"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(refused, make, unmake),
        cmocka_unit_test_setup_teardown(correct, make, unmake),
        cmocka_unit_test_setup_teardown(left, make, unmake),
        cmocka_unit_test_setup_teardown(repeated, make_repeating, unmake),
        cmocka_unit_test_setup_teardown(temporary, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
