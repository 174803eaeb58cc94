/* SPDX-License-Identifier: ISC */
/* authenticate - the chain's step that asks the authentication server group; see chain.h. */
#include <string.h>

#include "chain_inner.h"

static void authenticated(struct talk *t, const struct aaa_answer *a)
{
    struct chain *c = &t->chain;

    span_copy(c->named, sizeof c->named, span_str(a->group_policy));
    c->class_size = a->class_size;
    memcpy(c->class, a->class, sizeof c->class);
}

static void answered(struct talk *t, enum aaa_outcome outcome, const struct aaa_answer *a)
{
    switch (outcome) {
    case AAA_YES:
        authenticated(t, a);
        chain_resume(t);
        break;
    case AAA_NO:
        chain_deny(t, DENIAL_REFUSED, "not-authenticated", a->why.text);
        break;
    case AAA_TEMPORARY:
        chain_deny(t, DENIAL_TEMPORARY, "refused", a->why.text);
        break;
    }
}

enum step_result authenticate(struct talk *t)
{
    struct chain *c = &t->chain;
    struct aaa_answer a;

    if (!(t->policy->methods & METHOD_AAA))
        return STEP_ON;
    if (!t->policy->authentication) {
        chain_deny(t, DENIAL_ADMIN, "refused", "method aaa without an authentication server group");
        return STEP_OVER;
    }
    c->inquiry = (struct inquiry){.group = t->policy->authentication,
                                  .user = c->decision.name.vpn,
                                  .password = c->decision.vpn_password,
                                  .answered = answered};
    if (!inquire(t, &a))
        return STEP_WAIT;
    authenticated(t, &a);
    return STEP_ON;
}
