/* SPDX-License-Identifier: ISC */
/*
 * authorize - the login step that asks the authorization server group, without a password (R3.4),
 * for the name that was authenticated or the names in the certificate (R4.3); see decide.h.
 *
 * A user is authorized if the group knows all of these names. What authentication said of the user
 * counts first, then what the group says of the first name, then of the second. If authorization is
 * not required, a user whom the group doesn't know gets in without anything from the group. A group
 * that can't be asked is a temporary failure in either case: it might have set limits. One that set a
 * group policy or limit that can't be is a refusal in either case.
 */
#include <string.h>

#include "login_steps_internal.h"
#include "helper.h"
#include "login_mode.h"

static enum step_result not_authorized(struct conversation *t, const char *why)
{
    if (!t->policy->authorization_required) {
        t->helper->mode->authorized(t, why);
        return STEP_ON;
    }
    login_steps_deny(t, DENIAL_REFUSED, DENIED_NOT_AUTHORIZED, why);
    return STEP_OVER;
}

static enum step_result authorize_trouble(struct conversation *t, const char *why)
{
    login_steps_deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE, why);
    return STEP_OVER;
}

/* Keeps what the group said of one name. */
static void keep_authorized(struct authorization *z, const struct aaa_answer *a)
{
    if (!z->group_policy[0])
        memcpy(z->group_policy, a->group_policy, sizeof z->group_policy);
    if (z->class_size == 0) {
        z->class_size = a->class_size;
        memcpy(z->class, a->class, sizeof z->class);
    }
    aaa_limits_tighten(&z->limits, &a->limits);
    z->asked++;
}

static enum step_result is_authorized(struct conversation *t)
{
    struct login_steps *c = &t->steps;
    const struct authorization *z = &c->authorization;

    if (!c->named[0])
        memcpy(c->named, z->group_policy, sizeof c->named);
    if (c->class_size == 0) {
        c->class_size = z->class_size;
        memcpy(c->class, z->class, sizeof c->class);
    }
    aaa_limits_tighten(&c->limits, &z->limits);
    t->helper->mode->authorized(t, NULL);
    return STEP_ON;
}

static void authorize_answered(struct conversation *t, enum aaa_outcome outcome,
                               const struct aaa_answer *a);

/* Asks about the names that are left, until a worker has to. */
static enum step_result ask_rest(struct conversation *t)
{
    struct authorization *z = &t->steps.authorization;
    struct aaa_answer a;

    while (z->asked < z->who.count) {
        t->steps.inquiry = (struct inquiry){.group = t->policy->authorization,
                                            .user = span_str(z->who.names[z->asked]),
                                            .authorize = true,
                                            .answered = authorize_answered};
        if (!inquire(t, &a))
            return STEP_WAIT;
        keep_authorized(z, &a);
    }
    return is_authorized(t);
}

/* The group does not know a name, or says something of it that can't be. The latter refuses also
 * where authorization isn't required: the group meant to set limits. */
static enum step_result authorize_refused(struct conversation *t, bool unfit, const char *why)
{
    const struct authorization *z = &t->steps.authorization;
    struct err e;

    err_set(&e, "%s, of %.128s: %.200s", t->policy->authorization->name, z->who.names[z->asked],
            why);
    if (!unfit)
        return not_authorized(t, e.text);
    login_steps_deny(t, DENIAL_REFUSED, DENIED_NOT_AUTHORIZED, e.text);
    return STEP_OVER;
}

static void authorize_answered(struct conversation *t, enum aaa_outcome outcome,
                               const struct aaa_answer *a)
{
    enum step_result result = STEP_OVER;

    switch (outcome) {
    case AAA_YES:
        keep_authorized(&t->steps.authorization, a);
        result = ask_rest(t);
        break;
    case AAA_NO:
    case AAA_UNFIT:
        result = authorize_refused(t, outcome == AAA_UNFIT, a->why.text);
        break;
    case AAA_TEMPORARY:
        result = authorize_trouble(t, a->why.text);
        break;
    }
    if (result == STEP_ON)
        login_steps_resume(t);
}

/* decide_login has made sure that the name fits. */
static enum certificate_outcome take_login_name(struct certificate_names *who, struct span name)
{
    span_copy(who->names[0], sizeof who->names[0], name);
    who->count = 1;
    return CERTIFICATE_NAMED;
}

static enum certificate_outcome find_names(struct conversation *t, struct err *e)
{
    struct login_steps *c = &t->steps;
    struct certificate_names *who = &c->authorization.who;

    switch (decide_authorized(t->policy)) {
    case AUTHORIZE_VPN_NAME:
        return take_login_name(who, c->decision.name.vpn);
    case AUTHORIZE_MAIL_NAME:
        return take_login_name(who, c->decision.name.mail);
    case AUTHORIZE_CERTIFICATE:
        break;
    }
    return certificate_names(t->policy, c->request.certificate, who, e);
}

enum step_result authorize(struct conversation *t)
{
    struct err e;

    if (!t->policy->authorization)
        return STEP_ON;
    t->steps.authorization = (struct authorization){0};
    switch (find_names(t, &e)) {
    case CERTIFICATE_NAMED:
        break;
    case CERTIFICATE_NAMELESS:
        return not_authorized(t, e.text);
    case CERTIFICATE_TROUBLE:
        return authorize_trouble(t, e.text);
    }
    return ask_rest(t);
}
