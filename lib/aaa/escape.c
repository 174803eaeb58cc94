/* SPDX-License-Identifier: ISC */
/* escape - writes names and passwords into other syntaxes; see escape.h. PURE. */
#include "escape.h"

#include <string.h>

static void put_hex(struct buf *out, char lead, char c)
{
    static const char digits[] = "0123456789ABCDEF";
    unsigned char octet = (unsigned char)c;

    buf_putc(out, lead);
    buf_putc(out, digits[octet >> 4]);
    buf_putc(out, digits[octet & 15]);
}

/* Escapes c if it is in special. A NUL always is: strchr finds the end of the string. */
static void put_escaped(struct buf *out, char c, const char *special)
{
    if (strchr(special, c))
        put_hex(out, '\\', c);
    else
        buf_putc(out, c);
}

void escape_filter(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        put_escaped(out, s.p[i], "()*\\");
}

void escape_dn(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        bool end = (i == 0 && strchr(" #", s.p[i])) || (i + 1 == s.n && s.p[i] == ' ');

        if (end)
            put_hex(out, '\\', s.p[i]);
        else
            put_escaped(out, s.p[i], "\"+,;<=>\\\r\n");
    }
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-._~", c));
}

void escape_url(struct buf *out, struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (is_unreserved(s.p[i]))
            buf_putc(out, s.p[i]);
        else
            put_hex(out, '%', s.p[i]);
}

void escape_into(struct buf *out, const char *template, void (*how)(struct buf *out, struct span s),
                 struct span name)
{
    const char *at;

    while ((at = strstr(template, "%u"))) {
        buf_put(out, span_of(template, (size_t)(at - template)));
        how(out, name);
        template = at + 2;
    }
    buf_puts(out, template);
}
