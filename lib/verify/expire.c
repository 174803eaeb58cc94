/* SPDX-License-Identifier: ISC */
/* expire - an edge: reads the certificates anew, as each question to a server does; see expire.h. */
#include "expire.h"

#include <stdlib.h>

#include "expiry_log.h"
#include "helper.h"

static void expire_due(void *owner)
{
    struct helper *h = owner;
    size_t n;
    struct validity *list = validity_read(h->rules->policy, VALIDITY_OF_HELPER, &n);

    expiry_log(list, n, false);
    free(list);
    loop_arm(&h->loop, &h->expire, h->loop.now + EXPIRY_LOG_MS);
}

void expire_begin(struct helper *h)
{
    if (h->report.fd < 0) /* a helper for one connection */
        return;
    h->expire.fire = expire_due;
    h->expire.owner = h;
    loop_arm(&h->loop, &h->expire, h->loop.now);
}
