/* SPDX-License-Identifier: ISC */
/* answer - the requests of filters and relays: when each may come, and what it does. */
#ifndef MW_ANSWER_H
#define MW_ANSWER_H

#include "span.h"

struct conversation;

/* Takes one datagram with count descriptors, which it owns from then on. A datagram that is
 * damaged, unknown, comes in the wrong state, or has the wrong descriptors ends the
 * conversation. */
void answer(struct conversation *t, struct span datagram, const int *fds, size_t count);

#endif
