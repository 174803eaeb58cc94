/* SPDX-License-Identifier: ISC */
/* ctl_certificate - an edge: GnuTLS reads PEM; see ctl_certificate.h. */
#include "ctl_certificate.h"

#include "certificates.h"

/* Appends a certificate in DER. -1: there is no room for it. */
static int append(struct ctl_certificate *c, gnutls_x509_crt_t crt)
{
    size_t n = sizeof c->room - c->size;

    if (c->count == LIMIT_CHAIN ||
        gnutls_x509_crt_export(crt, GNUTLS_X509_FMT_DER, c->room + c->size, &n))
        return -1;
    c->chain[c->count++] = span_of(c->room + c->size, n);
    c->size += n;
    return 0;
}

int ctl_certificate_load(struct ctl_certificate *c, const char *file, struct err *e)
{
    gnutls_x509_crt_t *crts;
    unsigned n;
    int code = certificates_read(file, &crts, &n), full = 0;

    c->size = c->count = 0;
    if (code == GNUTLS_E_FILE_ERROR)
        return err_set(e, "%s: cannot read the file", file);
    if (code)
        return err_set(e, "%s: %s: expected the client's certificate in PEM", file,
                       gnutls_strerror(code));
    for (unsigned i = 0; i < n && !full; i++)
        full = append(c, crts[i]);
    certificates_free(crts, n);
    if (full)
        return err_set(e, "%s: expected at most %d certificates of at most %d octets", file,
                       LIMIT_CHAIN, LIMIT_CERTIFICATE);
    return 0;
}

struct span ctl_certificate_issuers(const struct ctl_certificate *c)
{
    return c->count > 1 ? span_tail(span_of(c->room, c->size), c->chain[0].n) : SPAN_NONE;
}

int ctl_certificate_judge(const struct ctl_certificate *c, const struct policy *p,
                          enum client_verdict *v, struct err *e)
{
    struct client_ca *ca;

    *v = CLIENT_NONE;
    if (c->count == 0)
        return 0;
    ca = client_ca_load(p->client_ca, p->crl, e);
    if (!ca)
        return -1;
    *v = client_ca_verify(ca, c->chain, c->count);
    client_ca_free(ca);
    return 0;
}
