/* SPDX-License-Identifier: ISC */
/*
 * ctl_check - the parts of mailwicketctl check. Each looks at one side of a valid policy and adds
 * what it finds. A file that can't be read is left to check_readers and policy_check_files.
 */
#ifndef MW_CTL_CHECK_H
#define MW_CTL_CHECK_H

#include "ctl_findings.h"

/* Loads certificates, keys, OCSP responses, CAs, CRLs and the priority string by the filter's code;
 * then judges the chains, and says what ends soon. */
void check_tls(const struct policy *p, struct ctl_findings *f);

/* One of our certificates with its chain: in date; if it loads, also in order, complete, for a
 * server, with a name. */
void check_chain(const struct policy *p, const struct policy_certificate *c, bool loads,
                 struct ctl_findings *f);

/* Prints the names in one of our certificates, and until when its chain is good; nothing if it can't
 * be read. */
void print_chain(const struct policy_certificate *c);

/* Users files, and of AAA servers the secrets, CA lists and our certificates towards them. */
void check_contents(const struct policy *p, struct ctl_findings *f);

/* As root: becomes each of the two users, and opens what that user's program opens. Else only
 * whether the directories for state and spool are there. */
void check_readers(const struct policy *p, struct ctl_findings *f);

#endif
