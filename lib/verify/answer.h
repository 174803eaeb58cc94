/* SPDX-License-Identifier: ISC */
/* answer - the requests of a filter and a relay: which may come when, and what each does. */
#ifndef MW_ANSWER_H
#define MW_ANSWER_H

#include "span.h"

struct conversation;

/* One datagram with count descriptors, which answer takes. A fault, an unknown message, one that
 * may not come now or has other descriptors than it should ends the conversation. */
void answer(struct conversation *t, struct span datagram, const int *fds, size_t count);

#endif
