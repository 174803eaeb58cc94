/* SPDX-License-Identifier: ISC */
/* names - what DNS said a moment ago; see names.h. */
#include "names.h"

static struct names_entry *find(struct names *n, const char *host)
{
    for (size_t i = 0; i < n->count; i++)
        if (span_ieq(span_str(n->list[i].host), span_str(host)))
            return &n->list[i];
    return NULL;
}

const struct dial_addresses *names_get(const struct names *n, const char *host, uint64_t now)
{
    const struct names_entry *e = find((struct names *)(uintptr_t)n, host);

    return e && now < e->until ? &e->addresses : NULL;
}

void names_put(struct names *n, const char *host, const struct dial_addresses *a, uint64_t now)
{
    struct names_entry *e = find(n, host);

    if (!e && n->count < LIMIT_NAMES)
        e = &n->list[n->count++];
    if (!e) {
        e = &n->list[0];
        for (size_t i = 1; i < n->count; i++)
            if (n->list[i].until < e->until)
                e = &n->list[i];
    }
    e->until = span_copy(e->host, sizeof e->host, span_str(host)) ? now + LIMIT_NAMES_MS : 0;
    e->addresses = *a;
}
