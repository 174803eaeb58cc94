/* SPDX-License-Identifier: ISC */
/* server_health - an edge; see server_health.h. */
#include "server_health.h"

#include <stdio.h>

#include "log.h"

void server_health_name(char room[SERVER_HEALTH_NAME_MAX], const struct server_group *g, size_t i)
{
    const struct aaa_server *s = &g->servers[i];

    if (g->type == GROUP_RADIUS)
        snprintf(room, SERVER_HEALTH_NAME_MAX, "radius://%s:%u", s->host, s->port);
    else
        snprintf(room, SERVER_HEALTH_NAME_MAX, "%s", s->url);
}

uint32_t server_health_dead(struct state *s, const struct server_group *g)
{
    char rooms[LIMIT_AAA_SERVERS][SERVER_HEALTH_NAME_MAX];
    const char *names[LIMIT_AAA_SERVERS];
    uint32_t dead = 0;
    size_t n = 0;

    if (g->server_count < 2) /* there is no other to ask */
        return 0;
    for (; n < g->server_count && n < LIMIT_AAA_SERVERS; n++) {
        server_health_name(rooms[n], g, n);
        names[n] = rooms[n];
    }
    state_servers_dead(s, names, n, &dead);
    return dead;
}

static void log_dead(const struct server_group *g, const char *server, const char *why)
{
    struct log_line l;

    log_start(&l, LOG_WARNING, "aaa-server-dead");
    log_str(&l, "group", g->name);
    log_str(&l, "server", server);
    log_num(&l, "seconds", g->dead_time);
    log_str(&l, "reason", why);
    log_send(&l);
}

void server_health_heard(struct state *s, const struct server_group *g, const struct aaa_answer *a)
{
    uint32_t known = server_health_dead(s, g);
    char room[SERVER_HEALTH_NAME_MAX];

    for (size_t i = 0; i < g->server_count && i < LIMIT_AAA_SERVERS; i++) {
        uint32_t bit = (uint32_t)1 << i;

        if (g->server_count < 2 || g->dead_time == 0 || !((a->dead | (a->alive & known)) & bit))
            continue;
        server_health_name(room, g, i);
        state_server_mark(s, room, (a->dead & bit) ? g->dead_time : 0);
        if (a->dead & bit & ~known)
            log_dead(g, room, a->why.text);
    }
}
