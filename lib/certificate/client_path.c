/* SPDX-License-Identifier: ISC */
/* client_path - see client_path.h. Believes nothing in certificates below the CAs of the policy. */
#include "client_path.h"

#include "name_constraints.h"
#include "span.h"

#define OID_NAME_CONSTRAINTS "2.5.29.30"
#define OID_ALTERNATIVE_NAME "2.5.29.17"

/* Each certificate that GnuTLS looks at, with the issuer that it took for it. */
struct steps {
    unsigned count;
    struct {
        gnutls_x509_crt_t crt, issuer;
    } list[PATH_MAX_LENGTH];
};

/* Set during a verification alone: GnuTLS passes its callback nothing of the caller's. */
static _Thread_local struct steps *steps_now;

static int note_step(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer, gnutls_x509_crl_t crl,
                     unsigned status)
{
    struct steps *s = steps_now;

    (void)crl;
    (void)status;
    if (issuer && s->count < PATH_MAX_LENGTH) {
        s->list[s->count].crt = crt;
        s->list[s->count++].issuer = issuer;
    }
    return 0;
}

static gnutls_x509_crt_t noted_issuer(const struct steps *s, gnutls_x509_crt_t crt)
{
    for (unsigned i = s->count; i-- > 0;)
        if (gnutls_x509_crt_equals(s->list[i].crt, crt) &&
            !gnutls_x509_crt_equals(s->list[i].issuer, crt))
            return s->list[i].issuer;
    return NULL;
}

/* Among the certificates that the client sent. */
static gnutls_x509_crt_t sent_issuer(gnutls_x509_crt_t *crts, unsigned count, gnutls_x509_crt_t crt)
{
    for (unsigned i = 1; i < count; i++)
        if (gnutls_x509_crt_check_issuer(crt, crts[i]) && !gnutls_x509_crt_equals(crt, crts[i]))
            return crts[i];
    return NULL;
}

/* GnuTLS stops at the first CA that the policy names: the root may be named, too. */
static gnutls_x509_crt_t listed_issuer(gnutls_x509_trust_list_t list, gnutls_x509_crt_t crt)
{
    gnutls_x509_crt_t issuer;

    if (gnutls_x509_trust_list_get_issuer(list, crt, &issuer, 0) < 0 ||
        gnutls_x509_crt_equals(issuer, crt))
        return NULL;
    return issuer;
}

int client_path_verify(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *crts, unsigned count,
                       unsigned flags, unsigned *status, struct client_path *path)
{
    char purpose[] = GNUTLS_KP_TLS_WWW_CLIENT;
    gnutls_typed_vdata_st wanted = {.type = GNUTLS_DT_KEY_PURPOSE_OID,
                                    .data = (unsigned char *)purpose};
    struct steps steps = {.count = 0};
    gnutls_x509_crt_t crt = crts[0];
    int code;

    steps_now = &steps;
    code =
        gnutls_x509_trust_list_verify_crt2(list, crts, count, &wanted, 1, flags, status, note_step);
    steps_now = NULL;
    for (path->count = 0; crt && path->count < PATH_MAX_LENGTH; path->count++) {
        gnutls_x509_crt_t above = noted_issuer(&steps, crt);
        if (!above)
            above = listed_issuer(list, crt);
        if (!above && *status) /* GnuTLS gave up: the rest explains why */
            above = sent_issuer(crts, count, crt);
        path->crts[path->count] = crt;
        crt = above;
    }
    return code;
}

static struct span datum_span(const gnutls_datum_t *d)
{
    return span_of(d->data, d->size);
}

/* Reads an extension; *value is for gnutls_free. Returns 1, or 0 if there is none, or -1 if it can't
 * be read or is there twice. */
static int read_extension(gnutls_x509_crt_t crt, const char *oid, gnutls_datum_t *value)
{
    gnutls_datum_t second = {NULL, 0};
    int code = gnutls_x509_crt_get_extension_by_oid2(crt, oid, 0, value, NULL);

    if (code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
        return 0;
    if (code < 0)
        return -1;
    code = gnutls_x509_crt_get_extension_by_oid2(crt, oid, 1, &second, NULL);
    gnutls_free(second.data);
    return code == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ? 1 : -1;
}

static bool names_allowed(struct span constraints, gnutls_x509_crt_t crt)
{
    gnutls_datum_t subject = {NULL, 0}, alternative = {NULL, 0};
    bool allowed = gnutls_x509_crt_get_raw_dn(crt, &subject) == 0 &&
                   read_extension(crt, OID_ALTERNATIVE_NAME, &alternative) >= 0 &&
                   name_constraints_judge(constraints, datum_span(&subject),
                                          datum_span(&alternative)) == NAMES_ALLOWED;

    gnutls_free(subject.data);
    gnutls_free(alternative.data);
    return allowed;
}

/* Returns whether issuer and subject are the same. */
static bool is_self_issued(gnutls_x509_crt_t crt)
{
    gnutls_datum_t issuer = {NULL, 0}, subject = {NULL, 0};
    bool same = gnutls_x509_crt_get_raw_issuer_dn(crt, &issuer) == 0 &&
                gnutls_x509_crt_get_raw_dn(crt, &subject) == 0 &&
                span_eq(datum_span(&issuer), datum_span(&subject));

    gnutls_free(issuer.data);
    gnutls_free(subject.data);
    return same;
}

/* Judges all that is below the CA at index ca. */
static bool below_allowed(const struct client_path *path, unsigned ca)
{
    gnutls_datum_t constraints = {NULL, 0};
    int has = read_extension(path->crts[ca], OID_NAME_CONSTRAINTS, &constraints);
    bool allowed = has >= 0;

    for (unsigned i = 0; has > 0 && allowed && i < ca; i++)
        allowed = (i > 0 && is_self_issued(path->crts[i])) ||
                  names_allowed(datum_span(&constraints), path->crts[i]);
    gnutls_free(constraints.data);
    return allowed;
}

bool client_path_names_allowed(const struct client_path *path)
{
    for (unsigned ca = 1; ca < path->count; ca++)
        if (!below_allowed(path, ca))
            return false;
    return true;
}

bool client_path_too_long(const struct client_path *path)
{
    int below = 0;

    for (unsigned ca = 1; ca < path->count; ca++) {
        unsigned is_ca, critical;
        int limit = -1;
        if (gnutls_x509_crt_get_basic_constraints(path->crts[ca], &critical, &is_ca, &limit) >= 0 &&
            limit >= 0 && below > limit)
            return true;
        below += !is_self_issued(path->crts[ca]);
    }
    return false;
}
