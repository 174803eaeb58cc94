/* SPDX-License-Identifier: ISC */
/* ctl_sweep - mailwicketctl sweep: removes entries whose process is gone (R6.4) and VPN sessions
 * that have expired (R4.7), then sends the accounting servers what is due (R3.5). */
#include "accounting_note.h"
#include "ctl_entry.h"
#include "vpn.h"

int ctl_sweep(struct ctl *c, int argc, char **argv)
{
    (void)argv;
    if (argc != 1)
        return CTL_USAGE;
    struct state *s = ctl_state(c);
    if (!s)
        return CTL_NO;
    int n = state_sweep(s), code = CTL_GOOD;
    if (n < 0 || state_vpn_sweep(s) < 0)
        code = ctl_state_failed();
    else
        printf("%d removed\n", n);
    accounting_deliver(&c->spool, ctl_policy(c), s);
    state_close(s);
    return code;
}
