/* SPDX-License-Identifier: ISC */
/* dn_text - PURE; see dn_text.h. */
#include "dn_text.h"

#include <string.h>

#include "directory_string.h"
#include "limits.h"

static const struct {
    const char *oid, *name;
} types[] = {
    {"2.5.4.3", "CN"},
    {"2.5.4.4", "sn"},
    {"2.5.4.5", "serialNumber"},
    {"2.5.4.6", "C"},
    {"2.5.4.7", "L"},
    {"2.5.4.8", "ST"},
    {"2.5.4.9", "STREET"},
    {"2.5.4.10", "O"},
    {"2.5.4.11", "OU"},
    {"2.5.4.12", "title"},
    {"2.5.4.41", "name"},
    {"2.5.4.42", "givenName"},
    {"2.5.4.43", "initials"},
    {"2.5.4.44", "generationQualifier"},
    {"2.5.4.46", "dnQualifier"},
    {"0.9.2342.19200300.100.1.1", "UID"},
    {"0.9.2342.19200300.100.1.25", "DC"},
    {"1.2.840.113549.1.9.1", "emailAddress"},
};

static const char *type_name(struct span oid)
{
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (span_eq(oid, span_str(types[i].oid)))
            return types[i].name;
    return NULL;
}

static void put_escaped_value(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool end = (i == 0 && (s.p[i] == ' ' || s.p[i] == '#')) || (i + 1 == s.n && s.p[i] == ' ');

        if (end || (s.p[i] && strchr("\"+,;<>\\", s.p[i])))
            buf_putc(out, '\\');
        buf_putc(out, s.p[i]);
    }
}

static void put_hex(struct buf *out, unsigned long octet)
{
    static const char digits[] = "0123456789abcdef";

    buf_putc(out, digits[octet >> 4 & 15]);
    buf_putc(out, digits[octet & 15]);
}

/* Appends the encoded value: tag, length, octets (X.690). */
static void put_hex_value(struct buf *out, unsigned long tag, struct span value)
{
    buf_putc(out, '#');
    put_hex(out, tag);
    if (value.n > 0xff) {
        put_hex(out, 0x82);
        put_hex(out, value.n >> 8);
    } else if (value.n > 0x7f) {
        put_hex(out, 0x81);
    }
    put_hex(out, value.n);
    for (size_t i = 0; i < value.n; i++)
        put_hex(out, (unsigned char)value.p[i]);
}

bool dn_text_put(struct buf *out, struct span oid, unsigned long tag, struct span value)
{
    char room[LIMIT_NAME];
    struct buf text = BUF(room);
    const char *name = type_name(oid);

    if (!directory_string(&text, tag, value))
        return false;
    if (text.overflow)
        out->overflow = true; /* the result would be even longer */
    buf_put(out, name ? span_str(name) : oid);
    buf_putc(out, '=');
    if (name)
        put_escaped_value(out, buf_span(&text));
    else
        put_hex_value(out, tag, value);
    return true;
}
