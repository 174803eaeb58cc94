/* SPDX-License-Identifier: ISC */
/* validity - an edge: reads the administrator's files by GnuTLS; see validity.h. */
#include "validity.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "certificates.h"
#include "decide.h"
#include "ocsp_response.h"

/* What is read from one file, and what was read from all before it. */
struct validity_reader {
    struct validity *list;
    size_t count;
    struct validity v;
};

static struct validity *validity_find(const struct validity_reader *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->list[i].kind == r->v.kind && strcmp(r->list[i].file, r->v.file) == 0 &&
            strcmp(r->list[i].text, r->v.text) == 0)
            return &r->list[i];
    return NULL;
}

static void validity_add(struct validity_reader *r)
{
    struct validity *same = validity_find(r), *more;

    if (same) {
        if (same->until < r->v.until)
            *same = r->v;
        return;
    }
    more = realloc(r->list, (r->count + 1) * sizeof *more);
    if (!more)
        return;
    r->list = more;
    r->list[r->count++] = r->v;
}

static void validity_bad(struct validity_reader *r, const char *why)
{
    r->v.unread = true;
    snprintf(r->v.text, sizeof r->v.text, "%s", why);
    validity_add(r);
}

static void validity_start(struct validity_reader *r, enum validity_kind kind, const char *file)
{
    r->v = (struct validity){.kind = kind, .file = file};
}

/* Returns whether the file could be read; if not, that is added. */
static bool validity_load(struct validity_reader *r, gnutls_datum_t *data)
{
    errno = 0;
    int failed = gnutls_load_file(r->v.file, data);

    if (failed)
        validity_bad(r, errno ? strerror(errno) : gnutls_strerror(failed));
    return !failed;
}

static void validity_add_named(struct validity_reader *r, gnutls_datum_t *dn)
{
    snprintf(r->v.text, sizeof r->v.text, "%s", dn->data ? (const char *)dn->data : "");
    gnutls_free(dn->data);
    validity_add(r);
}

static int64_t validity_end(time_t end)
{
    return end == (time_t)-1 ? EXPIRY_NEVER : (int64_t)end;
}

/* The chain is good for as long as all of it is. */
static void validity_of_chain(struct validity_reader *r, gnutls_x509_crt_t *crts, unsigned n)
{
    gnutls_datum_t dn = {NULL, 0};
    unsigned first = 0;

    for (unsigned i = 1; i < n; i++)
        if (gnutls_x509_crt_get_expiration_time(crts[i]) <
            gnutls_x509_crt_get_expiration_time(crts[first]))
            first = i;
    r->v.from = gnutls_x509_crt_get_activation_time(crts[first]);
    r->v.until = gnutls_x509_crt_get_expiration_time(crts[first]);
    gnutls_x509_crt_get_dn3(crts[first], &dn, 0);
    validity_add_named(r, &dn);
}

static void validity_of_response(struct validity_reader *r, const gnutls_datum_t *data,
                                 gnutls_x509_crt_t crt)
{
    gnutls_ocsp_resp_t response = ocsp_response_read(data);
    int i = response ? ocsp_response_index(response, crt) : -1;
    gnutls_datum_t dn = {NULL, 0};
    time_t from, until;

    if (i < 0 || gnutls_ocsp_resp_get_single(response, (unsigned)i, NULL, NULL, NULL, NULL, NULL,
                                             &from, &until, NULL, NULL))
        validity_bad(r, "not an OCSP response for the certificate");
    else {
        r->v.from = from;
        r->v.until = validity_end(until);
        gnutls_x509_crt_get_dn3(crt, &dn, 0);
        validity_add_named(r, &dn);
    }
    if (response)
        gnutls_ocsp_resp_deinit(response);
}

static void validity_of_ocsp(struct validity_reader *r, const char *file, gnutls_x509_crt_t crt)
{
    gnutls_datum_t data;

    validity_start(r, VALIDITY_OCSP, file);
    if (!validity_load(r, &data))
        return;
    validity_of_response(r, &data, crt);
    gnutls_free(data.data);
}

/* Returns how many certificates the file has, for certificates_free; 0 after saying why none. */
static unsigned validity_certificates(struct validity_reader *r, gnutls_x509_crt_t **crts)
{
    unsigned n;
    int failed = certificates_read(r->v.file, crts, &n);

    if (failed == GNUTLS_E_FILE_ERROR)
        validity_bad(r, errno ? strerror(errno) : gnutls_strerror(failed));
    else if (failed)
        validity_bad(r, "no certificate in PEM");
    return n;
}

static void validity_of_certificate(struct validity_reader *r, enum validity_kind kind,
                                    const char *chain, const char *ocsp)
{
    gnutls_x509_crt_t *crts;

    validity_start(r, kind, chain);
    unsigned n = validity_certificates(r, &crts);
    if (n > 0)
        validity_of_chain(r, crts, n);
    if (n > 0 && *ocsp)
        validity_of_ocsp(r, ocsp, crts[0]);
    certificates_free(crts, n);
}

static void validity_of_cas(struct validity_reader *r, const char *file)
{
    gnutls_x509_crt_t *crts;

    validity_start(r, VALIDITY_CLIENT_CA, file);
    unsigned n = validity_certificates(r, &crts);
    for (unsigned i = 0; i < n; i++)
        validity_of_chain(r, &crts[i], 1);
    certificates_free(crts, n);
}

static void validity_of_crls(struct validity_reader *r, const char *file)
{
    gnutls_x509_crl_t *crls;
    gnutls_datum_t data;
    unsigned n = 0;

    validity_start(r, VALIDITY_CRL, file);
    if (!validity_load(r, &data))
        return;
    int failed = gnutls_x509_crl_list_import2(&crls, &n, &data, GNUTLS_X509_FMT_PEM, 0);
    gnutls_free(data.data);
    if (failed < 0 || n == 0) {
        validity_bad(r, "no CRL in PEM");
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        r->v.from = gnutls_x509_crl_get_this_update(crls[i]);
        r->v.until = validity_end(gnutls_x509_crl_get_next_update(crls[i]));
        gnutls_datum_t dn = {NULL, 0};
        gnutls_x509_crl_get_issuer_dn3(crls[i], &dn, 0);
        validity_add_named(r, &dn);
        gnutls_x509_crl_deinit(crls[i]);
    }
    gnutls_free(crls);
}

static void validity_of_servers(struct validity_reader *r, const struct policy *p)
{
    for (size_t i = 0; i < p->group_count; i++)
        for (size_t k = 0; k < p->groups[i].server_count; k++)
            if (p->groups[i].type == GROUP_RADIUS && *p->groups[i].servers[k].certificate)
                validity_of_certificate(r, VALIDITY_RADIUS, p->groups[i].servers[k].certificate,
                                        "");
}

struct validity *validity_read(const struct policy *p, unsigned users, size_t *count)
{
    struct validity_reader r = {.list = NULL};
    bool filter = users & VALIDITY_OF_FILTER, wanted = filter && decide_wants_certificates(p);

    for (size_t i = 0; filter && i < p->certificate_count; i++)
        validity_of_certificate(&r, VALIDITY_CERTIFICATE, p->certificates[i].chain,
                                p->certificates[i].ocsp);
    if (users & VALIDITY_OF_HELPER)
        validity_of_servers(&r, p);
    if (wanted)
        validity_of_cas(&r, p->client_ca);
    if (wanted && *p->crl)
        validity_of_crls(&r, p->crl);
    *count = r.count;
    return r.list;
}

enum expiry validity_judge(const struct validity *v, int64_t now)
{
    return v->kind == VALIDITY_OCSP || v->kind == VALIDITY_CRL
               ? expiry_judge_short(v->from, v->until, now)
               : expiry_judge(v->until, now);
}

const char *validity_kind_name(enum validity_kind k)
{
    static const char *const names[] = {[VALIDITY_CERTIFICATE] = "certificate",
                                        [VALIDITY_CLIENT_CA] = "client-ca",
                                        [VALIDITY_RADIUS] = "radius",
                                        [VALIDITY_OCSP] = "ocsp",
                                        [VALIDITY_CRL] = "crl"};

    return names[k];
}
