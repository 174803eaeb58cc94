/* SPDX-License-Identifier: ISC */
/* ctl_probe - mailwicketctl check --probe: asks each server of a policy whether it is there. */
#ifndef MW_CTL_PROBE_H
#define MW_CTL_PROBE_H

#include <stdio.h>

#include "load.h"

/* Asks all mail servers (but not those behind a pattern) and AAA servers, one after the other, each
 * for at most LIMIT_CHECK_MS; nobody's login is used. Complains of each finding, with the line of
 * the policy in file; a warning where the server may be good all the same. Shows on standard error,
 * if that is a terminal, which one is asked, and prints into notes how many were. */
void ctl_probe(const struct policy *p, const char *file, policy_complain complain, void *context,
               FILE *notes);

#endif
