/* SPDX-License-Identifier: ISC */
/* piggyback - the chain's step that looks for the user's VPN session (R4.4); see chain.h. Believes
 * of the client its name alone: its address is the one that the helper read from the socket. */
#include <errno.h>
#include <string.h>

#include "chain_inner.h"
#include "vpn.h"

enum step_result piggyback(struct talk *t)
{
    struct session *s = &t->session;
    struct vpn_session v;

    if (!(t->policy->methods & METHOD_PIGGYBACK))
        return STEP_ON;
    if (state_vpn_find(t->helper->state, s->vpn_user, s->address, &v)) {
        if (errno == ENOENT)
            chain_deny(t, DENIAL_REFUSED, "piggyback-failed",
                       "no VPN session of this user from this address");
        else
            chain_deny(t, DENIAL_TEMPORARY, "state-failed", strerror(errno));
        return STEP_OVER;
    }
    span_copy(t->chain.vpn_named, sizeof t->chain.vpn_named, span_str(v.group_policy));
    s->piggyback = 1;
    return STEP_ON;
}
