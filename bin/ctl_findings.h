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
    unsigned unseen; /* files that were not checked, because only root may read them */
    bool probed;     /* the policy is valid, and its servers were asked */
    FILE *kept;      /* for a monitoring system; else NULL */
    char *text;      /* what is in kept */
    size_t size;
};

/* Begins with no finding. monitor: for a monitoring system. */
void ctl_findings_start(struct ctl_findings *f, bool monitor);

/* A policy_complain; its context is a struct ctl_findings. */
void ctl_findings_add(void *findings, enum complaint_kind kind, const char *text);

/* Prints the line with the counts, for the policy file of that name, frees all, and returns the exit
 * code: CTL_GOOD or CTL_NO; for a monitoring system CTL_PLUGIN with that of a Nagios plugin, 0 right,
 * 1 warnings, 2 errors, 3 not all was seen. */
int ctl_findings_end(struct ctl_findings *f, const char *file);

#endif
