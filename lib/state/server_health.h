/* SPDX-License-Identifier: ISC */
/*
 * groups - which servers of a server group are dead, for all helpers: before aaa_ask, and behind
 * it.
 *
 *     question.dead = server_health_dead(state, group);   in the helper, before the worker is started
 *     server_health_heard(state, group, &answer);         in the helper, with the worker's answer
 *
 * The state file remembers it; a server that two groups have is dead for both. A failing state file
 * costs time alone.
 */
#ifndef MW_SERVER_HEALTH_H
#define MW_SERVER_HEALTH_H

#include "aaa.h"
#include "state.h"

/* A server's own name in the whole policy: "radius://HOST:PORT", or its URL. */
#define SERVER_HEALTH_NAME_MAX 512
void server_health_name(char room[SERVER_HEALTH_NAME_MAX], const struct server_group *g, size_t i);

/* aaa_question's mask. */
uint32_t server_health_dead(struct state *s, const struct server_group *g);

/* Servers that failed are left out for the group's dead-time, and logged when they weren't yet; the
 * one that answered is alive. */
void server_health_heard(struct state *s, const struct server_group *g, const struct aaa_answer *a);

#endif
