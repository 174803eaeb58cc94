/* SPDX-License-Identifier: ISC */
/* certificate_name - an edge: reads certificates by GnuTLS; see certificate_name.h. Believes
 * nothing in them: a client sent them. */
#include "certificate_name.h"

#include <gnutls/x509.h>
#include <stdint.h>

#include "der.h"
#include "directory_string.h"
#include "dn_text.h"
#include "name.h"

static enum certificate_outcome unreadable(int code, struct err *e)
{
    err_set(e, "the certificate can't be read: %s", gnutls_strerror(code));
    return code == GNUTLS_E_MEMORY_ERROR ? CERTIFICATE_TROUBLE : CERTIFICATE_NAMELESS;
}

/* Adds the text of `what` (a field or the DN) to the names, if it is valid as a name. */
static enum certificate_outcome add_name(struct certificate_names *out, const struct buf *text,
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

/* GnuTLS sometimes counts an OID's final NUL. */
static struct span ava_oid(const gnutls_x509_ava_st *value)
{
    struct span s = span_of(value->oid.data, value->oid.size);

    return span_head(s, span_find(s, '\0'));
}

static struct span ava_value(const gnutls_x509_ava_st *value)
{
    return span_of(value->value.data, value->value.size);
}

/* Finds the first value of an attribute type, in the DN's own order. Returns GnuTLS's code. */
static int find_value(gnutls_x509_dn_t dn, const char *oid, gnutls_x509_ava_st *value)
{
    int code = 0;

    for (int rdn = 0; code == 0; rdn++) {
        int ava = 0;
        while ((code = gnutls_x509_dn_get_rdn_ava(dn, rdn, ava, value)) == 0) {
            if (span_eq(ava_oid(value), span_str(oid)))
                return 0;
            ava++;
        }
        if (code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND && ava > 0)
            code = 0; /* the end of an RDN, not of the DN */
    }
    return code;
}

/* Sets *lacks if the certificate doesn't have the field. */
static enum certificate_outcome name_of_field(struct certificate_names *out, gnutls_x509_dn_t dn,
                                              enum dn_field field, bool *lacks, struct err *e)
{
    char room[LIMIT_NAME];
    struct buf text = BUF(room);
    gnutls_x509_ava_st value;
    int code = find_value(dn, dn_field_oid(field), &value);

    *lacks = code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND;
    if (code && !*lacks)
        return unreadable(code, e);
    if (!*lacks && directory_string(&text, value.value_tag, ava_value(&value)))
        return add_name(out, &text, dn_field_name(field), e);
    err_set(e, "the certificate%s %s%s", *lacks ? " has no" : "'s", dn_field_name(field),
            *lacks ? "" : " is not text");
    return CERTIFICATE_NAMELESS;
}

static enum certificate_outcome names_of_fields(const struct protocol_policy *p,
                                                struct certificate_names *out, gnutls_x509_dn_t dn,
                                                struct err *e)
{
    bool lacks;
    enum certificate_outcome outcome = name_of_field(out, dn, p->dn_primary, &lacks, e);
    bool second = p->dn_fallback ? lacks : outcome == CERTIFICATE_NAMED;

    if (!second || p->dn_secondary == DN_NONE)
        return outcome;
    return name_of_field(out, dn, p->dn_secondary, &lacks, e);
}

/* Returns the number of RDNs, or GnuTLS's code if negative. */
static int count_rdns(gnutls_x509_dn_t dn)
{
    gnutls_x509_ava_st value;
    int n = 0, code;

    while ((code = gnutls_x509_dn_get_rdn_ava(dn, n, 0, &value)) == 0)
        n++;
    return code == GNUTLS_E_ASN1_ELEMENT_NOT_FOUND ? n : code;
}

/* Appends an RDN's values, joined by "+". Returns GnuTLS's code: ELEMENT_NOT_FOUND at the RDN's
 * end. */
static int put_rdn(struct buf *text, gnutls_x509_dn_t dn, int rdn, bool *is_text)
{
    gnutls_x509_ava_st value;
    int code;

    for (int ava = 0; (code = gnutls_x509_dn_get_rdn_ava(dn, rdn, ava, &value)) == 0; ava++) {
        if (ava > 0)
            buf_putc(text, '+');
        if (!dn_text_put(text, ava_oid(&value), value.value_tag, ava_value(&value)))
            *is_text = false;
    }
    return code;
}

/* The last RDN comes first (RFC 4514 section 2.1). */
static enum certificate_outcome name_of_dn(struct certificate_names *out, gnutls_x509_dn_t dn,
                                           struct err *e)
{
    char room[LIMIT_NAME];
    struct buf text = BUF(room);
    bool is_text = true;
    int n = count_rdns(dn);

    if (n < 0)
        return unreadable(n, e);
    for (int rdn = n - 1; rdn >= 0; rdn--) {
        if (rdn < n - 1)
            buf_putc(&text, ',');
        int code = put_rdn(&text, dn, rdn, &is_text);
        if (code != GNUTLS_E_ASN1_ELEMENT_NOT_FOUND)
            return unreadable(code, e);
    }
    if (is_text)
        return add_name(out, &text, "DN", e);
    err_set(e, "a part of the certificate's DN is not text");
    return CERTIFICATE_NAMELESS;
}

/* Returns whether an RDN has no value, which X.501 forbids. GnuTLS would take it for the DN's end
 * and overlook the rest. */
static bool has_empty_rdn(gnutls_x509_crt_t crt)
{
    gnutls_datum_t raw = {NULL, 0};
    struct span rdns = SPAN_NONE;
    struct der rdn;
    bool empty = gnutls_x509_crt_get_raw_dn(crt, &raw) != 0 ||
                 !der_only(span_of(raw.data, raw.size), DER_SEQUENCE_OF, &rdns);

    while (!empty && rdns.n > 0)
        empty = !der_next(&rdns, &rdn) || rdn.content.n == 0;
    gnutls_free(raw.data);
    return empty;
}

static enum certificate_outcome names_of_certificate(const struct protocol_policy *p,
                                                     gnutls_x509_crt_t crt,
                                                     struct certificate_names *out, struct err *e)
{
    gnutls_x509_dn_t dn;
    int code;

    code = has_empty_rdn(crt) ? GNUTLS_E_ASN1_DER_ERROR : 0;
    if (!code)
        code = gnutls_x509_crt_get_subject(crt, &dn); /* owned by crt */
    if (code)
        return unreadable(code, e);
    return p->dn_entire ? name_of_dn(out, dn, e) : names_of_fields(p, out, dn, e);
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
        err_set(e, der.n ? "the certificate is too long" : "no client certificate");
        return CERTIFICATE_NAMELESS;
    }
    code = gnutls_x509_crt_init(&crt);
    if (code)
        return unreadable(code, e);
    code = gnutls_x509_crt_import(crt, &octets, GNUTLS_X509_FMT_DER);
    outcome = code ? unreadable(code, e) : names_of_certificate(p, crt, out, e);
    gnutls_x509_crt_deinit(crt);
    if (outcome != CERTIFICATE_NAMED)
        out->count = 0;
    return outcome;
}
