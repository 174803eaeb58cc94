/* SPDX-License-Identifier: ISC */
/* post_handshake - the handshake messages that may come after the handshake. PURE; for lib/record
 * alone. */
#ifndef MW_POST_HANDSHAKE_H
#define MW_POST_HANDSHAKE_H

#include "record.h"

/* Takes the content of one handshake record. Messages may be cut anywhere and share records. May
 * change the peer's key and leave a debt (see record_owes). Returns 0, or the alert to fail
 * with. */
uint8_t post_handshake_feed(struct record_internal *i, const uint8_t *p, size_t n);

/* Returns whether a message has begun and not ended. */
bool post_handshake_pending(const struct record_internal *i);

#endif
