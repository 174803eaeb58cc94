/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state: what sessions report, what is left of it, and the counters by name. */
#include "check.h"

#include <errno.h>

#include "clock.h"
#include "state_bed.h"

/* One that is authenticated: its id. */
static uint64_t session(enum protocol protocol)
{
    static struct entry e, gone;

    e = (struct entry){.protocol = (uint8_t)protocol, .process = me(), .mail_user = "jo"};
    assert_int_equal(state_enter(bed.s, &e, 0, 0, &gone), 0);
    assert_int_equal(state_authenticate(bed.s, &e, 0), 0);
    return e.id;
}

/* A relay is not believed where it speaks of the future. */
static void reports_of_the_future(void **unused)
{
    (void)unused;
    static const struct state_report rows[] = {
        {1, 1, UINT64_MAX, UINT64_MAX}, {1, 1, UINT64_MAX, 5}, {1, 1, 5, UINT64_MAX}, {1, 1, 0, 0}};
    static struct entry e;
    uint64_t id = session(PROTOCOL_POP3S);

    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(state_interim(bed.s, id, &rows[i]), 0);
        assert_int_equal(state_get(bed.s, id, &e), 0);
        assert_true(e.reported <= clock_ms());
        assert_true(e.reported == rows[i].at || rows[i].at == UINT64_MAX);
        assert_true(e.active <= e.reported);
        assert_true(e.active == rows[i].active || rows[i].active == UINT64_MAX);
    }
}

/* Bytes of all sessions, by protocol: each report adds what is new in it. */
static void bytes_of_all(void **unused)
{
    (void)unused;
    static struct entry e;
    struct state_counts n;

    for (unsigned i = 0; i < 3; i++) {
        uint64_t id = session(PROTOCOL_SMTPS);
        assert_int_equal(state_interim(bed.s, id, &(struct state_report){5, 6, 1, 1}), 0);
        assert_int_equal(state_counts(bed.s, &n), 0);
        assert_int_equal(n.bytes_in[PROTOCOL_SMTPS], i > 0 ? 100 + 5 * i : 5);
        assert_int_equal(i == 0
                             ? state_finish(bed.s, id, &(struct state_report){100, 200, 2, 2}, &e)
                             : state_end(bed.s, id, &e),
                         0);
        assert_int_equal(e.bytes_in, i == 0 ? 100 : 5);
    }
    assert_int_equal(state_counts(bed.s, &n), 0);
    assert_int_equal(n.bytes_in[PROTOCOL_SMTPS], 110);
    assert_int_equal(n.bytes_out[PROTOCOL_SMTPS], 212);
    assert_int_equal(n.bytes_out[PROTOCOL_IMAP4S], 0);
}

static void join_tallies(void *context, const char *name, uint64_t count)
{
    char *text = context;

    snprintf(text + strlen(text), 64, "%s=%u ", name, (unsigned)count);
}

static void tallies(void **unused)
{
    (void)unused;
    char text[256] = "", name[TALLY_NAME_MAX + 2];
    struct state_usage before, now;

    assert_int_equal(state_usage(bed.s, &before), 0);
    assert_int_equal(state_tallies(bed.s, join_tallies, text), 0);
    assert_string_equal(text, "");
    assert_int_equal(state_tally(bed.s, "b x"), 0);
    assert_int_equal(state_tally(bed.s, "a"), 0);
    assert_int_equal(state_tally(bed.s, "b x"), 0);
    assert_int_equal(state_tallies(bed.s, join_tallies, text), 0);
    assert_string_equal(text, "a=1 b x=2 ");
    memset(name, 'n', sizeof name);
    name[TALLY_NAME_MAX + 1] = '\0';
    assert_int_equal(state_tally(bed.s, name), -1);
    assert_int_equal(state_tally_once(bed.s, name), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(state_tally(bed.s, ""), -1);
    assert_int_equal(state_tally_once(bed.s, ""), -1);
    assert_int_equal(state_tally_once(bed.s, "a"), 0);
    assert_int_equal(state_tally_once(bed.s, "once"), 1);
    assert_int_equal(state_tally_once(bed.s, "once"), 0);
    name[TALLY_NAME_MAX] = '\0';
    assert_int_equal(state_tally(bed.s, name), 0);
    assert_int_equal(state_failed(bed.s, "u:jo"), 0);
    assert_int_equal(state_usage(bed.s, &now), 0);
    assert_int_equal(now.failures, before.failures + 1);
    assert_true(now.used > before.used && now.used < now.size);
}

static void evictions(void **unused)
{
    (void)unused;
    static struct entry e, gone;
    struct state_counts n;

    for (int i = 0; i < 4; i++) {
        e = (struct entry){.protocol = PROTOCOL_IMAP4S, .process = me()};
        assert_int_equal(state_enter(bed.s, &e, 2, 0, &gone), 0);
    }
    assert_int_equal(state_counts(bed.s, &n), 0);
    assert_int_equal(n.evicted[PROTOCOL_IMAP4S], 2);
    assert_int_equal(n.evicted[PROTOCOL_POP3S], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(reports_of_the_future),
        TEST(bytes_of_all),
        TEST(tallies),
        TEST(evictions),
    };
    return cmocka_run_group_tests_name("state_tally", tests, NULL, NULL);
}
