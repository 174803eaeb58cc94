/* SPDX-License-Identifier: ISC */
/* hours - PURE; see hours.h. */
#include "hours.h"

#include "num.h"

#define DAYS     7
#define MIDNIGHT (24 * 60u)

static bool read_day(struct span s, unsigned *day)
{
    static const char names[DAYS][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

    for (unsigned i = 0; i < DAYS; i++)
        if (span_ieq(s, span_str(names[i]))) {
            *day = i;
            return true;
        }
    return false;
}

/* HH:MM, 00:00 to 24:00. */
static bool read_time(struct span s, unsigned *minutes)
{
    uint64_t hour, minute;

    if (s.n != 5 || s.p[2] != ':' || !num_parse(span_head(s, 2), 24, &hour) ||
        !num_parse(span_tail(s, 3), 59, &minute))
        return false;
    *minutes = (unsigned)(hour * 60 + minute);
    return *minutes <= 24 * 60;
}

static bool read_days(struct span s, unsigned *days)
{
    unsigned first, last;
    bool range = span_find(s, '-') != SPAN_NOT_FOUND;

    if (!read_day(span_cut(&s, '-'), &first))
        return false;
    last = first;
    if (range && !read_day(s, &last))
        return false;
    *days = 1u << last;
    for (unsigned i = first; i != last; i = (i + 1) % DAYS)
        *days |= 1u << i;
    return true;
}

bool hours_next(struct span *rest, struct hours *out)
{
    bool comma = span_find(*rest, ',') != SPAN_NOT_FOUND;
    struct span entry = span_trim(span_cut(rest, ','));
    struct span days = span_cut(&entry, ' '), times = span_trim(entry);

    if (comma && span_trim(*rest).n == 0)
        return false; /* nothing follows the last comma */
    return read_days(days, &out->days) && read_time(span_cut(&times, '-'), &out->from) &&
           read_time(times, &out->till) && out->from < out->till;
}

bool hours_valid(struct span text)
{
    struct hours hours;

    while (text.n > 0)
        if (!hours_next(&text, &hours))
            return false;
    return true;
}

/* The latest end among the entries that cover this minute; 0: no entry covers it. */
static unsigned covered_till(struct span text, unsigned weekday, unsigned minute)
{
    struct hours hours;
    unsigned till = 0;

    while (text.n > 0 && hours_next(&text, &hours))
        if (hours.days >> weekday & 1 && hours.from <= minute && minute < hours.till &&
            hours.till > till)
            till = hours.till;
    return till;
}

enum hours_verdict hours_at(struct span text, unsigned weekday, unsigned minute, unsigned *days,
                            unsigned *till)
{
    unsigned end;

    if (text.n == 0)
        return HOURS_ALWAYS;
    *days = *till = 0;
    while (*days <= DAYS) {
        end = covered_till(text, (weekday + *days) % DAYS, minute);
        if (end == 0) /* closed from here on: *till is where the last entry ended */
            return *till || *days ? HOURS_UNTIL : HOURS_CLOSED;
        *till = minute = end;
        if (end == MIDNIGHT) { /* the next day's first minute */
            ++*days;
            *till = minute = 0;
        }
    }
    return HOURS_ALWAYS;
}
