/* SPDX-License-Identifier: ISC */
/* dns_cache - see dns_cache.h. */
#include "dns_cache.h"

static struct dns_cache_entry *find(struct dns_cache *n, const char *host)
{
    for (size_t i = 0; i < n->count; i++)
        if (span_ieq(span_str(n->list[i].host), span_str(host)))
            return &n->list[i];
    return NULL;
}

const struct dial_addresses *dns_cache_get(const struct dns_cache *n, const char *host,
                                           uint64_t now)
{
    const struct dns_cache_entry *e = find((struct dns_cache *)(uintptr_t)n, host);

    return e && now < e->until ? &e->addresses : NULL;
}

void dns_cache_put(struct dns_cache *n, const char *host, const struct dial_addresses *a,
                   uint64_t now)
{
    struct dns_cache_entry *e = find(n, host);

    if (!e && n->count < LIMIT_DNS_CACHE)
        e = &n->list[n->count++];
    if (!e) {
        e = &n->list[0];
        for (size_t i = 1; i < n->count; i++)
            if (n->list[i].until < e->until)
                e = &n->list[i];
    }
    e->until = span_copy(e->host, sizeof e->host, span_str(host)) ? now + LIMIT_DNS_CACHE_MS : 0;
    e->addresses = *a;
}
