/* SPDX-License-Identifier: ISC */
/*
 * hours - the access-hours of a group policy: "Mon-Fri 07:00-20:00, Sat 09:00-12:00". PURE.
 *
 * Entries are separated by commas; each is a day (Mon Tue Wed Thu Fri Sat Sun, in any case) or a
 * range of days, which may wrap (Fri-Mon), a blank, and a range of times of day, end exclusive, up
 * to 24:00. A range over midnight is written as two entries.
 */
#ifndef MW_HOURS_H
#define MW_HOURS_H

#include "span.h"

#define HOURS_RIGHT "days and times such as \"Mon-Fri 07:00-20:00, Sat 09:00-12:00\""

struct hours {
    unsigned days;       /* bit 0: Monday … bit 6: Sunday */
    unsigned from, till; /* minutes of the day; from < till <= 24 * 60 */
};

/* Cuts the next entry off *rest, which is not empty. false: it is malformed. */
bool hours_next(struct span *rest, struct hours *out);

/* How long access goes on from one moment, by the clock on the wall. */
enum hours_verdict {
    HOURS_CLOSED, /* there is none now */
    HOURS_UNTIL,  /* it ends at *till minutes of the day that is *days from today (0: today) */
    HOURS_ALWAYS, /* it has no end: the text is empty, or covers the week */
};

/* text is valid; weekday: 0 is Monday; minute: of the day, below 24 * 60. */
enum hours_verdict hours_at(struct span text, unsigned weekday, unsigned minute, unsigned *days,
                            unsigned *till);

/* Whether every entry is right. An empty text is: it means always. */
bool hours_valid(struct span text);

#endif
