/* SPDX-License-Identifier: ISC */
/*
 * ctl_findings - counts what mailwicketctl check finds, and ends with one line and an exit code.
 *
 * A finding is one line, "FILE:LINE: element <ELEMENT>: TEXT" (complaints.h), on standard error. For
 * a monitoring system it is kept, and printed on standard output behind the last line.
 */
#ifndef MW_CTL_FINDINGS_H
#define MW_CTL_FINDINGS_H

#include <stdio.h>

#include "load.h"

struct ctl_findings {
    unsigned errors, warnings;
    unsigned unseen;             /* files that were not checked, because only root may read them */
    const struct policy *policy; /* whose files' names are shown as written; NULL: none yet */
    bool probed;                 /* the policy is valid, and its servers were asked */
    bool monitor;                /* kept is printed at the end */
    FILE *kept;                  /* each finding once */
    char *text;                  /* what is in kept */
    size_t size;
};

/* Begins with no finding. monitor: for a monitoring system. */
void ctl_findings_start(struct ctl_findings *f, bool monitor);

/* A policy_complain; its context is a struct ctl_findings. A text that came before is dropped: two
 * parts may find the same. */
void ctl_findings_add(void *findings, enum complaint_kind kind, const char *text);

/* Adds "FILE:LINE: element <ELEMENT>: " and what format says, as printf does; without its line or its
 * element where that is 0 or NULL. */
void ctl_findings_say(struct ctl_findings *f, enum complaint_kind kind, const char *file, int line,
                      const char *element, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Prints the line with the counts, for the policy file of that name, frees all, and returns the exit
 * code: CTL_GOOD or CTL_NO; for a monitoring system CTL_PLUGIN with that of a Nagios plugin, 0 right,
 * 1 warnings, 2 errors, 3 not all was seen. */
int ctl_findings_end(struct ctl_findings *f, const char *file);

#endif
