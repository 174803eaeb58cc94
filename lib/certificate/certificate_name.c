/* SPDX-License-Identifier: ISC */
/* certificate_name - an edge: GnuTLS's X.509; see certificate_name.h. What it reads was shown by a
 * client, and is believed to be nothing but octets. */
#include "certificate_name.h"

#include <gnutls/x509.h>
#include <stdint.h>

#include "directory_string.h"
#include "dn_text.h"
#include "name.h"

static enum certificate_outcome failed(int code, struct err *e)
{
    err_set(e, "the certificate can't be read: %s", gnutls_strerror(code));
    return code == GNUTLS_E_MEMORY_ERROR ? CERTIFICATE_TROUBLE : CERTIFICATE_NAMELESS;
}

/* Takes the text of what (a field, the whole) where it is a name. */
static enum certificate_outcome take(struct certificate_names *out, const struct buf *text,
                                     const char *what, struct err *e)
{
    enum name_fault fault = text->overflow ? NAME_TOO_LONG : name_check(buf_span(text));

    if (fault) {
        err_set(e, "the certificate's %s can't be a name: %s", what, name_fault_text(fault));
        return CERTIFICATE_NAMELESS;
    }
    span_copy(out->names[out->count], sizeof out->names[0], buf_span(text));
    out->count++;
    return CERTIFICATE_NAMED;
}

/* GnuTLS counts an OID's final NUL, or doesn't. */
static struct span oid_of(const gnutls_x509_ava_st *value)
{
    struct span s = span_of(value->oid.data, value->oid.size);

    return span_head(s, span_find(s, '\0'));
}

static struct span octets_of(const gnutls_x509_ava_st *value)
{
    return span_of(value->value.data, value->value.size);
}

/* The first value of an attribute type, in the DN's own order. GnuTLS's code. */
static int find_value(gnutls_x509_dn_t dn, const char *oid, gnutls_x509_ava_st *value)
{
    int code = 0;

    for (int rdn = 0; code == 0; rdn++) {
        int ava = 0;
        while ((code = gnutls_x509_dn_get_rdn_ava(dn, rdn, ava, value)) == 0) {
            if (span_eq(oid_of(value), span_str(oid)))
                return 0;
            ava++;
        }
        if (code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND && ava > 0) /* the RDN's end, not the DN's */
            code = 0;
    }
    return code;
}

/* *lacks: the certificate doesn't have the field. */
static enum certificate_outcome take_field(struct certificate_names *out, gnutls_x509_dn_t dn,
                                           enum dn_field field, bool *lacks, struct err *e)
{
    char room[LIMIT_NAME];
    struct buf text = BUF(room);
    gnutls_x509_ava_st value;
    int code = find_value(dn, dn_field_oid(field), &value);

    *lacks = code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND;
    if (code && !*lacks)
        return failed(code, e);
    if (!*lacks && directory_string(&text, value.value_tag, octets_of(&value)))
        return take(out, &text, dn_field_name(field), e);
    err_set(e, "the certificate%s %s%s", *lacks ? " has no" : "'s", dn_field_name(field),
            *lacks ? "" : " is no text");
    return CERTIFICATE_NAMELESS;
}

static enum certificate_outcome take_fields(const struct protocol_policy *p,
                                            struct certificate_names *out, gnutls_x509_dn_t dn,
                                            struct err *e)
{
    bool lacks;
    enum certificate_outcome outcome = take_field(out, dn, p->dn_primary, &lacks, e);
    bool second = p->dn_fallback ? lacks : outcome == CERTIFICATE_NAMED;

    if (!second || p->dn_secondary == DN_NONE)
        return outcome;
    return take_field(out, dn, p->dn_secondary, &lacks, e);
}

/* How many RDNs there are; below 0: GnuTLS's code. */
static int count_rdns(gnutls_x509_dn_t dn)
{
    gnutls_x509_ava_st value;
    int n = 0, code;

    while ((code = gnutls_x509_dn_get_rdn_ava(dn, n, 0, &value)) == 0)
        n++;
    return code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND ? n : code;
}

/* An RDN's values, joined by "+". GnuTLS's code: not found is the good end. */
static int put_rdn(struct buf *text, gnutls_x509_dn_t dn, int rdn, bool *is_text)
{
    gnutls_x509_ava_st value;
    int code;

    for (int ava = 0; (code = gnutls_x509_dn_get_rdn_ava(dn, rdn, ava, &value)) == 0; ava++) {
        if (ava > 0)
            buf_putc(text, '+');
        if (!dn_text_put(text, oid_of(&value), value.value_tag, octets_of(&value)))
            *is_text = false;
    }
    return code;
}

/* The last RDN stands first (RFC 4514 section 2.1). */
static enum certificate_outcome take_entire(struct certificate_names *out, gnutls_x509_dn_t dn,
                                            struct err *e)
{
    char room[LIMIT_NAME];
    struct buf text = BUF(room);
    bool is_text = true;
    int n = count_rdns(dn);

    if (n < 0)
        return failed(n, e);
    for (int rdn = n - 1; rdn >= 0; rdn--) {
        if (rdn < n - 1)
            buf_putc(&text, ',');
        int code = put_rdn(&text, dn, rdn, &is_text);
        if (code != GNUTLS_E_ASN1_ELEMENT_NOT_FOUND)
            return failed(code, e);
    }
    if (is_text)
        return take(out, &text, "DN", e);
    err_set(e, "a part of the certificate's DN is no text");
    return CERTIFICATE_NAMELESS;
}

/* Cuts an element's head off *der and returns how many octets it has behind it. GnuTLS has taken the
 * certificate: it is DER. */
static size_t cut_head(struct span *der)
{
    size_t n = der->n > 1 ? (unsigned char)der->p[1] : 0, more = n > 0x80 ? n - 0x80 : 0;

    if (more > 0)
        n = 0;
    for (size_t i = 0; i < more && 2 + i < der->n; i++)
        n = n << 8 | (unsigned char)der->p[2 + i];
    *der = span_tail(*der, 2 + more);
    return n;
}

/* Whether an RDN has no value, which X.501 forbids: to GnuTLS the DN ends there, and whatever stands
 * behind it would be overlooked. */
static bool is_hollow(gnutls_x509_crt_t crt)
{
    gnutls_datum_t raw = {NULL, 0};
    struct span rdns;
    bool hollow = gnutls_x509_crt_get_raw_dn(crt, &raw) != 0;

    rdns = span_of(raw.data, raw.size);
    cut_head(&rdns); /* the SEQUENCE of them */
    while (!hollow && rdns.n > 0) {
        size_t n = cut_head(&rdns);
        hollow = n == 0;
        rdns = span_tail(rdns, n);
    }
    gnutls_free(raw.data);
    return hollow;
}

static enum certificate_outcome take_names(const struct protocol_policy *p, gnutls_x509_crt_t crt,
                                           struct certificate_names *out, struct err *e)
{
    gnutls_x509_dn_t dn;
    int code;

    code = is_hollow(crt) ? GNUTLS_E_ASN1_DER_ERROR : 0;
    if (!code)
        code = gnutls_x509_crt_get_subject(crt, &dn); /* a part of crt */
    if (code)
        return failed(code, e);
    return p->dn_entire ? take_entire(out, dn, e) : take_fields(p, out, dn, e);
}

enum certificate_outcome certificate_names(const struct protocol_policy *p, struct span der,
                                           struct certificate_names *out, struct err *e)
{
    const gnutls_datum_t octets = {(unsigned char *)(uintptr_t)der.p, (unsigned)der.n};
    gnutls_x509_crt_t crt;
    enum certificate_outcome outcome;
    int code;

    *out = (struct certificate_names){0};
    if (der.n == 0 || der.n > LIMIT_CERTIFICATE) {
        err_set(e, der.n ? "the certificate is too long" : "there is no client certificate");
        return CERTIFICATE_NAMELESS;
    }
    code = gnutls_x509_crt_init(&crt);
    if (code)
        return failed(code, e);
    code = gnutls_x509_crt_import(crt, &octets, GNUTLS_X509_FMT_DER);
    outcome = code ? failed(code, e) : take_names(p, crt, out, e);
    gnutls_x509_crt_deinit(crt);
    if (outcome != CERTIFICATE_NAMED)
        out->count = 0;
    return outcome;
}
