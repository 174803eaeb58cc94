/* SPDX-License-Identifier: ISC */
/* rules - a loaded policy and what belongs to it; see rules.h. */
#include "rules.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "decide.h"
#include "log.h"

struct rules *rules_hold(struct rules *r)
{
    r->users++;
    return r;
}

void rules_drop(struct rules *r)
{
    if (--r->users)
        return;
    r->release(r->policy);
    client_ca_free(r->client_ca);
    free(r);
}

/* false: the policy's CAs or CRLs can't be used; logged. */
static bool load_client_ca(struct rules *r)
{
    const struct policy *p = r->policy;
    struct err e;
    char text[ERR_MAX];

    if (!decide_wants_certificates(p))
        return true;
    r->client_ca = client_ca_load(p->client_ca, p->crl, &e);
    if (!r->client_ca)
        log_say(LOG_ERR, "policy-rejected", "%s:%d: element <tls>: %s", p->file, p->tls_line,
                policy_written(p, e.text, text, sizeof text));
    else if (client_ca_stale(r->client_ca, &e))
        log_say(LOG_WARNING, "policy-warning", "%s:%d: element <tls>: %s", p->file, p->tls_line,
                policy_written(p, e.text, text, sizeof text));
    return r->client_ca != NULL;
}

struct rules *rules_new(struct policy *p, void (*release)(struct policy *p))
{
    struct rules *r = malloc(sizeof *r);

    if (!r) {
        log_say(LOG_ERR, "failed", "%s", strerror(errno));
        release(p);
        return NULL;
    }
    *r = (struct rules){.policy = p, .release = release, .users = 1};
    if (load_client_ca(r))
        return r;
    rules_drop(r);
    return NULL;
}
