/* SPDX-License-Identifier: ISC */
/* asa_time - PURE: reads time-range blocks, and turns them into access-hours. */
#include "asa_internal.h"

#include <stdio.h>

#include "buf.h"
#include "identifier.h"
#include "num.h"

#define DAYS      7
#define EVERY_DAY 0x7fu
#define WEEKDAYS  0x1fu
#define WEEKEND   0x60u
#define MIDNIGHT  (24 * 60u)
#define HOURS_MAX 4096 /* octets of one group policy's access-hours */

#define EXPECTED "expected periodic DAYS HH:MM to HH:MM, or periodic DAY HH:MM to DAY HH:MM"

static bool read_day(struct span s, unsigned *day)
{
    static const char names[DAYS][10] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                         "Friday", "Saturday", "Sunday"};

    for (*day = 0; *day < DAYS; ++*day)
        if (span_ieq(s, span_str(names[*day])))
            return true;
    return false;
}

static bool read_days(struct span s, unsigned *days)
{
    unsigned day = 0;

    if (span_eq(s, SPAN("daily")))
        *days |= EVERY_DAY;
    else if (span_eq(s, SPAN("weekdays")))
        *days |= WEEKDAYS;
    else if (span_eq(s, SPAN("weekend")))
        *days |= WEEKEND;
    else if (read_day(s, &day))
        *days |= 1u << day;
    else
        return false;
    return true;
}

/* H:MM or HH:MM. */
static bool read_time(struct span s, unsigned *minutes)
{
    uint64_t hour, minute;
    struct span hours = span_cut(&s, ':');

    if (hours.n > 2 || s.n != 2 || !num_parse(hours, 23, &hour) || !num_parse(s, 59, &minute))
        return false;
    *minutes = (unsigned)(hour * 60 + minute);
    return true;
}

/* On the appliance the last minute is included, so 23:59 is the end of the day. */
static bool read_end(struct span s, unsigned *minutes)
{
    if (!read_time(s, minutes))
        return false;
    if (*minutes == MIDNIGHT - 1)
        *minutes = MIDNIGHT;
    return true;
}

static void add_period(struct asa *a, unsigned days, unsigned from, unsigned till)
{
    struct asa_period *p;

    if (days == 0 || from == till)
        return;
    p = asa_get(a, sizeof *p);
    *p = (struct asa_period){.days = days, .from = from, .till = till};
    ASA_APPEND(a, a->at.range->periods, p);
}

/* From a time on one day to a time on another: the rest of the first day, whole days, the beginning
 * of the last day. */
static bool take_stretch(struct asa *a, struct span first, unsigned from, struct span last,
                         unsigned till)
{
    unsigned day, end, between = 0;

    if (!read_day(first, &day) || !read_day(last, &end))
        return false;
    if (day == end && from < till) {
        add_period(a, 1u << day, from, till);
        return true;
    }
    add_period(a, 1u << day, from, MIDNIGHT);
    for (unsigned i = (day + 1) % DAYS; i != end; i = (i + 1) % DAYS)
        between |= 1u << i;
    add_period(a, between, 0, MIDNIGHT);
    add_period(a, 1u << end, 0, till);
    return true;
}

/* periodic DAY [DAY ...] TIME to [DAY] TIME */
static bool take_periodic(struct asa *a, const struct asa_line *l)
{
    unsigned days = 0, from, till;
    size_t i = 1;

    while (i < l->count && read_days(l->words[i], &days))
        i++;
    if (i == 1 || l->count - i < 3 || !read_time(l->words[i], &from) ||
        !span_eq(l->words[i + 1], SPAN("to")) || !read_end(l->words[l->count - 1], &till))
        return false;
    if (l->count - i == 4)
        return i == 2 && take_stretch(a, l->words[1], from, l->words[i + 2], till);
    if (l->count - i != 3 || from == till)
        return false;
    add_period(a, days, from, till);
    return true;
}

static bool take_absolute(struct asa *a, const struct asa_line *l)
{
    a->at.range->absolute = l->number;
    return false;
}

static const struct asa_command range_rows[] = {
    {"absolute", 0, ASA_ANY, false, take_absolute,
     "access-hours have no dates; group policies that use it are blocked"},
    {"periodic", 4, ASA_WORDS - 2, false, take_periodic, EXPECTED},
};

struct asa_time_range *asa_find_range(const struct asa *a, struct span name)
{
    struct asa_time_range *r = a->ranges.first;

    while (r && !span_eq(r->name, name))
        r = r->next;
    return r;
}

bool asa_take_range(struct asa *a, const struct asa_line *l)
{
    struct asa_time_range *r = asa_find_range(a, l->words[1]);

    if (!r) {
        r = asa_get(a, sizeof *r);
        r->line = l->number;
        r->name = l->words[1];
        ASA_APPEND(a, a->ranges, r);
    }
    a->at.range = r;
    a->owner = &r->lines;
    ASA_BLOCK(a, range_rows, EXPECTED, false);
    return true;
}

/* Writes the successive days from *day on, as "Mon-Fri", and moves *day past them. */
static void write_days(struct buf *out, unsigned days, unsigned *day)
{
    static const char *const names[DAYS] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    unsigned first = *day;

    while (*day < DAYS && days >> *day & 1)
        ++*day;
    buf_puts(out, names[first]);
    if (*day - 1 > first) {
        buf_putc(out, '-');
        buf_puts(out, names[*day - 1]);
    }
}

static void write_times(struct buf *out, unsigned from, unsigned till)
{
    char text[32];

    snprintf(text, sizeof text, " %02u:%02u-%02u:%02u", from / 60 % 100, from % 60, till / 60 % 100,
             till % 60);
    buf_puts(out, text);
}

/* Empty: access-hours can't express it. */
static struct span hours_of(struct asa *a, const struct asa_time_range *r)
{
    char room[HOURS_MAX];
    struct buf out = BUF(room);

    for (const struct asa_period *p = r->absolute ? NULL : r->periods.first; p; p = p->next)
        for (unsigned day = 0; day < DAYS;) {
            if (!(p->days >> day & 1)) {
                day++;
                continue;
            }
            if (out.len > 0)
                buf_puts(&out, ", ");
            write_days(&out, p->days, &day);
            write_times(&out, p->from, p->till);
        }
    return out.overflow ? SPAN_NONE : asa_copy(a, buf_span(&out));
}

/* Group policies refer to ranges, and so may AAA servers (Access-Hours). */
void asa_resolve_ranges(struct asa *a)
{
    for (struct asa_time_range *r = a->ranges.first; r; r = r->next) {
        r->hours = hours_of(a, r);
        r->kept = r->hours.n > 0 && identifier_is_name(r->name);
        if (r->hours.n == 0)
            asa_drop(a, ASA_NOTE_LEFT, r->line, r->lines,
                     "time-range %.*s: access-hours can't express it; if an AAA server names it, "
                     "write a <time-range>",
                     SPAN_FMT(asa_shown(r->name)));
        else if (!r->kept)
            asa_note(a, ASA_NOTE_TODO, r->line,
                     "time-range %.*s: expected another name; if an AAA server names it, write a "
                     "<time-range>",
                     SPAN_FMT(asa_shown(r->name)));
    }
}
