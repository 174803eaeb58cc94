/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/verify/penalty.c and of the state file's counts of refused logins. */
#include "check.h"

#include "clock.h"
#include "penalty.h"
#include "state_bed.h"

static uint64_t now = 1000000; /* ms */

/* Replaces lib/log/clock.c: time passes when the test says so. */
uint64_t clock_ms(void)
{
    return now;
}

int64_t clock_wall(void)
{
    return (int64_t)(now / 1000);
}

static int make_small(void **unused)
{
    (void)unused;
    return bed_make(1 << 20);
}

static void growth(void **unused)
{
    (void)unused;
    static const struct {
        unsigned refusals;
        unsigned times;
    } rows[] = {{0, 0}, {1, 0},  {4, 0},   {5, 1},     {6, 2},   {7, 4},
                {8, 8}, {9, 16}, {10, 16}, {1000, 16}, {~0u, 16}};

    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(penalty_times(rows[i].refusals), rows[i].times);
}

static void names(void **unused)
{
    (void)unused;
    static const struct {
        const char *address, *name;
    } rows[] = {
        {"192.0.2.7", "a:192.0.2.7"},
        {"2001:db8:1:2:3:4:5:6", "a:2001:db8:1:2::/64"},
        {"2001:db8:1:2::ffff", "a:2001:db8:1:2::/64"},
        {"::1", "a:::/64"},
    };
    char name[PENALTY_NAME_MAX];

    for (size_t i = 0; i < ROWS(rows); i++) {
        penalty_address_name(name, rows[i].address);
        assert_string_equal(name, rows[i].name);
    }
}

static void refuse(const char *address, const char *user, int times)
{
    for (int i = 0; i < times; i++)
        assert_true(penalty_refused(bed.s, address, user) >= 0);
}

static void counted(void **unused)
{
    (void)unused;
    refuse("192.0.2.7", "jo", 4);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 0);
    refuse("192.0.2.7", "jo", 2);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 2);
    assert_int_equal(penalty_of_user(bed.s, "jo"), 2);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.8"), 0);
    assert_int_equal(penalty_of_user(bed.s, "j"), 0);
    assert_int_equal(penalty_of_user(bed.s, "192.0.2.7"), 0);

    /* from many addresses only the user's count grows; for many users only the address's */
    refuse("192.0.2.9", "jo", 1);
    assert_int_equal(penalty_of_user(bed.s, "jo"), 4);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.9"), 0);
    refuse("2001:db8::1", "", 3);
    refuse("2001:db8::2", "al", 2);
    assert_int_equal(penalty_of_address(bed.s, "2001:db8::3"), 1);
    assert_int_equal(penalty_of_user(bed.s, ""), 0);

    /* a success clears the user's share of its address, and not what others did to the user */
    penalty_forgive(bed.s, "192.0.2.7", "JO");
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 0);
    assert_int_equal(penalty_of_user(bed.s, "jo"), 4);
    penalty_forgive(bed.s, "192.0.2.77", "jo");
}

/* Guesses at others in turn with logins of one's own are as slow as without these. */
static void own_logins(void **unused)
{
    (void)unused;
    for (int i = 0; i < 4; i++) {
        refuse("2001:db8::1", "victim", 2);
        refuse("2001:db8::1", "own", 1);
        penalty_forgive(bed.s, "2001:db8::2", "own"); /* the same /64 */
    }
    assert_int_equal(penalty_of_address(bed.s, "2001:db8::1"), 8);
    penalty_forgive(bed.s, "2001:db8:1::1", "victim");
    penalty_forgive(bed.s, "2001:db8::1", "victi");
    assert_int_equal(penalty_of_address(bed.s, "2001:db8::1"), 8);
    refuse("2001:db8::1", "", 1);
    penalty_forgive(bed.s, "2001:db8::1", "victim");
    refuse("2001:db8::1", "", 4);
    assert_int_equal(penalty_of_address(bed.s, "2001:db8::1"), 1);
}

static void case_of_users(void **unused)
{
    (void)unused;
    refuse("192.0.2.7", "J\303\226", 3);
    refuse("192.0.2.8", "j\303\266", 3);
    assert_int_equal(penalty_of_user(bed.s, "J\303\266"), 2);
    state_compare_users(bed.s, USER_CASE_EXACT);
    assert_int_equal(penalty_of_user(bed.s, "J\303\266"), 0);
    refuse("192.0.2.8", "J\303\226", 6);
    assert_int_equal(penalty_of_user(bed.s, "J\303\226"), 2);
}

static void forgiven(void **unused)
{
    (void)unused;
    struct err e;
    unsigned count;

    refuse("192.0.2.7", "jo", 9);
    assert_int_equal(state_failures_forgive(bed.s, "u:nobody", 1), 0);
    assert_int_equal(state_failures_forgive(bed.s, "u:jo", 4), 0);
    assert_int_equal(state_failures(bed.s, "u:jo", &count), 0);
    assert_int_equal(count, 5);
    assert_int_equal(state_failures_forgive(bed.s, "u:jo", 5), 0);
    assert_int_equal(state_failures(bed.s, "u:jo", &count), 0);
    assert_int_equal(count, 0);
    assert_int_equal(state_failures(bed.s, "a:192.0.2.7", &count), 0);
    assert_int_equal(count, 9);
    assert_int_equal(state_audit(bed.s, &e), 0);
}

static void quiet(void **unused)
{
    (void)unused;
    refuse("192.0.2.7", "jo", 6);
    now += FAILURES_QUIET * 1000ull;
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 2);
    refuse("192.0.2.7", "", 1); /* the quiet time starts anew */
    now += FAILURES_QUIET * 1000ull;
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 4);
    assert_int_equal(penalty_of_user(bed.s, "jo"), 0);
    now++;
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 0);
    refuse("192.0.2.7", "jo", 5);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.7"), 1);
}

static uint64_t names_known(void)
{
    struct state_usage u;

    assert_int_equal(state_usage(bed.s, &u), 0);
    return u.failures;
}

/* Guesses under ever new names go on counting, and so do earlier ones. */
static void flood(const char *format, unsigned names)
{
    char name[600];

    for (unsigned i = 0; i < names; i++) {
        snprintf(name, sizeof name, format, i);
        now++;
        assert_true(state_failed(bed.s, name) >= 0);
    }
}

static void full(void **unused)
{
    (void)unused;
    struct err e;

    refuse("192.0.2.7", "jo", 5);
    flood("u:%08x", FAILURES_MAX);
    assert_int_equal(names_known(), FAILURES_MAX);
    refuse("192.0.2.8", "", 5);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.8"), 1);
    flood("u:x%08x", 100);
    assert_int_equal(names_known(), FAILURES_MAX);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.8"), 1);
    assert_int_equal(state_audit(bed.s, &e), 0);
}

/* Long names fill the file before there are too many of them. */
static void full_file(void **unused)
{
    (void)unused;
    unsigned before;

    flood("u:%0480u", 2000);
    before = (unsigned)names_known();
    assert_in_range(before, 100, 1999);
    flood("u:1%0480u", 2000);
    assert_in_range(names_known(), before - 50, before + 50);
    refuse("192.0.2.8", "", 5);
    assert_int_equal(penalty_of_address(bed.s, "192.0.2.8"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(growth),
        cmocka_unit_test(names),
        TEST(counted),
        TEST(own_logins),
        TEST(case_of_users),
        TEST(forgiven),
        TEST(quiet),
        TEST(full),
        cmocka_unit_test_setup_teardown(full_file, make_small, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
