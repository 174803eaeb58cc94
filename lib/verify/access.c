/* SPDX-License-Identifier: ISC */
/* access - an edge, because it reads the time zone; see access.h. */
#include "access.h"

#include "hours.h"

/* Seconds until the access-hours end, at least 1. mktime finds the moment, since a day may be
 * longer or shorter than 24 hours. */
static uint32_t left_until(struct tm at, time_t now, unsigned days, unsigned till)
{
    at.tm_mday += (int)days;
    at.tm_hour = (int)(till / 60);
    at.tm_min = (int)(till % 60);
    at.tm_sec = 0;
    at.tm_isdst = -1;
    time_t end = mktime(&at);
    return end > now ? (uint32_t)(end - now) : 1;
}

const char *access_now(const struct group_policy *g, time_t now, uint32_t *timeout)
{
    unsigned days, till, monday_first;
    uint32_t left;
    struct tm at;

    *timeout = g->session_timeout * 60;
    if (g->simultaneous_logins == 0)
        return "simultaneous-logins is 0";
    if (!localtime_r(&now, &at))
        return "the local time is unknown";
    monday_first = (unsigned)(at.tm_wday + 6) % 7;
    switch (hours_at(span_str(g->access_hours), monday_first,
                     (unsigned)(at.tm_hour * 60 + at.tm_min), &days, &till)) {
    case HOURS_CLOSED:
        return "outside the access-hours";
    case HOURS_UNTIL:
        left = left_until(at, now, days, till);
        if (*timeout == 0 || left < *timeout)
            *timeout = left;
        return NULL;
    case HOURS_ALWAYS:
        break;
    }
    return NULL;
}
