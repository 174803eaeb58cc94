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

/* A day, a range of days, or a word for several. */
static bool read_days(struct span s, unsigned *days)
{
    static const struct {
        struct span word;
        unsigned days;
    } words[] = {{SPAN("Daily"), 0x7f}, {SPAN("Weekdays"), 0x1f}, {SPAN("Weekend"), 0x60}};
    bool range = span_find(s, '-') != SPAN_NOT_FOUND;
    unsigned first, last;

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (span_ieq(s, words[i].word)) {
            *days |= words[i].days;
            return true;
        }
    if (!read_day(span_cut(&s, '-'), &first))
        return false;
    last = first;
    if (range && !read_day(s, &last))
        return false;
    *days |= 1u << last;
    for (unsigned i = first; i != last; i = (i + 1) % DAYS)
        *days |= 1u << i;
    return true;
}

bool hours_next(struct span *rest, struct hours *out)
{
    struct span days, times;

    out->days = 0;
    do { /* what has no times is one more item of the list of days */
        bool comma = span_find(*rest, ',') != SPAN_NOT_FOUND;
        times = span_trim(span_cut(rest, ','));
        days = span_cut(&times, ' ');
        times = span_trim(times);
        if ((comma && span_trim(*rest).n == 0) || !read_days(days, &out->days))
            return false; /* nothing follows the last comma; or no day */
    } while (times.n == 0 && rest->n > 0);
    return read_time(span_cut(&times, '-'), &out->from) && read_time(times, &out->till) &&
           out->from < MIDNIGHT && out->from != out->till;
}

bool hours_valid(struct span text)
{
    struct hours hours;

    while (text.n > 0)
        if (!hours_next(&text, &hours))
            return false;
    return true;
}

/* When the entry's hours that cover this minute end, in minutes of this day; 0: none does. */
static unsigned covers_till(const struct hours *h, unsigned weekday, unsigned minute)
{
    bool today = h->days >> weekday & 1, yesterday = h->days >> (weekday + DAYS - 1) % DAYS & 1;
    bool overnight = h->till < h->from;
    unsigned till = overnight ? MIDNIGHT : h->till;

    if (today && h->from <= minute && minute < till)
        return till;
    return overnight && yesterday && minute < h->till ? h->till : 0;
}

/* The latest end among the entries that cover this minute; 0: no entry covers it. */
static unsigned covered_till(struct span text, unsigned weekday, unsigned minute)
{
    struct hours hours;
    unsigned till = 0;

    while (text.n > 0 && hours_next(&text, &hours)) {
        unsigned end = covers_till(&hours, weekday, minute);
        till = end > till ? end : till;
    }
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
