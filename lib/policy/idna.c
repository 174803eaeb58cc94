/* SPDX-License-Identifier: ISC */
/* idna - see idna.h. */
#include "idna.h"

#include <gnutls/gnutls.h>

/* libidn2 drops the ASCII characters that no host name has, instead of refusing them. */
static bool has_other_ascii(struct span s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if ((unsigned char)c < 0x80 && c != '-' && c != '.' && !(c >= '0' && c <= '9') &&
            !(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z'))
            return true;
    }
    return false;
}

bool idna_ascii(struct span name, char room[LIMIT_HOST + 1])
{
    gnutls_datum_t ascii;

    if (name.n == 0 || has_other_ascii(name) ||
        gnutls_idna_map(name.p, (unsigned)name.n, &ascii, 0) < 0)
        return false;
    bool fits = span_copy(room, LIMIT_HOST + 1, span_of(ascii.data, ascii.size));
    gnutls_free(ascii.data);
    return fits;
}
