/* SPDX-License-Identifier: ISC */
/* asa_settle_aaa - PURE: which server groups the policy gets, and with which servers. */
#include "asa_internal.h"

#include "identifier.h"

#define LOCAL           "LOCAL" /* is there without a line */
#define PORT            1645    /* the appliance's own */
#define ACCOUNTING_PORT 1646
#define LDAP_TIMEOUT    60 /* s: the policy's longest */

/* Of the same host by another interface or port. */
static bool is_again(const struct asa_group *g, const struct asa_server *s)
{
    for (const struct asa_server *before = g->servers.first; before != s; before = before->next)
        if (span_eq(before->host, s->host))
            return true;
    return false;
}

static void settle_secret(struct asa *a, const struct asa_group *g, struct asa_server *s,
                          const char *command)
{
    if (is_again(g, s))
        s->secret_file =
            asa_keep(a, "%.*s-%.*s-%d.secret", SPAN_FMT(g->name), SPAN_FMT(s->host), s->line);
    else
        s->secret_file = asa_keep(a, "%.*s-%.*s.secret", SPAN_FMT(g->name), SPAN_FMT(s->host));
    asa_note(a, ASA_NOTE_TODO, s->secret.line > 0 ? s->secret.line : s->line,
             "%s: it goes into the file %.*s%s", command, SPAN_FMT(s->secret_file),
             s->secret.name.n > 0 ? "; here it stands in clear" : "");
}

static bool settle_radius(struct asa *a, const struct asa_group *g, struct asa_server *s)
{
    if (s->port == 0)
        s->port = PORT;
    if (s->accounting_port == 0)
        s->accounting_port = ACCOUNTING_PORT;
    settle_secret(a, g, s, "key");
    return true;
}

static bool settle_ldap(struct asa *a, const struct asa_group *g, struct asa_server *s)
{
    if (s->base.n == 0) {
        asa_note(a, ASA_NOTE_LEFT, s->line, "aaa-server %.*s: right is a host with ldap-base-dn",
                 SPAN_FMT(g->name));
        return false;
    }
    if (s->login_dn.n > 0)
        settle_secret(a, g, s, "ldap-login-password");
    else if (s->secret.line > 0)
        asa_note(a, ASA_NOTE_LEFT, s->secret.line,
                 "ldap-login-password: right is one with ldap-login-dn");
    if (s->naming.n == 0)
        asa_note(a, ASA_NOTE_TODO, s->line,
                 "aaa-server %.*s: it has no ldap-naming-attribute; (uid=%%u) stands in the filter",
                 SPAN_FMT(g->name));
    if (s->over_ssl)
        asa_note(a, ASA_NOTE_TODO, s->line,
                 "aaa-server %.*s: the server's certificate is checked; where no CA of the system "
                 "signed it, write ca",
                 SPAN_FMT(g->name));
    if (s->timeout > LDAP_TIMEOUT) {
        s->timeout = LDAP_TIMEOUT;
        asa_note(a, ASA_NOTE_CHANGED, s->line, "aaa-server %.*s: its timeout is %d, the longest",
                 SPAN_FMT(g->name), LDAP_TIMEOUT);
    }
    return true;
}

static size_t settle_servers(struct asa *a, struct asa_group *g)
{
    size_t kept = 0;

    for (struct asa_server *s = g->servers.first; s; s = s->next) {
        s->host = asa_address(a, s->host);
        if (!asa_is_host(s->host))
            asa_note(a, ASA_NOTE_LEFT, s->line,
                     "aaa-server %.*s: right is host with a name or an address", SPAN_FMT(g->name));
        else if (kept == LIMIT_AAA_SERVERS)
            asa_note(a, ASA_NOTE_LEFT, s->line, "aaa-server %.*s: a group has at most %d servers",
                     SPAN_FMT(g->name), LIMIT_AAA_SERVERS);
        else
            s->kept = g->type == ASA_LDAP ? settle_ldap(a, g, s) : settle_radius(a, g, s);
        kept += s->kept;
    }
    return kept;
}

static struct asa_map *find_map(struct asa *a, const struct asa_reference *r)
{
    for (struct asa_map *m = a->maps.first; m; m = m->next)
        if (span_eq(m->name, r->name))
            return m;
    asa_note(a, ASA_NOTE_LEFT, r->line, "ldap-attribute-map: there is no map of that name");
    return NULL;
}

static bool has_values(const struct asa_map *m)
{
    for (const struct asa_map_value *v = m->values.first; v; v = v->next)
        if (v->kept)
            return true;
    return !m->values.first;
}

/* The map belongs to the group here, to its servers there. */
static void settle_map_of(struct asa *a, struct asa_group *g)
{
    const struct asa_reference *first = NULL;

    for (const struct asa_server *s = g->servers.first; s; s = s->next) {
        if (!s->kept || s->map.line == 0)
            continue;
        if (first && !span_eq(first->name, s->map.name))
            asa_note(a, ASA_NOTE_LEFT, s->map.line,
                     "ldap-attribute-map: a group has one map, the one of line %d", first->line);
        first = first ? first : &s->map;
    }
    g->map = first ? find_map(a, first) : NULL;
    if (g->map)
        asa_settle_map(a, g->map);
    if (g->map && (!g->map->names.first || !has_values(g->map))) {
        asa_note(a, ASA_NOTE_LEFT, first->line,
                 "ldap-attribute-map: nothing in it is carried over");
        g->map = NULL;
    }
}

static void settle(struct asa *a, struct asa_group *g)
{
    g->settled = true;
    if (g->type == ASA_OTHER)
        return; /* told where it stands */
    if (!identifier_is_name(g->name)) {
        asa_note(a, ASA_NOTE_LEFT, g->line,
                 "aaa-server %.*s: right is a name of letters, digits, \"_\", \".\" and \"-\"",
                 SPAN_FMT(asa_shown(g->name)));
        return;
    }
    g->kept = g->type == ASA_LOCAL || settle_servers(a, g) > 0;
    if (!g->kept)
        asa_note(a, ASA_NOTE_LEFT, g->line, "aaa-server %.*s: it has no server", SPAN_FMT(g->name));
    if (g->kept && g->type == ASA_LDAP)
        settle_map_of(a, g);
    if (g->kept && g->type == ASA_RADIUS)
        asa_note(a, ASA_NOTE_TODO, g->line,
                 "aaa-server %.*s: answers must have Message-Authenticator; see RADIUS in "
                 "mailwicket-policy(5)",
                 SPAN_FMT(g->name));
}

struct asa_group *asa_settle_group(struct asa *a, const struct asa_reference *r)
{
    struct asa_group *g = asa_find_group(a, r->name);

    if (r->line == 0)
        return NULL;
    if (!g && span_eq(r->name, SPAN(LOCAL))) {
        g = asa_get(a, sizeof *g);
        *g = (struct asa_group){.name = SPAN(LOCAL), .type = ASA_LOCAL};
        ASA_APPEND(a, a->groups, g);
    }
    if (g && !g->settled)
        settle(a, g);
    if (g && g->kept)
        return g;
    asa_note(a, ASA_NOTE_LEFT, r->line,
             "a server group: no aaa-server %.*s is carried over; right is one that there is",
             SPAN_FMT(asa_shown(r->name)));
    return NULL;
}

void asa_settle_groups(struct asa *a)
{
    for (const struct asa_group *g = a->groups.first; g; g = g->next)
        if (!g->settled && g->type != ASA_OTHER)
            asa_note(a, ASA_NOTE_LEFT, g->line,
                     "aaa-server %.*s: none of the e-mail proxy's protocols names it",
                     SPAN_FMT(asa_shown(g->name)));
}
