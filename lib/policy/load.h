/* SPDX-License-Identifier: ISC */
/*
 * load - reads a policy file: libxml2, RELAX NG, then the rules that a schema can't say.
 *
 * No network, no entities, no DTD. Every complaint is "FILE:LINE: ELEMENT: what is wrong; what
 * would be right".
 */
#ifndef MW_LOAD_H
#define MW_LOAD_H

#include "policy.h"

enum complaint_kind { COMPLAINT_ERROR, COMPLAINT_WARNING };

/* Called for each complaint, in the file's order; text lives only for the call. */
typedef void (*policy_complain)(void *context, enum complaint_kind kind, const char *text);

/* The policy, or NULL when there was an error (every error is complained about, not the first
 * only). schema: the RELAX NG file's name, or NULL for the installed one. Free it with
 * policy_free. */
struct policy *policy_load(const char *file, const char *schema, policy_complain complain,
                           void *context);
void policy_free(struct policy *p); /* NULL is fine */

#endif
