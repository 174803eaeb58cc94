/* SPDX-License-Identifier: ISC */
/* Unit tests of expiry: days left and what is to be renewed, around every edge. */
#include "check.h"

#include "expiry.h"

#define NOW 1700000000
#define DAY 86400

static const struct row {
    const char *name;
    int64_t left; /* s */
    int64_t days;
    enum expiry verdict;
} rows[] = {
    {.name = "a year", .left = 365 * DAY, .days = 365, .verdict = EXPIRY_FAR},
    {.name = "14 days", .left = 14 * DAY, .days = 14, .verdict = EXPIRY_FAR},
    {.name = "a second less", .left = 14 * DAY - 1, .days = 13, .verdict = EXPIRY_SOON},
    {.name = "a day", .left = DAY, .days = 1, .verdict = EXPIRY_SOON},
    {.name = "less than a day", .left = DAY - 1, .days = 0, .verdict = EXPIRY_SOON},
    {.name = "the last second", .left = 0, .days = 0, .verdict = EXPIRY_SOON},
    {.name = "over for a second", .left = -1, .days = -1, .verdict = EXPIRY_OVER},
    {.name = "over for a day", .left = -DAY, .days = -1, .verdict = EXPIRY_OVER},
    {.name = "over for more than that", .left = -DAY - 1, .days = -2, .verdict = EXPIRY_OVER},
};

static void test_days(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_int_equal(expiry_days(NOW + rows[i].left, NOW), rows[i].days);
        assert_int_equal(expiry_judge(NOW + rows[i].left, NOW), rows[i].verdict);
    }
    assert_int_equal(expiry_judge(EXPIRY_NEVER, NOW), EXPIRY_FAR);
}

/* life: from the issue to the end; left: until the end. */
static const struct short_row {
    const char *name;
    int64_t life, left;
    enum expiry verdict;
} short_rows[] = {
    {.name = "a new one of a week", .life = 7 * DAY, .left = 7 * DAY, .verdict = EXPIRY_FAR},
    {.name = "its last quarter begins", .life = 8 * DAY, .left = 2 * DAY, .verdict = EXPIRY_FAR},
    {.name = "in it", .life = 8 * DAY, .left = 2 * DAY - 1, .verdict = EXPIRY_SOON},
    {.name = "over", .life = 8 * DAY, .left = -1, .verdict = EXPIRY_OVER},
    {.name = "one of a year, 20 days left",
     .life = 365 * DAY,
     .left = 20 * DAY,
     .verdict = EXPIRY_FAR},
    {.name = "one of a year, 13 days left",
     .life = 365 * DAY,
     .left = 13 * DAY,
     .verdict = EXPIRY_SOON},
    {.name = "it ends before it begins", .life = -DAY, .left = DAY, .verdict = EXPIRY_FAR},
};

static void test_short(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(short_rows); i++) {
        int64_t until = NOW + short_rows[i].left;
        ROW(i, short_rows[i].name);
        assert_int_equal(expiry_judge_short(until - short_rows[i].life, until, NOW),
                         short_rows[i].verdict);
    }
    assert_int_equal(expiry_judge_short(NOW, EXPIRY_NEVER, NOW), EXPIRY_FAR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_days), cmocka_unit_test(test_short)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
