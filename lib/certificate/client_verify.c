/* SPDX-License-Identifier: ISC */
/* client_verify - verifies a client's certificate; see client_ca.h. Believes nothing in it. */
#include <gnutls/gnutls.h>
#include <stdint.h>

#include "client_ca_internal.h"
#include "client_path.h"
#include "limits.h"

/* At least RSA of 2,048 bits, elliptic curves of 224 bits, SHA-2. */
#define VERIFY_FLAGS GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM)

const char *client_verdict_text(enum client_verdict v)
{
    static const char *const texts[CLIENT_VERDICTS] = {
        [CLIENT_GOOD] = "certificate good",
        [CLIENT_NONE] = "certificate missing",
        [CLIENT_UNREADABLE] = "certificate unreadable or too large",
        [CLIENT_UNKNOWN_CA] = "certificate of an unknown CA",
        [CLIENT_BAD] = "certificate forged, or too weak",
        [CLIENT_NAMES] = "certificate with a name that a CA above it may not certify",
        [CLIENT_PATH] = "certificate below more CAs than one of them allows",
        [CLIENT_EXTENSION] = "certificate with an unknown critical extension, or one of its CAs'",
        [CLIENT_LIMITS] = "certificate of a CA that may not issue it",
        [CLIENT_NOT_YET] = "certificate not yet valid",
        [CLIENT_EXPIRED] = "certificate expired",
        [CLIENT_REVOKED] = "certificate revoked",
        [CLIENT_PURPOSE] = "certificate not for client authentication",
        [CLIENT_NO_CRL] = "certificate of a CA whose CRL is not there",
        [CLIENT_OLD_CRL] = "certificate of a CA whose CRL is out of date",
    };

    return v < CLIENT_VERDICTS ? texts[v] : "certificate unknown";
}

bool client_verdict_wrong(enum client_verdict v)
{
    return v == CLIENT_UNREADABLE || v == CLIENT_UNKNOWN_CA || v == CLIENT_BAD ||
           v == CLIENT_REVOKED || v == CLIENT_PURPOSE;
}

void client_subject(struct span certificate, char *room, size_t size)
{
    gnutls_datum_t der = {(unsigned char *)(uintptr_t)certificate.p, (unsigned)certificate.n};
    gnutls_datum_t name = {NULL, 0};
    gnutls_x509_crt_t crt;

    room[0] = '\0';
    if (certificate.n == 0 || gnutls_x509_crt_init(&crt) < 0)
        return;
    if (gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) == 0 &&
        gnutls_x509_crt_get_dn3(crt, &name, 0) == 0)
        span_copy(room, size, span_head(span_of(name.data, name.size), size - 1));
    gnutls_free(name.data);
    gnutls_x509_crt_deinit(crt);
}

static bool chain_fits(const struct span *chain, size_t count)
{
    size_t issuers = 0;

    if (count > LIMIT_CHAIN || chain[0].n > LIMIT_CERTIFICATE)
        return false;
    for (size_t i = 1; i < count; i++) {
        if (chain[i].n > LIMIT_ISSUERS - issuers)
            return false;
        issuers += chain[i].n;
    }
    return true;
}

/* The constraints of a CA: GnuTLS has one bit for all of them. */
static enum client_verdict constraint_verdict(const struct client_path *path)
{
    if (!client_path_names_allowed(path))
        return CLIENT_NAMES;
    return client_path_too_long(path) ? CLIENT_PATH : CLIENT_LIMITS;
}

/* Of several faults, reports the one that the user can do least about. */
static enum client_verdict verdict_of(unsigned status, const struct client_path *path)
{
    static const struct {
        unsigned bits;
        enum client_verdict verdict;
    } rows[] = {
        {GNUTLS_CERT_SIGNER_NOT_FOUND | GNUTLS_CERT_SIGNER_NOT_CA, CLIENT_UNKNOWN_CA},
        {GNUTLS_CERT_SIGNATURE_FAILURE | GNUTLS_CERT_INSECURE_ALGORITHM, CLIENT_BAD},
        {GNUTLS_CERT_REVOKED, CLIENT_REVOKED},
        {GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE, CLIENT_LIMITS},
        {GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS, CLIENT_EXTENSION},
        {GNUTLS_CERT_PURPOSE_MISMATCH, CLIENT_PURPOSE},
        {GNUTLS_CERT_EXPIRED, CLIENT_EXPIRED},
        {GNUTLS_CERT_NOT_ACTIVATED, CLIENT_NOT_YET},
    };

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (status & rows[i].bits)
            return rows[i].verdict == CLIENT_LIMITS ? constraint_verdict(path) : rows[i].verdict;
    if (status)
        return CLIENT_BAD;
    return client_path_names_allowed(path) ? CLIENT_GOOD : CLIENT_NAMES;
}

/* If a certificate limits the use of its key, signing must be allowed: the handshake needs it. */
static bool may_sign(gnutls_x509_crt_t crt)
{
    unsigned usage, critical;
    int failed = gnutls_x509_crt_get_key_usage(crt, &usage, &critical);

    return failed == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE ||
           (failed == 0 && usage & GNUTLS_KEY_DIGITAL_SIGNATURE);
}

static bool crl_is_of_issuer(gnutls_x509_crl_t crl, gnutls_x509_crt_t crt)
{
    gnutls_datum_t a = {NULL, 0}, b = {NULL, 0};
    bool same = gnutls_x509_crl_get_raw_issuer_dn(crl, &a) == 0 &&
                gnutls_x509_crt_get_raw_issuer_dn(crt, &b) == 0 &&
                span_eq(span_of(a.data, a.size), span_of(b.data, b.size));

    gnutls_free(a.data);
    gnutls_free(b.data);
    return same;
}

/* Checks one certificate against the CRLs of its issuer. */
static enum client_verdict check_revocation(const struct client_ca *c, gnutls_x509_crt_t crt)
{
    enum client_verdict v = CLIENT_NO_CRL;

    for (unsigned i = 0; i < c->crl_count; i++) {
        if (!crl_is_of_issuer(c->crls[i], crt))
            continue;
        if (gnutls_x509_crt_check_revocation(crt, &c->crls[i], 1) != 0)
            return CLIENT_REVOKED;
        if (client_crl_fresh(c->crls[i]))
            v = CLIENT_GOOD;
        else if (v == CLIENT_NO_CRL)
            v = CLIENT_OLD_CRL;
    }
    return v;
}

/* Checks the certificate, and the CAs above it as far as their issuers have CRLs. */
static enum client_verdict check_chain_revocation(const struct client_ca *c, gnutls_x509_crt_t crt)
{
    enum client_verdict v = check_revocation(c, crt);
    gnutls_x509_crt_t above;

    for (unsigned depth = 0; v == CLIENT_GOOD && depth < LIMIT_CHAIN; depth++) {
        if (gnutls_x509_trust_list_get_issuer(c->list, crt, &above, 0) < 0 ||
            gnutls_x509_crt_equals(above, crt))
            break;
        crt = above;
        v = check_revocation(c, crt);
        if (v == CLIENT_NO_CRL)
            v = CLIENT_GOOD;
    }
    return v;
}

static enum client_verdict verify_chain(const struct client_ca *c, gnutls_x509_crt_t *crts,
                                        unsigned count)
{
    struct client_path path;
    unsigned status = 0;
    int failed = client_path_verify(c->list, crts, count, VERIFY_FLAGS, &status, &path);
    enum client_verdict v = failed < 0 ? CLIENT_BAD : verdict_of(status, &path);

    if (v == CLIENT_GOOD && !may_sign(crts[0]))
        v = CLIENT_PURPOSE;
    return v == CLIENT_GOOD && c->revokes ? check_chain_revocation(c, crts[0]) : v;
}

enum client_verdict client_ca_verify(const struct client_ca *c, const struct span *chain,
                                     size_t count)
{
    gnutls_x509_crt_t crts[LIMIT_CHAIN];
    unsigned n = 0;
    bool good = true;

    if (count == 0 || chain[0].n == 0)
        return CLIENT_NONE;
    if (!chain_fits(chain, count))
        return CLIENT_UNREADABLE;
    while (good && n < count) {
        gnutls_datum_t der = {(unsigned char *)(uintptr_t)chain[n].p, (unsigned)chain[n].n};
        good = gnutls_x509_crt_init(&crts[n]) == 0;
        if (good)
            good = gnutls_x509_crt_import(crts[n++], &der, GNUTLS_X509_FMT_DER) == 0;
    }
    enum client_verdict v = good ? verify_chain(c, crts, n) : CLIENT_UNREADABLE;
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(crts[i]);
    return v;
}
