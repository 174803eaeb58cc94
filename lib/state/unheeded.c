/* SPDX-License-Identifier: ISC */
/* unheeded - an edge; see unheeded.h. A tally's name: "unheeded SERVER VENDOR/TYPE". */
#include "unheeded.h"

#include <stdio.h>

#include "log.h"
#include "server_health.h"

#define SERVER_SHOWN 220 /* octets of a server's name in a tally's */

static void log_unheeded(const char *group, const char *server, const struct aaa_attribute *x)
{
    char name[AAA_ATTRIBUTE_NAME];
    struct log_line l;
    struct err why;

    aaa_attribute_name(name, x);
    err_set(&why, "%s is not honoured", name);
    log_start(&l, LOG_NOTICE, "attribute-unheeded");
    log_str(&l, "group", group);
    log_str(&l, "server", server);
    log_str(&l, "reason", why.text);
    log_send(&l);
}

void unheeded_log(struct state *s, const struct server_group *g, const struct aaa_answer *a)
{
    char server[SERVER_HEALTH_NAME_MAX], name[TALLY_NAME_MAX + 1];
    size_t at = a->alive ? (size_t)__builtin_ctz(a->alive) : g->server_count;

    if (at >= g->server_count || a->unheeded_count > AAA_UNHEEDED)
        return;
    server_health_name(server, g, at);
    for (size_t i = 0; i < a->unheeded_count; i++) {
        const struct aaa_attribute *x = &a->unheeded[i];

        snprintf(name, sizeof name, "unheeded %.*s %u/%u", SERVER_SHOWN, server,
                 (unsigned)x->vendor, (unsigned)x->type);
        if (state_tally_once(s, name) == 1)
            log_unheeded(g->name, server, x);
    }
}
