/* SPDX-License-Identifier: ISC */
/*
 * hours - the access-hours of a group policy: "Mon-Thu,Sat 07:00-20:00, Fri 22:00-06:00". PURE.
 *
 * Entries are separated by commas. An entry is a list of days; a blank; and a range of times of day
 * up to 24:00, its end exclusive. A range that ends before it begins ends on the next day. The list
 * has, separated by commas, days (Mon Tue Wed Thu Fri Sat Sun), ranges of days, which may wrap
 * (Fri-Mon), Daily, Weekdays (Mon-Fri) and Weekend (Sat-Sun), all in any case.
 */
#ifndef MW_HOURS_H
#define MW_HOURS_H

#include "span.h"

#define HOURS_EXPECTED                                                                             \
    "days and times such as \"Mon-Fri 07:00-20:00, Sat,Sun 09:00-12:00\" or \"Daily 22:00-06:00\""

struct hours {
    unsigned days; /* on which it begins; bit 0: Monday … bit 6: Sunday */
    /* Minutes of the day: from < 24 * 60, till <= 24 * 60, and they differ. till < from: of the next
     * day. */
    unsigned from, till;
};

/* Cuts the next entry off *rest, which is not empty. false: the entry is invalid. */
bool hours_next(struct span *rest, struct hours *out);

/* Whether access is allowed at a moment, and for how long, in local time. */
enum hours_verdict {
    HOURS_CLOSED, /* it isn't allowed */
    HOURS_UNTIL,  /* it ends *days days from today (0: today), at *till minutes of that day */
    HOURS_ALWAYS, /* it never ends: the text is empty, or covers the week */
};

/* text: valid access-hours. weekday: 0 is Monday. minute: of the day, less than 24 * 60. */
enum hours_verdict hours_at(struct span text, unsigned weekday, unsigned minute, unsigned *days,
                            unsigned *till);

/* Whether every entry is valid. An empty text is valid: it means always. */
bool hours_valid(struct span text);

#endif
