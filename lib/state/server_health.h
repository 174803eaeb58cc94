/* SPDX-License-Identifier: ISC */
/*
 * server_health - which servers of a server group are out of order, known to all helpers.
 *
 *     question.dead = server_health_dead(state, group);   before the worker is started
 *     server_health_heard(state, group, &answer);         with the worker's answer
 *
 * The state file remembers it. A server that two groups share is dead for both. When the state file
 * fails, every server is tried: that only costs time.
 */
#ifndef MW_SERVER_HEALTH_H
#define MW_SERVER_HEALTH_H

#include "aaa.h"
#include "state.h"

/* A server's own name in the whole policy: "radius://HOST:PORT", or its URL. */
#define SERVER_HEALTH_NAME_MAX 512
void server_health_name(char room[SERVER_HEALTH_NAME_MAX], const struct server_group *g, size_t i);

/* The mask of dead servers, as aaa_question wants it: bit i is server i. 0 in a group of one. */
uint32_t server_health_dead(struct state *s, const struct server_group *g);

/* Leaves out for the group's dead-time the servers that failed, and logs those that were not
 * left out before. The server that answered is alive again. */
void server_health_heard(struct state *s, const struct server_group *g, const struct aaa_answer *a);

#endif
