/* SPDX-License-Identifier: ISC */
/* names - the addresses of mail servers' names, remembered for LIMIT_DNS_CACHE_MS. Only what was found:
 * a failure is asked anew. */
#ifndef MW_DNS_CACHE_H
#define MW_DNS_CACHE_H

#include "dial.h"

struct dns_cache {
    size_t count;
    struct dns_cache_entry {
        char host[LIMIT_HOST + 1];
        uint64_t until; /* clock_ms */
        struct dial_addresses addresses;
    } list[LIMIT_DNS_CACHE];
};

/* NULL: not known (any more). Valid until the next dns_cache_put. Compared without case. */
const struct dial_addresses *dns_cache_get(const struct dns_cache *n, const char *host,
                                           uint64_t now);

/* In the place of the same name's entry, or of the one that ends first. */
void dns_cache_put(struct dns_cache *n, const char *host, const struct dial_addresses *a,
                   uint64_t now);

#endif
