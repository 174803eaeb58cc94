/* SPDX-License-Identifier: ISC */
/* names - the addresses of mail servers' names, remembered for LIMIT_NAMES_MS. Only what was found:
 * a failure is asked anew. */
#ifndef MW_NAMES_H
#define MW_NAMES_H

#include "dial.h"

struct names {
    size_t count;
    struct names_entry {
        char host[LIMIT_HOST + 1];
        uint64_t until; /* clock_ms */
        struct dial_addresses addresses;
    } list[LIMIT_NAMES];
};

/* NULL: not known (any more). Valid until the next names_put. Compared without case. */
const struct dial_addresses *names_get(const struct names *n, const char *host, uint64_t now);

/* In the place of the same name's entry, or of the one that ends first. */
void names_put(struct names *n, const char *host, const struct dial_addresses *a, uint64_t now);

#endif
