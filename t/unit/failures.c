/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state/failures.c: counts of refused logins, how they are forgotten, a full
 * table. The test has a clock of its own. */
#include "check.h"

#include "clock.h"
#include "state_bed.h"

static uint64_t now = 1000000;

uint64_t clock_ms(void)
{
    return now;
}

int64_t clock_wall(void)
{
    return (int64_t)(now / 1000);
}

static unsigned count(const char *name)
{
    unsigned n = 77;

    assert_int_equal(state_failures(bed.s, name, &n), 0);
    return n;
}

static void growth(void **unused)
{
    (void)unused;
    char name[600], same[600];

    for (unsigned i = 1; i <= 100; i++) {
        assert_int_equal(state_failed(bed.s, "a:192.0.2.7"), 0);
        assert_int_equal(count("a:192.0.2.7"), i);
    }
    assert_int_equal(count("a:192.0.2.8"), 0);
    memset(name, 'x', sizeof name);
    name[599] = '\0';
    memcpy(same, name, sizeof same);
    same[598] = 'y'; /* differs after the octets that count */
    assert_int_equal(state_failed(bed.s, name), 0);
    assert_int_equal(count(same), 1);
}

static void quiet(void **unused)
{
    (void)unused;
    assert_int_equal(state_failed(bed.s, "u:jo"), 0);
    now += FAILURES_QUIET * 1000ull;
    assert_int_equal(count("u:jo"), 1);
    assert_int_equal(state_failed(bed.s, "u:jo"), 0); /* the quiet time starts anew */
    assert_int_equal(count("u:jo"), 2);
    now += FAILURES_QUIET * 1000ull;
    assert_int_equal(count("u:jo"), 2);
    now++;
    assert_int_equal(count("u:jo"), 0);
    assert_int_equal(state_failed(bed.s, "u:jo"), 0);
    assert_int_equal(count("u:jo"), 1);
    assert_int_equal(state_failures_forgive(bed.s, "u:jo", 9), 0);
    assert_int_equal(count("u:jo"), 0);
    assert_int_equal(state_failures_forgive(bed.s, "u:jo", 9), 0);
}

static const char *numbered(unsigned i)
{
    static char name[32];

    snprintf(name, sizeof name, "u:%06u", i);
    return name;
}

/* A new name always counts: among its neighbours the oldest is forgotten, never the newest. A known
 * name needs no room. */
static void full(void **unused)
{
    (void)unused;
    unsigned left = 0;

    for (unsigned i = 0; i < FAILURES_MAX; i++) {
        now++;
        assert_int_equal(state_failed(bed.s, numbered(i)), 0);
    }
    assert_int_equal(state_failed(bed.s, numbered(7)), 0);
    assert_int_equal(count(numbered(7)), 2);
    now++;
    assert_int_equal(state_failed(bed.s, "u:000003a"), 1); /* sorts before u:000004 */
    assert_int_equal(count("u:000003a"), 1);
    assert_int_equal(count(numbered(4)), 0);
    assert_int_equal(count(numbered(5)), 1);
    now++;
    assert_int_equal(state_failed(bed.s, "u:z"),
                     1); /* sorts last: the search goes round the table's end */
    assert_int_equal(count("u:z"), 1);
    assert_int_equal(count(numbered(0)), 0);
    for (unsigned i = 0; i < FAILURES_MAX; i++)
        left += count(numbered(i)) > 0;
    assert_int_equal(left, FAILURES_MAX - 2);
    now += FAILURES_QUIET * 1000ull + 1; /* now there is room */
    assert_int_equal(state_failed(bed.s, "u:new"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(growth),
        TEST(quiet),
        TEST(full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
