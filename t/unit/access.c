/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/verify/access.c and of hours_at: access-hours, also on the days when clocks
 * change. TZ spells the zone out: no zone file is needed. */
#include "check.h"

#include <stdlib.h>

#include "access.h"
#include "hours.h"

#define BERLIN "CET-1CEST,M3.5.0,M10.5.0/3"
#define NEVER  UINT32_MAX /* no access */

static const struct {
    const char *name, *hours;
    int month, day, hour, minute; /* 2026, by Berlin's clock */
    unsigned session_timeout;     /* minutes */
    uint32_t left;                /* s; 0: without end */
    int winter;                   /* 1: the second of the two hours when clocks are put back */
    /* clang-format off */
} rows[] = {
    {.name = "no hours", .hours = "", .month = 3, .day = 2, .left = 0},
    {.name = "no hours, a timeout", .hours = "", .month = 3, .day = 2, .session_timeout = 5, .left = 300},
    {.name = "Monday at work", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 2, .hour = 19,
     .minute = 30, .left = 1800},
    {.name = "the first minute", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 2, .hour = 7,
     .left = 13 * 3600},
    {.name = "before the first minute", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 2, .hour = 6,
     .minute = 59, .left = NEVER},
    {.name = "the end is excluded", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 2, .hour = 20,
     .left = NEVER},
    {.name = "Saturday", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 7, .hour = 12,
     .left = NEVER},
    {.name = "a second entry", .hours = "Mon-Fri 07:00-20:00, Sat 09:00-12:00", .month = 3, .day = 7,
     .hour = 11, .left = 3600},
    {.name = "the timeout is shorter", .hours = "Mon-Fri 07:00-20:00", .month = 3, .day = 2,
     .hour = 12, .session_timeout = 60, .left = 3600},
    {.name = "over midnight", .hours = "Fri 22:00-24:00, Sat 00:00-02:00", .month = 3, .day = 6,
     .hour = 23, .left = 3 * 3600},
    {.name = "over midnight, in one", .hours = "Fri 22:00-06:00", .month = 3, .day = 6,
     .hour = 23, .left = 7 * 3600},
    {.name = "over midnight, after it", .hours = "Fri 22:00-06:00", .month = 3, .day = 7,
     .hour = 5, .left = 3600},
    {.name = "over midnight, its end", .hours = "Fri 22:00-06:00", .month = 3, .day = 7,
     .hour = 6, .left = NEVER},
    {.name = "over midnight, the morning of its day", .hours = "Fri 22:00-06:00", .month = 3,
     .day = 6, .hour = 5, .left = NEVER},
    {.name = "over the end of the week", .hours = "Sun 22:00-06:00", .month = 3, .day = 9,
     .hour = 1, .left = 5 * 3600},
    {.name = "every night", .hours = "Daily 22:00-06:00", .month = 3, .day = 4, .hour = 21,
     .left = NEVER},
    {.name = "every night and day", .hours = "Daily 22:00-06:00, Daily 06:00-22:00", .month = 3,
     .day = 4, .hour = 5, .left = 0},
    {.name = "a night that is longer on Friday", .hours = "Daily 22:00-06:00, Weekend 00:00-09:00",
     .month = 3, .day = 6, .hour = 23, .left = 10 * 3600},
    {.name = "till midnight, as 00:00", .hours = "Fri 22:00-00:00", .month = 3, .day = 6,
     .hour = 23, .left = 3600},
    {.name = "Mondays and Wednesdays", .hours = "Mon,Wed 08:00-12:00", .month = 3, .day = 3,
     .hour = 9, .left = NEVER},
    {.name = "over midnight into a long day", .hours = "Sat 22:00-06:00", .month = 10, .day = 25,
     .hour = 1, .left = 6 * 3600},
    {.name = "until midnight", .hours = "Fri 22:00-24:00", .month = 3, .day = 6, .hour = 23,
     .left = 3600},
    {.name = "one right after another", .hours = "Mon 08:00-12:00, Mon 12:00-14:00", .month = 3, .day = 2,
     .hour = 11, .left = 3 * 3600},
    {.name = "over the new week", .hours = "Sat-Mon 00:00-24:00", .month = 3, .day = 8, .hour = 12,
     .left = 36 * 3600},
    {.name = "the whole week", .hours = "Mon-Sun 00:00-24:00", .month = 3, .day = 4, .hour = 5,
     .left = 0},
    /* 29 March: 02:00 becomes 03:00; 25 October: 03:00 becomes 02:00 */
    {.name = "a short day", .hours = "Sun 00:00-06:00", .month = 3, .day = 29, .hour = 1,
     .left = 4 * 3600},
    {.name = "a long day", .hours = "Sun 00:00-06:00", .month = 10, .day = 25, .hour = 1,
     .left = 6 * 3600},
    {.name = "the hour comes twice: first", .hours = "Sun 00:00-06:00", .month = 10, .day = 25,
     .hour = 2, .minute = 30, .left = 4 * 3600 + 1800},
    {.name = "the hour comes twice: second", .hours = "Sun 00:00-06:00", .month = 10, .day = 25,
     .hour = 2, .minute = 30, .winter = 1, .left = 3 * 3600 + 1800},
};
/* clang-format on */

static void hours(void **unused)
{
    (void)unused;
    setenv("TZ", BERLIN, 1);
    tzset();
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct group_policy g = {.simultaneous_logins = 3,
                                 .session_timeout = rows[i].session_timeout,
                                 .access_hours = (char *)(uintptr_t)rows[i].hours};
        struct tm at = {.tm_year = 126,
                        .tm_mon = rows[i].month - 1,
                        .tm_mday = rows[i].day,
                        .tm_hour = rows[i].hour,
                        .tm_min = rows[i].minute,
                        .tm_isdst = -1};
        uint32_t left = 77;

        ROW(i, rows[i].name);
        if (rows[i].month == 10 && rows[i].hour == 2)
            at.tm_isdst = !rows[i].winter;
        const char *why = access_now(&g, mktime(&at), &left);
        if (rows[i].left == NEVER)
            assert_string_equal(why, "outside the access-hours");
        else {
            assert_null(why);
            assert_int_equal(left, rows[i].left);
        }
    }
}

static void blocked(void **unused)
{
    (void)unused;
    struct group_policy g = {.simultaneous_logins = 0, .access_hours = (char[]){""}};
    uint32_t left;

    assert_string_equal(access_now(&g, time(NULL), &left), "simultaneous-logins is 0");
}

/* An AAA server's limits count where they are tighter (R3.2a). */
static void limited(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        unsigned policy; /* session-timeout, minutes */
        struct aaa_limits limits;
        const char *hours;
        uint32_t left;
        const char *why;
    } cases[] = {
        {"no limits", 5, {0}, "", 300, NULL},
        {"a shorter session", 5, {.session_timeout = 60}, "", 60, NULL},
        {"a longer session", 5, {.session_timeout = 600}, "", 300, NULL},
        {"only the server's", 0, {.session_timeout = 600}, "", 600, NULL},
        {"blocked", 5, {.blocked = true}, "", 0, "simultaneous-logins is 0"},
        {"within its hours", 0, {0}, "Mon 08:00-12:00", 3600, NULL},
        {"the policy ends first", 5, {0}, "Mon 08:00-12:00", 300, NULL},
        {"outside its hours", 5, {0}, "Tue 08:00-12:00", 0, "outside the access-hours"},
    };
    struct tm at = {.tm_year = 126, .tm_mon = 2, .tm_mday = 2, .tm_hour = 11, .tm_isdst = -1};
    time_t now = mktime(&at); /* a Monday */

    for (size_t i = 0; i < ROWS(cases); i++) {
        struct group_policy g = {.simultaneous_logins = 3,
                                 .session_timeout = cases[i].policy,
                                 .access_hours = (char[]){""}};
        uint32_t left = 0;
        const char *why = access_limited(&g, &cases[i].limits, cases[i].hours, now, &left);

        ROW(i, cases[i].name);
        if (cases[i].why) {
            assert_non_null(why);
            assert_string_equal(why, cases[i].why);
        } else {
            assert_null(why);
            assert_int_equal(left, cases[i].left);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(hours), cmocka_unit_test(blocked),
                                       cmocka_unit_test(limited)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
