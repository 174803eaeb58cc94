/* SPDX-License-Identifier: ISC */
/*
 * load - reads a policy file: libxml2, RELAX NG, then the rules that a schema can't express.
 *
 * No network, no entities, no DTD. A complaint says the file, the line, the element, what is wrong
 * and what was expected; complaints.h has its form.
 */
#ifndef MW_LOAD_H
#define MW_LOAD_H

#include "policy.h"

enum complaint_kind {
    COMPLAINT_ERROR,
    COMPLAINT_WARNING,
    COMPLAINT_UNSEEN, /* machine.h alone: a caller without root may not see it */
};

/* Called for each complaint, in the order of lines. text is valid during the call. */
typedef void (*policy_complain)(void *context, enum complaint_kind kind, const char *text);

/* Returns the policy; free it with policy_free. NULL: there was an error; all errors are reported,
 * not only the first. schema: the RELAX NG file's name, or NULL for the installed one. */
struct policy *policy_load(const char *file, const char *schema, policy_complain complain,
                           void *context);
void policy_free(struct policy *p); /* p may be NULL */

#endif
