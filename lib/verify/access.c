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

const char *access_limited(const struct group_policy *g, const struct aaa_limits *l,
                           const char *hours, time_t now, uint32_t *timeout)
{
    const struct group_policy range = {.simultaneous_logins = !l->blocked,
                                       .access_hours = (char *)(uintptr_t)hours};
    uint32_t left;
    const char *why = access_now(g, now, timeout);

    if (!why)
        why = access_now(&range, now, &left);
    if (why)
        return why;
    if (left && (*timeout == 0 || left < *timeout))
        *timeout = left;
    if (l->session_timeout && (*timeout == 0 || l->session_timeout < *timeout))
        *timeout = l->session_timeout;
    return NULL;
}
