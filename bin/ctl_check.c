/* SPDX-License-Identifier: ISC */
/* ctl_check - mailwicketctl check: validates a policy and prints what it means. */
#include <stdio.h>

#include "ctl.h"

int ctl_check(struct ctl *c, int argc, char **argv)
{
    if (argc > 2)
        return CTL_USAGE;
    if (argc == 2)
        c->policy_file = argv[1];
    return ctl_policy(c) ? CTL_GOOD : CTL_NO;
}
