/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/verify/repeat.c: which logins are repeats, and for how long. */
#include "check.h"

#include "repeat.h"

static struct repeats r = {.key = "a key for tests, 32 octets long."};

static const struct {
    struct span address, login, password;
} logins[] = {
    {SPAN("192.0.2.7"), SPAN("jo"), SPAN("secret")},
    {SPAN("192.0.2.8"), SPAN("jo"), SPAN("secret")},
    {SPAN("192.0.2.7"), SPAN("Jo"), SPAN("secret")},
    {SPAN("192.0.2.7"), SPAN("jo"), SPAN("secreT")},
    {SPAN("192.0.2.7"), SPAN("jos"), SPAN("ecret")},
    {SPAN("192.0.2.7j"), SPAN("o"), SPAN("secret")},
    {SPAN("192.0.2.7"), SPAN("jo"), SPAN("secret\0")},
    {SPAN("192.0.2.7"), SPAN("jo"), SPAN("")},
};

static void digest(size_t i, unsigned char out[REPEAT_DIGEST])
{
    repeat_digest(&r, logins[i].address, logins[i].login, logins[i].password, out);
}

static void every_part_counts(void **unused)
{
    (void)unused;
    unsigned char a[REPEAT_DIGEST], b[REPEAT_DIGEST];

    for (size_t i = 0; i < ROWS(logins); i++)
        for (size_t j = 0; j < ROWS(logins); j++) {
            digest(i, a);
            digest(j, b);
            assert_int_equal(memcmp(a, b, sizeof a) == 0, i == j);
        }
}

static void the_key_counts(void **unused)
{
    (void)unused;
    unsigned char a[REPEAT_DIGEST], b[REPEAT_DIGEST];

    digest(0, a);
    r.key[0] ^= 1;
    digest(0, b);
    r.key[0] ^= 1;
    assert_memory_not_equal(a, b, sizeof a);
}

static void on_one_connection(void **unused)
{
    (void)unused;
    static const struct {
        enum denial denial;
        uint64_t later; /* ms after the denial */
        bool known;
    } rows[] = {
        {0, 0, false},
        {DENIAL_REFUSED, 0, true},
        {DENIAL_REFUSED, 3600000, true},
        {DENIAL_TEMPORARY, 0, true},
        {DENIAL_TEMPORARY, REPEAT_TEMPORARY_MS - 1, true},
        {DENIAL_TEMPORARY, REPEAT_TEMPORARY_MS, false},
        {DENIAL_LIMIT, 0, false},
        {DENIAL_ADMIN, 0, false},
    };
    unsigned char other[REPEAT_DIGEST];

    digest(3, other);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct repeat last = {.denial = rows[i].denial, .at = 1000};
        digest(0, last.digest);
        assert_int_equal(repeat_is_known(&last, last.digest, 1000 + rows[i].later), rows[i].known);
        assert_false(repeat_is_known(&last, other, 1000 + rows[i].later));
    }
}

static void counted_once(void **unused)
{
    (void)unused;
    unsigned char a[REPEAT_DIGEST], b[REPEAT_DIGEST];

    digest(0, a);
    digest(1, b);
    assert_false(repeat_was_counted(&r, a, 1000));
    assert_true(repeat_was_counted(&r, a, 1000 + REPEAT_COUNTED_MS - 1));
    assert_false(repeat_was_counted(&r, b, 1000));
    assert_false(repeat_was_counted(&r, a, 1000 + REPEAT_COUNTED_MS));
}

/* The table is full: the oldest is counted again, the newest is still known. */
static void bounded(void **unused)
{
    (void)unused;
    unsigned char first[REPEAT_DIGEST], d[REPEAT_DIGEST] = {0};

    memset(r.entries, 0, sizeof r.entries);
    digest(0, first);
    assert_false(repeat_was_counted(&r, first, 1000));
    for (unsigned i = 0; i < REPEAT_ENTRIES; i++) {
        d[0] = (unsigned char)i;
        d[1] = (unsigned char)(i >> 8);
        d[2] = 1;
        assert_false(repeat_was_counted(&r, d, 1000));
    }
    assert_true(repeat_was_counted(&r, d, 1000));
    assert_false(repeat_was_counted(&r, first, 1000));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_counts), cmocka_unit_test(the_key_counts),
        cmocka_unit_test(on_one_connection), cmocka_unit_test(counted_once),
        cmocka_unit_test(bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
