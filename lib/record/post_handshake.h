/* SPDX-License-Identifier: ISC */
/* post_handshake - the handshake messages that may come after the handshake. PURE; inside
 * lib/record. */
#ifndef MW_POST_HANDSHAKE_H
#define MW_POST_HANDSHAKE_H

#include "record.h"

/* Takes the content of one handshake record: messages in any cuts. It may change the peer's key
 * and leave a debt (see record_owes). Returns 0, or the alert to fail with. */
uint8_t message_feed(struct record_internal *i, const uint8_t *p, size_t n);

/* Whether a message has begun and not ended. */
bool message_open(const struct record_internal *i);

#endif
