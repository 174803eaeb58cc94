/* SPDX-License-Identifier: ISC */
/* certify - the login step that judges the client's certificate again; see login_steps.h. The
 * filter is believed only that the client proved possession of its key in the handshake. */
#include "certificate_name.h"
#include "login_steps_internal.h"
#include "client_ca.h"
#include "der_chain.h"
#include "name.h"

static enum client_verdict judge(const struct conversation *t)
{
    const struct wire_verify *v = &t->steps.request;
    struct span chain[LIMIT_CHAIN] = {v->certificate};
    size_t issuers;

    if (v->certificate.n == 0)
        return CLIENT_NONE;
    issuers = der_chain_split(v->issuers, chain + 1, LIMIT_CHAIN - 1);
    if (issuers == DER_CHAIN_BROKEN)
        return CLIENT_UNREADABLE;
    return client_ca_verify(t->rules->client_ca, chain, 1 + issuers);
}

/* Takes the user's name from the primary field or the whole DN. Only authorization asks for a
 * secondary one. */
static enum step_result take_name(struct conversation *t)
{
    struct protocol_policy p = *t->policy;
    struct certificate_names names;
    struct err e;

    if (!p.dn_fallback)
        p.dn_secondary = DN_NONE;
    switch (certificate_names(&p, t->steps.request.certificate, &names, &e)) {
    case CERTIFICATE_NAMED:
        span_copy(t->steps.certified, sizeof t->steps.certified, span_str(names.names[0]));
        return STEP_ON;
    case CERTIFICATE_NAMELESS:
        login_steps_deny(t, DENIAL_REFUSED, DENIED_REFUSED, e.text);
        return STEP_OVER;
    case CERTIFICATE_TROUBLE:
        break;
    }
    login_steps_deny(t, DENIAL_TEMPORARY, DENIED_TROUBLE, e.text);
    return STEP_OVER;
}

/* A client that gives no login name presents the certificate's. false: the conversation is over. */
static bool present(struct conversation *t)
{
    struct span name = span_str(t->steps.certified);

    if (t->steps.request.mechanism == MECHANISM_PASSWORD || name_check(name) != NAME_OK)
        return true;
    return conversation_present(t, name);
}

static enum step_result reject(struct conversation *t, enum client_verdict v)
{
    if (v == CLIENT_NO_CRL || v == CLIENT_OLD_CRL)
        login_steps_deny(t, DENIAL_ADMIN, DENIED_TROUBLE, client_verdict_text(v));
    else
        login_steps_deny(t, DENIAL_REFUSED,
                         client_verdict_wrong(v) ? DENIED_NOT_AUTHENTICATED : DENIED_REFUSED,
                         client_verdict_text(v));
    return STEP_OVER;
}

enum step_result certify(struct conversation *t)
{
    enum client_verdict v;

    if (!decide_wants_certificate(t->policy))
        return STEP_ON;
    v = judge(t);
    if (v)
        return reject(t, v);
    if (!decide_named_by_certificate(t->policy))
        return decide_must_match(t->policy) ? take_name(t) : STEP_ON;
    if (take_name(t) != STEP_ON)
        return STEP_OVER;
    return present(t) ? STEP_ON : STEP_OVER;
}
