/* SPDX-License-Identifier: ISC */
/* login_name - the login step that reads login name and password and chooses the mail server: all
 * that needs only the policy; see login_steps.h. Whom the login claims to be is not proven yet. */
#include <stdio.h>

#include "login_steps_internal.h"

#define NOT_THE_OWNER "the login is for another user than the certificate's"
#define UNPROVEN      "the VPN name differs from the mail name, and no method verifies it"

static enum step_result refuse_name(struct conversation *t, enum denial_event event,
                                    const char *reason)
{
    login_steps_deny(t, DENIAL_REFUSED, event, reason);
    return STEP_OVER;
}

/* R4.2: a login without name and password is allowed only where the certificate is all that is
 * needed. If AUTH EXTERNAL asks for an identity, it must be the certificate's own. */
static const char *bad_mechanism(const struct conversation *t)
{
    const struct login_steps *c = &t->steps;

    if (c->request.mechanism == MECHANISM_PASSWORD)
        return NULL;
    if (!decide_by_certificate(t->policy))
        return "the policy wants a login with a name and password";
    if (c->request.login.n > 0 &&
        !user_same(t->policy->user_case, c->request.login, span_str(c->certified)))
        return NOT_THE_OWNER;
    return NULL;
}

static enum decision_outcome read_login(struct conversation *t, enum name_fault *fault)
{
    struct login_steps *c = &t->steps;

    if (c->request.mechanism != MECHANISM_PASSWORD)
        return decide_certified(t->policy, span_str(c->certified), &c->decision, fault);
    return decide_login(t->policy, c->request.login, c->request.password, &c->decision, fault);
}

/* false: the certificate names another user than the login. */
static bool is_owner(struct conversation *t)
{
    struct decision *d = &t->steps.decision;
    struct span owner = span_str(t->steps.certified);

    if (decide_named_by_certificate(t->policy))
        return decide_owner(t->policy, d, owner);
    return !decide_must_match(t->policy) || user_same(t->policy->user_case, d->name.vpn, owner);
}

enum step_result read_login_name(struct conversation *t)
{
    struct login_steps *c = &t->steps;
    struct entry *s = &t->entry;
    enum name_fault fault = NAME_OK;
    const char *bad = bad_mechanism(t);

    if (bad)
        return refuse_name(t, DENIED_REFUSED, bad);
    switch (read_login(t, &fault)) {
    case DECIDED:
        break;
    case DECIDED_SERVER_NOT_ALLOWED:
        return refuse_name(t, DENIED_REFUSED, "the policy doesn't allow this mail server");
    case DECIDED_UNPROVEN: /* no guess: nobody was asked, and the answer depends on no password */
        return refuse_name(t, DENIED_REFUSED, UNPROVEN);
    default:
        return refuse_name(t, DENIED_NOT_AUTHENTICATED, name_fault_text(fault));
    }
    if (!is_owner(t))
        return refuse_name(t, DENIED_REFUSED, NOT_THE_OWNER);
    span_copy(s->vpn_user, sizeof s->vpn_user, c->decision.name.vpn);
    span_copy(s->mail_user, sizeof s->mail_user, c->decision.name.mail);
    span_copy(s->server, sizeof s->server, c->decision.host);
    span_copy(c->host, sizeof c->host, c->decision.host);
    c->port = (uint16_t)c->decision.server->port;
    snprintf(s->tls, sizeof s->tls, "%.*s%s%.*s", SPAN_FMT(c->request.tls_version),
             c->request.tls_cipher.n ? " " : "", SPAN_FMT(c->request.tls_cipher));
    return STEP_ON;
}
