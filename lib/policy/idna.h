/* SPDX-License-Identifier: ISC */
/* idna - an edge: names of hosts as DNS and certificates have them, through GnuTLS (libidn2). */
#ifndef MW_IDNA_H
#define MW_IDNA_H

#include "limits.h"
#include "span.h"

/* Writes name, UTF-8, with A-labels for its U-labels and in lower case (RFC 5891; UTS 46,
 * non-transitional), NUL-terminated. false: it has no such form, or one that is too long. */
bool idna_ascii(struct span name, char room[LIMIT_HOST + 1]);

#endif
