/* SPDX-License-Identifier: ISC */
/* issue - for tests: makes CAs, certificates and CRLs by GnuTLS, with keys of P-256. */
#ifndef MW_ISSUE_H
#define MW_ISSUE_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#include "span.h"

#define DAY (24 * 3600)

/* A certificate with its key. */
struct party {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t der;
};

/* What a certificate should be. */
struct wish {
    const char *cn; /* NULL: an empty subject */
    unsigned char serial;
    long from, until; /* s from now; until 0: one day */
    bool ca;
    const char *purpose; /* OID; NULL: no extension */
    unsigned usage;      /* GNUTLS_KEY_…; 0: no extension */
    unsigned rsa;        /* bits; 0: a key of P-256 */
    const char *dn;      /* the whole subject (RFC 4514), instead of cn; NULL: cn */
    bool key_ids;        /* with subject and authority key identifiers */
    int path;            /* the path length of a CA, plus 1; 0: none */
    struct {
        const char *oid; /* NULL: no more */
        struct span value;
        bool critical;
    } extensions[3];
};

#define MUST(call) assert_true((call) >= 0)

static inline void issue_extensions(gnutls_x509_crt_t crt, const struct wish *w)
{
    for (size_t i = 0; i < sizeof w->extensions / sizeof *w->extensions; i++)
        if (w->extensions[i].oid)
            MUST(gnutls_x509_crt_set_extension_by_oid(
                crt, w->extensions[i].oid, w->extensions[i].value.p,
                (unsigned)w->extensions[i].value.n, w->extensions[i].critical));
}

static inline void issue_key_ids(gnutls_x509_crt_t crt, gnutls_x509_crt_t issuer)
{
    unsigned char id[64];
    size_t size = sizeof id;

    MUST(gnutls_x509_crt_get_key_id(crt, 0, id, &size));
    MUST(gnutls_x509_crt_set_subject_key_id(crt, id, size));
    size = sizeof id;
    MUST(gnutls_x509_crt_get_key_id(issuer, 0, id, &size));
    MUST(gnutls_x509_crt_set_authority_key_id(crt, id, size));
}

/* Makes a certificate signed by issuer; NULL: self-signed. */
static inline struct party issue(const struct wish *w, const struct party *issuer)
{
    struct party p;
    time_t now = time(NULL);

    MUST(gnutls_x509_privkey_init(&p.key));
    MUST(gnutls_x509_privkey_generate(
        p.key, w->rsa ? GNUTLS_PK_RSA : GNUTLS_PK_ECDSA,
        w->rsa ? w->rsa : GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    MUST(gnutls_x509_crt_init(&p.crt));
    MUST(gnutls_x509_crt_set_version(p.crt, 3));
    MUST(gnutls_x509_crt_set_key(p.crt, p.key));
    MUST(gnutls_x509_crt_set_serial(p.crt, &w->serial, 1));
    if (w->dn)
        MUST(gnutls_x509_crt_set_dn(p.crt, w->dn, NULL));
    else if (w->cn)
        MUST(gnutls_x509_crt_set_dn_by_oid(p.crt, GNUTLS_OID_X520_COMMON_NAME, 0, w->cn,
                                           (unsigned)strlen(w->cn)));
    MUST(gnutls_x509_crt_set_activation_time(p.crt, now + w->from - 60));
    MUST(gnutls_x509_crt_set_expiration_time(p.crt, now + (w->until ? w->until : DAY)));
    MUST(gnutls_x509_crt_set_basic_constraints(p.crt, w->ca, w->path - 1));
    if (w->purpose)
        MUST(gnutls_x509_crt_set_key_purpose_oid(p.crt, w->purpose, 0));
    if (w->usage)
        MUST(gnutls_x509_crt_set_key_usage(p.crt, w->usage));
    if (w->key_ids)
        issue_key_ids(p.crt, issuer ? issuer->crt : p.crt);
    issue_extensions(p.crt, w);
    MUST(gnutls_x509_crt_sign2(p.crt, issuer ? issuer->crt : p.crt, issuer ? issuer->key : p.key,
                               GNUTLS_DIG_SHA256, 0));
    MUST(gnutls_x509_crt_export2(p.crt, GNUTLS_X509_FMT_DER, &p.der));
    return p;
}

static inline void party_free(struct party *p)
{
    gnutls_x509_privkey_deinit(p->key);
    gnutls_x509_crt_deinit(p->crt);
    gnutls_free(p->der.data);
}

static inline struct span der_of(const struct party *p)
{
    return span_of(p->der.data, p->der.size);
}

static inline void append_pem(const char *file, gnutls_datum_t *pem)
{
    FILE *f = fopen(file, "a");

    assert_non_null(f);
    assert_int_equal(fwrite(pem->data, 1, pem->size, f), pem->size);
    fclose(f);
    gnutls_free(pem->data);
}

static inline void append_certificate(const char *file, const struct party *p)
{
    gnutls_datum_t pem;

    MUST(gnutls_x509_crt_export2(p->crt, GNUTLS_X509_FMT_PEM, &pem));
    append_pem(file, &pem);
}

/* Appends a CRL of ca that revokes serial (0: none) and is valid from … until (s from now). */
static inline void append_crl(const char *file, const struct party *ca, unsigned char serial,
                              long from, long until)
{
    gnutls_x509_crl_t crl;
    gnutls_datum_t pem;
    time_t now = time(NULL);

    MUST(gnutls_x509_crl_init(&crl));
    MUST(gnutls_x509_crl_set_version(crl, 2));
    MUST(gnutls_x509_crl_set_this_update(crl, now + from - 60));
    MUST(gnutls_x509_crl_set_next_update(crl, now + until));
    if (serial)
        MUST(gnutls_x509_crl_set_crt_serial(crl, &serial, 1, now));
    MUST(gnutls_x509_crl_set_number(crl, "\1", 1));
    MUST(gnutls_x509_crl_sign2(crl, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0));
    MUST(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_PEM, &pem));
    gnutls_x509_crl_deinit(crl);
    append_pem(file, &pem);
}

#endif
