/* SPDX-License-Identifier: ISC */
/* piggyback - the login step that looks for the user's VPN session (R4.4); see login_steps.h.
 * Believes only the client's name: the address is the one that the helper read from the socket. */
#include <errno.h>
#include <string.h>

#include "login_steps_internal.h"
#include "vpn.h"

enum step_result piggyback(struct conversation *t)
{
    struct entry *s = &t->entry;
    struct vpn_session v;

    if (!(t->policy->methods & METHOD_PIGGYBACK))
        return STEP_ON;
    if (state_vpn_find(t->helper->state, s->vpn_user, s->address, &v)) {
        if (errno == ENOENT)
            login_steps_deny(t, DENIAL_REFUSED, DENIED_PIGGYBACK_FAILED,
                             "no VPN session of this user from this address");
        else
            login_steps_deny(t, DENIAL_TEMPORARY, DENIED_STATE_FAILED, strerror(errno));
        return STEP_OVER;
    }
    span_copy(t->steps.vpn_named, sizeof t->steps.vpn_named, span_str(v.group_policy));
    s->piggyback = 1;
    return STEP_ON;
}
