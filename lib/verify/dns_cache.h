/* SPDX-License-Identifier: ISC */
/* dns_cache - the addresses of mail servers, remembered for LIMIT_DNS_CACHE_MS. A failed look-up
 * is not remembered: it is asked anew. */
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

/* Returns NULL when host is unknown or its time is over. Case does not matter. The result is valid
 * until the next dns_cache_put. */
const struct dial_addresses *dns_cache_get(const struct dns_cache *n, const char *host,
                                           uint64_t now);

/* Takes the place of the same host's entry, else a free one, else that of the entry that ends
 * first. */
void dns_cache_put(struct dns_cache *n, const char *host, const struct dial_addresses *a,
                   uint64_t now);

#endif
