/* SPDX-License-Identifier: ISC */
/* radius_answer - what an answer that can be believed means for the user. PURE. */
#ifndef MW_RADIUS_ANSWER_H
#define MW_RADIUS_ANSWER_H

#include "aaa.h"

/* Reads a packet that packet_judge called good. AAA_YES: Access-Accept or Accounting-Response.
 * AAA_UNFIT: Access-Accept with a group policy or limit that can't be one. AAA_NO: Access-Reject,
 * Access-Challenge. a->why says which; AAA_NO: with the server's first Reply-Message. Fills
 * a->group_policy (class.h says by which attribute) and a->class; the caller cleared both. */
enum aaa_outcome radius_answer_read(struct span packet, struct aaa_answer *a);

#endif
