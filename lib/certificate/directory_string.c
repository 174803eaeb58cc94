/* SPDX-License-Identifier: ISC */
/* directory_string - PURE; see directory_string.h. */
#include "directory_string.h"

#include <stdint.h>

#include "utf8.h"

/* Appends one character as UTF-8 (RFC 3629 section 3). Returns false if c is not a character. */
static bool put_utf8(struct buf *out, uint32_t c)
{
    char s[4];
    size_t n = 0;

    if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return false;
    if (c < 0x80) {
        s[n++] = (char)c;
    } else if (c < 0x800) {
        s[n++] = (char)(0xc0 | c >> 6);
    } else if (c < 0x10000) {
        s[n++] = (char)(0xe0 | c >> 12);
        s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    } else {
        s[n++] = (char)(0xf0 | c >> 18);
        s[n++] = (char)(0x80 | (c >> 12 & 0x3f));
        s[n++] = (char)(0x80 | (c >> 6 & 0x3f));
    }
    if (c >= 0x80)
        s[n++] = (char)(0x80 | (c & 0x3f));
    buf_put(out, span_of(s, n));
    return true;
}

/* Appends characters of width octets each, most significant first. Returns false if one exceeds
 * max. */
static bool put_wide(struct buf *out, struct span value, size_t width, uint32_t max)
{
    if (value.n % width != 0)
        return false;
    for (size_t i = 0; i < value.n; i += width) {
        uint32_t c = 0;
        for (size_t k = 0; k < width; k++)
            c = c << 8 | (unsigned char)value.p[i + k];
        if (c > max || !put_utf8(out, c))
            return false;
    }
    return true;
}

bool directory_is_string(unsigned long tag)
{
    return tag == TAG_UTF8 || (tag >= TAG_NUMERIC && tag <= TAG_TELETEX) || tag == TAG_IA5 ||
           tag == TAG_VISIBLE || tag == TAG_UNIVERSAL || tag == TAG_BMP;
}

bool directory_string(struct buf *out, unsigned long tag, struct span value)
{
    switch (tag) {
    case TAG_UTF8:
        buf_put(out, value);
        return utf8_valid(value);
    case TAG_NUMERIC:
    case TAG_PRINTABLE:
    case TAG_IA5:
    case TAG_VISIBLE:
        return put_wide(out, value, 1, 0x7f);
    case TAG_TELETEX:
        return put_wide(out, value, 1, 0xff);
    case TAG_BMP:
        return put_wide(out, value, 2, 0xffff);
    case TAG_UNIVERSAL:
        return put_wide(out, value, 4, 0x10ffff);
    default:
        return false;
    }
}
