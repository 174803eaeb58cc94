/* SPDX-License-Identifier: ISC */
/* authenticate - the login step that asks the authentication server group; see login_steps.h. */
#include <string.h>

#include "login_steps_internal.h"

static void keep_answer(struct conversation *t, const struct aaa_answer *a)
{
    struct login_steps *c = &t->steps;

    span_copy(c->named, sizeof c->named, span_str(a->group_policy));
    c->limits = a->limits;
    c->class_size = a->class_size;
    memcpy(c->class, a->class, sizeof c->class);
}

static void answered(struct conversation *t, enum aaa_outcome outcome, const struct aaa_answer *a)
{
    switch (outcome) {
    case AAA_YES:
        keep_answer(t, a);
        login_steps_resume(t);
        break;
    case AAA_NO:
        login_steps_deny(t, DENIAL_REFUSED, DENIED_NOT_AUTHENTICATED, a->why.text);
        break;
    case AAA_UNFIT: /* the password was right: no guess */
        login_steps_deny(t, DENIAL_REFUSED, DENIED_REFUSED, a->why.text);
        break;
    case AAA_TEMPORARY:
        login_steps_deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE, a->why.text);
        break;
    }
}

enum step_result authenticate(struct conversation *t)
{
    struct login_steps *c = &t->steps;
    struct aaa_answer a;

    if (!(t->policy->methods & METHOD_AAA))
        return STEP_ON;
    if (!t->policy->authentication) {
        login_steps_deny(t, DENIAL_ADMIN, DENIED_TROUBLE,
                         "method aaa without an authentication server group");
        return STEP_OVER;
    }
    c->inquiry = (struct inquiry){.group = t->policy->authentication,
                                  .user = c->decision.name.vpn,
                                  .password = c->decision.vpn_password,
                                  .answered = answered};
    if (!inquire(t, &a))
        return STEP_WAIT;
    keep_answer(t, &a);
    return STEP_ON;
}
