/* SPDX-License-Identifier: ISC */
/* server_certificate - an edge: loads by GnuTLS; see server_certificate.h. Holds keys. */
#include "server_certificate.h"

#include "limits.h"
#include "server_fault.h"
#include "tls_internal.h"

static enum server_key ecdsa_key(gnutls_x509_crt_t crt)
{
    gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

    gnutls_x509_crt_get_pk_ecc_raw(crt, &curve, NULL, NULL);
    switch (curve) {
    case GNUTLS_ECC_CURVE_SECP256R1:
        return SERVER_KEY_P256;
    case GNUTLS_ECC_CURVE_SECP384R1:
        return SERVER_KEY_P384;
    case GNUTLS_ECC_CURVE_SECP521R1:
        return SERVER_KEY_P521;
    default:
        return SERVER_KEY_OTHER;
    }
}

static enum server_key key_of(gnutls_x509_crt_t crt)
{
    switch (gnutls_x509_crt_get_pk_algorithm(crt, NULL)) {
    case GNUTLS_PK_RSA:
        return SERVER_KEY_RSA;
    case GNUTLS_PK_RSA_PSS:
        return SERVER_KEY_RSA_PSS;
    case GNUTLS_PK_ECDSA:
        return ecdsa_key(crt);
    case GNUTLS_PK_EDDSA_ED25519:
        return SERVER_KEY_ED25519;
    case GNUTLS_PK_EDDSA_ED448:
        return SERVER_KEY_ED448;
    default:
        return SERVER_KEY_OTHER;
    }
}

/* Keeps the first certificate of what was loaded. Returns GnuTLS's code. */
static int keep_certificate(struct server_certificate *s, unsigned index)
{
    gnutls_x509_crt_t *chain = NULL;
    unsigned count = 0;
    int code = gnutls_certificate_get_x509_crt(s->credentials, index, &chain, &count);

    if (code < 0)
        return code;
    s->certificate = chain[0];
    s->key = key_of(chain[0]);
    for (unsigned i = 1; i < count; i++)
        gnutls_x509_crt_deinit(chain[i]);
    gnutls_free(chain);
    return 0;
}

int server_certificate_load(struct server_certificate *s, const char *file,
                            const struct policy_certificate *cert, struct err *unsent,
                            struct err *e)
{
    int code = gnutls_certificate_allocate_credentials(&s->credentials);
    struct err why;

    if (code < 0)
        return err_set(e, "certificates: %s", gnutls_strerror(code));
    /* Makes set_x509_key_file2 return the index. */
    gnutls_certificate_set_flags(s->credentials, GNUTLS_CERTIFICATE_API_V2);
    int index = gnutls_certificate_set_x509_key_file2(s->credentials, cert->chain, cert->key,
                                                      GNUTLS_X509_FMT_PEM, NULL, 0);
    code = index < 0 ? index : keep_certificate(s, (unsigned)index);
    if (code < 0 && server_fault(cert, code, &why))
        return err_set(e, "%s:%d: element <certificate>: can't use chain %s with key %s: %s", file,
                       cert->line, cert->chain, cert->key, why.text);
    return *cert->ocsp ? tls_staple(s->credentials, (unsigned)index, file, cert, unsent, e) : 0;
}

void server_certificate_free(struct server_certificate *s)
{
    if (s->credentials)
        gnutls_certificate_free_credentials(s->credentials);
    if (s->certificate)
        gnutls_x509_crt_deinit(s->certificate);
    *s = (struct server_certificate){.credentials = NULL};
}

enum name_rank { RANK_FOREIGN, RANK_FIRST, RANK_WILDCARD, RANK_EXACT };

/* name may be "". */
static enum name_rank rank_name(const struct server_certificate *list, size_t i, const char *name)
{
    gnutls_x509_crt_t crt = list[i].certificate;

    if (*name && gnutls_x509_crt_check_hostname2(crt, name, GNUTLS_VERIFY_DO_NOT_ALLOW_WILDCARDS))
        return RANK_EXACT;
    if (*name && gnutls_x509_crt_check_hostname2(crt, name, 0))
        return RANK_WILDCARD;
    return i == 0 ? RANK_FIRST : RANK_FOREIGN;
}

size_t server_certificate_choose(const struct server_certificate *list, size_t count,
                                 const struct client_hello *h, bool tls13)
{
    char name[LIMIT_HOST + 1];
    size_t best = 0;
    unsigned best_score = 0;

    span_copy(name, sizeof name, h->name); /* one that can't be is none */
    for (size_t i = 0; i < count; i++) {
        unsigned takes = client_hello_takes(h, list[i].key, tls13),
                 fast = list[i].key != SERVER_KEY_RSA && list[i].key != SERVER_KEY_RSA_PSS,
                 score = takes << 3 | (unsigned)rank_name(list, i, name) << 1 | fast;
        if (i == 0 || score > best_score) {
            best = i;
            best_score = score;
        }
    }
    return best;
}
