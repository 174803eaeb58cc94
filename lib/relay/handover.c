/* SPDX-License-Identifier: ISC */
/* handover - PURE; see handover.h. Handles keys, and keeps none. */
#include "handover.h"

#include <string.h>

/* Goes up whenever the meaning of a field changes, also where the size stays. */
#define HANDOVER_VERSION 2

/* "MWH", version and size: rejects a struct of another build. */
#define MAGIC                                                                                      \
    ((uint64_t)0x4d5748 << 40 | (uint64_t)HANDOVER_VERSION << 32 | sizeof(struct handover))

static bool end_good(const struct handover_end *e)
{
    return e->kind == HANDOVER_PLAIN || e->kind == HANDOVER_RECORD;
}

static bool handover_good(const struct handover *h)
{
    return h->magic == MAGIC && end_good(&h->client) && end_good(&h->server) &&
           h->half_close <= 1 && h->to_server_size <= HANDOVER_EARLY_MAX &&
           h->to_client_size <= HANDOVER_EARLY_MAX && h->jail_size <= HANDOVER_JAIL_MAX;
}

bool handover_encode(struct handover *h, struct span to_server, struct span to_client,
                     struct span jail, struct buf *out)
{
    if (to_server.n > HANDOVER_EARLY_MAX || to_client.n > HANDOVER_EARLY_MAX ||
        jail.n > HANDOVER_JAIL_MAX)
        return false;
    h->magic = MAGIC;
    h->to_server_size = (uint32_t)to_server.n;
    h->to_client_size = (uint32_t)to_client.n;
    h->jail_size = (uint32_t)jail.n;
    if (!handover_good(h) || sizeof *h + to_server.n + to_client.n + jail.n > buf_room(out))
        return false;
    return buf_put(out, span_of(h, sizeof *h)) && buf_put(out, to_server) &&
           buf_put(out, to_client) && buf_put(out, jail);
}

bool handover_decode(struct handover *h, struct span image, struct span *to_server,
                     struct span *to_client, struct span *jail)
{
    if (image.n < sizeof *h)
        return false;
    memcpy(h, image.p, sizeof *h);
    image = span_tail(image, sizeof *h);
    if (!handover_good(h) ||
        image.n != (size_t)h->to_server_size + h->to_client_size + h->jail_size) {
        explicit_bzero(h, sizeof *h);
        return false;
    }
    *to_server = span_head(image, h->to_server_size);
    image = span_tail(image, h->to_server_size);
    *to_client = span_head(image, h->to_client_size);
    *jail = span_tail(image, h->to_client_size);
    return true;
}
