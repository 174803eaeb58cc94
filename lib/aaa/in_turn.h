/* SPDX-License-Identifier: ISC */
/* in_turn - a group's servers one after the other, up to the first that knows. */
#ifndef MW_IN_TURN_H
#define MW_IN_TURN_H

#include "aaa.h"

/* Asks one server; what is asked is context's. */
typedef enum aaa_outcome in_turn_ask(const void *context, const struct aaa_server *s,
                                     uint64_t deadline, struct aaa_answer *a);

/* The servers of dead are left out, unless that leaves none. Each has its timeout, with its
 * retries, or its share of LIMIT_AAA_MS. a->dead and a->alive tell who failed and who answered;
 * AAA_TEMPORARY: nobody did, and a->why has everybody's reason. */
enum aaa_outcome in_turn(const struct server_group *g, uint32_t dead, in_turn_ask *ask,
                         const void *context, struct aaa_answer *a);

#endif
