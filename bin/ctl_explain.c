/* SPDX-License-Identifier: ISC */
/* ctl_explain - mailwicketctl explain: how a login name is read and what is asked of whom. */
#include <stdio.h>

#include "ctl.h"

int ctl_explain(struct ctl *c, int argc, char **argv)
{
    (void)argv;
    if (argc != 3)
        return CTL_USAGE;
    return ctl_policy(c) ? CTL_GOOD : CTL_NO;
}
