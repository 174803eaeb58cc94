/* SPDX-License-Identifier: ISC */
/* in_turn - asks a group's servers one after another, until one decides. */
#ifndef MW_IN_TURN_H
#define MW_IN_TURN_H

#include "aaa.h"

/* Asks one server. context holds the question. */
typedef enum aaa_outcome in_turn_ask(const void *context, const struct aaa_server *s,
                                     uint64_t deadline, struct aaa_answer *a);

/* Skips the servers in dead, unless all are dead. Each server has its timeout for all its tries or,
 * if less, its share of LIMIT_AAA_MS. Sets a->dead to the servers that failed, and a->alive to the
 * one that answered. AAA_TEMPORARY: no server answered, and a->why has all their reasons. */
enum aaa_outcome in_turn(const struct server_group *g, uint32_t dead, in_turn_ask *ask,
                         const void *context, struct aaa_answer *a);

#endif
