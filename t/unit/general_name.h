/* SPDX-License-Identifier: ISC */
/*
 * general_name - for tests: writes names and name constraints in DER from short texts.
 *
 *   a DN            "O=Allowed/OU=a+CN=b": RDNs from the root down, "+" joins values; a value may
 *                   begin with "%" and a letter for its string type: p printable, t teletex, b BMP,
 *                   i IA5, o an OCTET STRING (no string at all); without it is UTF-8
 *   a name          "dir:DN", "mail:x", "dns:x", "uri:x", "ip:x" (octets), "upn:x", "box:x"
 *                   (SmtpUTF8Mailbox)
 *   names           "dns:x;mail:y"
 *   constraints     "+dir:O=A;-dns:x": permitted come before excluded
 */
#ifndef MW_GENERAL_NAME_H
#define MW_GENERAL_NAME_H

#include "certificate_make.h"

#define GENERAL_ROOM 4096

static inline struct span text_piece(struct span *rest, char by)
{
    return span_cut(rest, by);
}

static inline void text_value(struct buf *rdn, struct span text)
{
    static const struct {
        const char *name, *oid;
    } types[] = {{"CN", "2.5.4.3"},
                 {"O", "2.5.4.10"},
                 {"OU", "2.5.4.11"},
                 {"C", "2.5.4.6"},
                 {"EA", "1.2.840.113549.1.9.1"}};
    static const char kinds[] = "ptbio";
    static const unsigned char tags[] = {19, 20, 30, 22, 4};
    struct span name = text_piece(&text, '=');
    struct made_value v = {.tag = 12, .value = text};

    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq(name, span_str(types[i].name)))
            v.oid = types[i].oid;
    assert_non_null(v.oid);
    if (text.n > 1 && text.p[0] == '%') {
        v.tag = tags[strchr(kinds, text.p[1]) - kinds];
        v.value = span_tail(text, 2);
    }
    der_put_value(rdn, &v);
}

static inline void put_dn(struct buf *out, struct span text)
{
    char room[GENERAL_ROOM], rdn_room[GENERAL_ROOM];
    struct buf name = BUF(room), rdn = BUF(rdn_room);

    while (text.n > 0) {
        struct span piece = text_piece(&text, '/');
        buf_clear(&rdn);
        while (piece.n > 0)
            text_value(&rdn, text_piece(&piece, '+'));
        der_put(&name, DER_SET, buf_span(&rdn));
    }
    der_put(out, DER_SEQUENCE, buf_span(&name));
}

static inline void put_other(struct buf *out, const char *oid, struct span value)
{
    char room[GENERAL_ROOM], text_room[GENERAL_ROOM];
    struct buf other = BUF(room), text = BUF(text_room);

    der_put_oid(&other, oid);
    der_put(&text, 12, value);
    der_put(&other, 0xa0, buf_span(&text));
    der_put(out, 0xa0, buf_span(&other));
}

static inline void put_general(struct buf *out, struct span text)
{
    char room[GENERAL_ROOM];
    struct buf name = BUF(room);
    struct span kind = text_piece(&text, ':');

    if (span_eq(kind, SPAN("dir"))) {
        put_dn(&name, text);
        der_put(out, 0xa4, buf_span(&name));
    } else if (span_eq(kind, SPAN("mail"))) {
        der_put(out, 0x81, text);
    } else if (span_eq(kind, SPAN("dns"))) {
        der_put(out, 0x82, text);
    } else if (span_eq(kind, SPAN("uri"))) {
        der_put(out, 0x86, text);
    } else if (span_eq(kind, SPAN("ip"))) {
        der_put(out, 0x87, text);
    } else if (span_eq(kind, SPAN("upn"))) {
        put_other(out, "1.3.6.1.4.1.311.20.2.3", text);
    } else {
        assert_true(span_eq(kind, SPAN("box")));
        put_other(out, "1.3.6.1.5.5.7.8.9", text);
    }
}

/* A subjectAltName. */
static inline void put_names(struct buf *out, struct span text)
{
    char room[GENERAL_ROOM];
    struct buf names = BUF(room);

    while (text.n > 0)
        put_general(&names, text_piece(&text, ';'));
    der_put(out, DER_SEQUENCE, buf_span(&names));
}

static inline void put_constraints(struct buf *out, struct span text)
{
    char room[2][GENERAL_ROOM], subtree_room[GENERAL_ROOM], all_room[GENERAL_ROOM];
    struct buf lists[2] = {BUF(room[0]), BUF(room[1])}, subtree = BUF(subtree_room),
               all = BUF(all_room);

    while (text.n > 0) {
        struct span piece = text_piece(&text, ';');
        buf_clear(&subtree);
        put_general(&subtree, span_tail(piece, 1));
        der_put(&lists[piece.p[0] == '-'], DER_SEQUENCE, buf_span(&subtree));
    }
    for (int i = 0; i < 2; i++)
        if (lists[i].len > 0)
            der_put(&all, (unsigned char)(0xa0 + i), buf_span(&lists[i]));
    der_put(out, DER_SEQUENCE, buf_span(&all));
    assert_false(out->overflow);
}

#endif
