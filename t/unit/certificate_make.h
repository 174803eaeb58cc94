/* SPDX-License-Identifier: ISC */
/* certificate_make - for tests: makes certificates in DER with any subject. They are well-formed
 * but not signed, so a subject can be one that no CA would write. */
#ifndef MW_CERTIFICATE_MAKE_H
#define MW_CERTIFICATE_MAKE_H

#include "buf.h"
#include "num.h"

#define DER_SEQUENCE 0x30
#define DER_SET      0x31
#define DER_OID      0x06

/* One attribute of a subject. oid "": an RDN without attributes; NULL: the end of the list. */
struct made_value {
    const char *oid;
    unsigned char tag;
    struct span value;
    bool beside; /* in the same RDN as the one before */
};

#define MADE_MAX 16384 /* most octets of a certificate */

static inline void der_put(struct buf *out, unsigned char tag, struct span content)
{
    buf_putc(out, (char)tag);
    if (content.n > 0xff) {
        buf_putc(out, (char)0x82);
        buf_putc(out, (char)(content.n >> 8));
    } else if (content.n > 0x7f) {
        buf_putc(out, (char)0x81);
    }
    buf_putc(out, (char)content.n);
    buf_put(out, content);
}

static inline void der_put_arc(struct buf *out, uint64_t arc)
{
    int shift = 0;

    while (arc >> (shift + 7))
        shift += 7;
    for (; shift > 0; shift -= 7)
        buf_putc(out, (char)(0x80 | (arc >> shift & 0x7f)));
    buf_putc(out, (char)(arc & 0x7f));
}

static inline void der_put_oid(struct buf *out, const char *oid)
{
    char room[64];
    struct buf content = BUF(room);
    struct span rest = span_str(oid);
    uint64_t first = 0, arc;

    for (int i = 0; rest.n > 0; i++) {
        assert_true(num_parse(span_cut(&rest, '.'), UINT32_MAX, &arc));
        if (i == 0)
            first = arc * 40;
        else
            der_put_arc(&content, i == 1 ? first + arc : arc);
    }
    der_put(out, DER_OID, buf_span(&content));
}

static inline void der_put_value(struct buf *out, const struct made_value *v)
{
    char room[MADE_MAX];
    struct buf pair = BUF(room);

    der_put_oid(&pair, v->oid);
    der_put(&pair, v->tag, v->value);
    der_put(out, DER_SEQUENCE, buf_span(&pair));
}

static inline void der_put_name(struct buf *out, const struct made_value *v)
{
    char name_room[MADE_MAX], rdn_room[MADE_MAX];
    struct buf name = BUF(name_room), rdn = BUF(rdn_room);

    for (; v->oid; v++) {
        if (*v->oid)
            der_put_value(&rdn, v);
        if (v[1].oid && v[1].beside)
            continue;
        der_put(&name, DER_SET, buf_span(&rdn));
        buf_clear(&rdn);
    }
    der_put(out, DER_SEQUENCE, buf_span(&name));
}

/* ecdsa-with-SHA256. */
#define DER_ALGORITHM "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define DER_SIGNATURE "\x03\x09\x00\x30\x06\x02\x01\x01\x02\x01\x01"
#define DER_KEY                                                                                    \
    "\x30\x1a\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07" \
    "\x03\x03\x00\x04\x01"

static inline void make_certificate(struct buf *out, const struct made_value *subject)
{
    char tbs_room[MADE_MAX], all_room[MADE_MAX];
    struct buf tbs = BUF(tbs_room), all = BUF(all_room);
    static const struct made_value issuer[] = {{"2.5.4.3", 12, SPAN("Test CA"), false},
                                               {NULL, 0, SPAN_NONE, false}};

    buf_put(&tbs, SPAN("\xa0\x03\x02\x01\x02\x02\x01\x01" DER_ALGORITHM));
    der_put_name(&tbs, issuer);
    buf_put(&tbs, SPAN("\x30\x1e\x17\x0d"
                       "250101000000Z"
                       "\x17\x0d"
                       "350101000000Z"));
    der_put_name(&tbs, subject);
    buf_put(&tbs, SPAN(DER_KEY));
    der_put(&all, DER_SEQUENCE, buf_span(&tbs));
    buf_put(&all, SPAN(DER_ALGORITHM DER_SIGNATURE));
    buf_clear(out);
    der_put(out, DER_SEQUENCE, buf_span(&all));
    assert_false(tbs.overflow || all.overflow || out->overflow);
}

#endif
