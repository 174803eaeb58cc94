/* SPDX-License-Identifier: ISC */
/* ctl_check_tls - loads what the policy says of TLS as the filter does; see ctl_check.h. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "ctl_check.h"
#include "decide.h"
#include "tls.h"
#include "validity.h"

static bool is_readable(const char *file)
{
    return !*file || access(file, R_OK) == 0;
}

/* Loads TLS with one certificate alone, so that each one's fault is seen. false: it has one. */
static bool load_one(const struct policy *p, size_t i, struct ctl_findings *f)
{
    struct policy alone = *p;
    struct tls_context *tls;
    struct err e;

    alone.certificates = &p->certificates[i];
    alone.certificate_count = 1;
    tls = tls_context_load(&alone, &e);
    if (!tls)
        ctl_findings_add(f, COMPLAINT_ERROR, e.text);
    else if (tls_context_stale(tls, &e))
        ctl_findings_add(f, COMPLAINT_WARNING, e.text);
    if (tls && i == 0 && tls_context_costly(tls, &e))
        ctl_findings_add(f, COMPLAINT_WARNING, e.text);
    tls_context_free(tls);
    return tls != NULL;
}

/* An OCSP response that is old hides an old CRL. */
static void check_crl(const struct policy *p, struct ctl_findings *f)
{
    struct client_ca *ca;
    struct err e;

    ca = client_ca_load(p->client_ca, p->crl, &e);
    if (ca && client_ca_stale(ca, &e))
        ctl_findings_say(f, COMPLAINT_WARNING, p->file, p->tls_line, "tls", "%s", e.text);
    client_ca_free(ca);
}

static bool is_chain(const struct policy *p, const char *file)
{
    for (size_t i = 0; i < p->certificate_count; i++)
        if (strcmp(p->certificates[i].chain, file) == 0)
            return true;
    return false;
}

static void check_end(const struct policy *p, const struct validity *v, struct ctl_findings *f)
{
    int64_t now = clock_wall(), days = expiry_days(v->until, now);
    enum expiry expiry = validity_judge(v, now);
    bool stale = v->kind == VALIDITY_OCSP || v->kind == VALIDITY_CRL; /* loading it said so */

    if (expiry == EXPIRY_SOON)
        ctl_findings_say(f, COMPLAINT_WARNING, p->file, 0, NULL,
                         "%s %s, %s, ends in %" PRId64 " days: get a new one, then reload",
                         validity_kind_name(v->kind), v->file, v->text, days);
    else if (expiry == EXPIRY_OVER && !stale)
        ctl_findings_say(f, COMPLAINT_WARNING, p->file, 0, NULL,
                         "%s %s, %s, ended %" PRId64 " days ago: get a new one, then reload",
                         validity_kind_name(v->kind), v->file, v->text, -days - 1);
}

/* Our chains are check_chain's. */
static void check_ends(const struct policy *p, struct ctl_findings *f)
{
    size_t n;
    struct validity *list = validity_read(p, VALIDITY_OF_FILTER | VALIDITY_OF_HELPER, &n);

    for (size_t i = 0; i < n; i++)
        if (!list[i].unread && !is_chain(p, list[i].file))
            check_end(p, &list[i], f);
    free(list);
}

void check_tls(const struct policy *p, struct ctl_findings *f)
{
    bool asks = decide_wants_certificates(p);

    if (asks && (!is_readable(p->client_ca) || !is_readable(p->crl)))
        return;
    for (size_t i = 0; i < p->certificate_count; i++) {
        const struct policy_certificate *c = &p->certificates[i];
        if (!is_readable(c->chain))
            continue;
        bool loads = is_readable(c->key) && is_readable(c->ocsp) && load_one(p, i, f);
        check_chain(p, c, loads, f);
    }
    if (asks)
        check_crl(p, f);
    check_ends(p, f);
}
