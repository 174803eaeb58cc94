/* SPDX-License-Identifier: ISC */
/* base64 - PURE; see base64.h. */
#include "base64.h"

#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bool base64_encode(struct span data, struct buf *out)
{
    if (BASE64_ENCODED(data.n) > buf_room(out)) {
        out->overflow = true;
        return false;
    }
    for (size_t i = 0; i < data.n; i += 3) {
        size_t left = data.n - i;
        unsigned v = (unsigned)(unsigned char)data.p[i] << 16;

        if (left > 1)
            v |= (unsigned)(unsigned char)data.p[i + 1] << 8;
        if (left > 2)
            v |= (unsigned char)data.p[i + 2];
        buf_putc(out, alphabet[v >> 18]);
        buf_putc(out, alphabet[v >> 12 & 63]);
        buf_putc(out, left > 1 ? alphabet[v >> 6 & 63] : '=');
        buf_putc(out, left > 2 ? alphabet[v & 63] : '=');
    }
    return true;
}

static int value_of(char c)
{
    const char *at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

/* Decodes one group of four octets, which ends in pad times '='. */
static bool decode_group(const char *p, size_t pad, struct buf *out)
{
    unsigned v = 0;

    for (size_t i = 0; i < 4; i++) {
        int six = i < 4 - pad ? value_of(p[i]) : 0;
        if (six < 0)
            return false;
        v = v << 6 | (unsigned)six;
    }
    if ((pad == 1 && (v & 0xff)) || (pad == 2 && (v & 0xffff)))
        return false;
    char octets[3] = {(char)(v >> 16), (char)(v >> 8 & 0xff), (char)(v & 0xff)};
    bool fits = buf_put(out, span_of(octets, 3 - pad));
    explicit_bzero(octets, sizeof octets);
    return fits;
}

bool base64_decode(struct span text, struct buf *out)
{
    size_t before = out->len;

    if (text.n % 4)
        return false;
    for (size_t i = 0; i < text.n; i += 4) {
        size_t pad = 0;
        if (i + 4 == text.n)
            pad = text.p[i + 3] != '=' ? 0 : text.p[i + 2] != '=' ? 1 : 2;
        if (!decode_group(text.p + i, pad, out)) {
            out->len = before;
            return false;
        }
    }
    return true;
}
