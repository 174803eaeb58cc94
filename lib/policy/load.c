/* SPDX-License-Identifier: ISC */
/* load - reads a policy file. Runs before rights are dropped; believes nothing of the file. */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>

struct policy *policy_load(const char *file, const char *schema, policy_complain complain,
                           void *context)
{
    char text[512];

    (void)schema;
    snprintf(text, sizeof text, "%s:1: policies cannot be loaded yet", file);
    complain(context, COMPLAINT_ERROR, text);
    return NULL;
}

void policy_free(struct policy *p)
{
    free(p);
}
