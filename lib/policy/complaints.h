/* SPDX-License-Identifier: ISC */
/*
 * complaints - what is wrong with a policy file, collected, and told in the file's order.
 *
 * One complaint is one line: "FILE:LINE: element <x>: what is wrong; what would be right".
 * Control characters in it are shown as "?". The same line of text is kept once, and not more than
 * LIMIT_COMPLAINTS of them.
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
    bool quiet; /* nothing is added: what follows from an earlier complaint */
};

/* element: its name, or NULL where the complaint is about the file; line 0: none is told. */
void complain_at(struct complaints *c, enum complaint_kind kind, int line, const char *element,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

void complaints_tell(const struct complaints *c, policy_complain complain, void *context);

#endif
