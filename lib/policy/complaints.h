/* SPDX-License-Identifier: ISC */
/*
 * complaints - errors and warnings about a policy file: collected, then reported by line.
 *
 * A complaint is one line, "FILE:LINE: element <ELEMENT>: TEXT", where TEXT is one of
 *
 *     invalid ATTRIBUTE "VALUE": expected EXPECTED
 *     missing X: expected EXPECTED
 *     unknown X "NAME": expected EXPECTED
 *     duplicate X; first seen on line LINE
 *     or a sentence that says what doesn't fit together, and ": expected EXPECTED"
 *
 * Control characters are shown as "?". A line is kept once, however often it comes, and at most
 * LIMIT_COMPLAINTS lines are kept.
 */
#ifndef MW_COMPLAINTS_H
#define MW_COMPLAINTS_H

#include "arena.h"
#include "load.h"

struct complaint;
struct complaints {
    struct arena *arena;
    const char *file;
    struct complaint *first;
    unsigned count, errors;
    bool quiet; /* set: complaints are dropped, because they follow from one that was made */
};

/* Adds a complaint; format is printf's. line 0: the complaint has no line. element: its name, or
 * NULL for a complaint about the whole file. */
void complain_at(struct complaints *c, enum complaint_kind kind, int line, const char *element,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Adds the error: invalid ATTRIBUTE "VALUE": expected EXPECTED. */
void complain_invalid(struct complaints *c, int line, const char *element, const char *attribute,
                      const char *value, const char *expected);

/* Calls complain for each complaint that was kept, in the order of lines. */
void complaints_report(const struct complaints *c, policy_complain complain, void *context);

#endif
