/* SPDX-License-Identifier: ISC */
/* asa_resolve_aaa - PURE: decides which server groups and servers the policy gets. */
#include "asa_internal.h"

#include "identifier.h"

#define LOCAL           "LOCAL" /* exists without a line */
#define PORT            1645    /* the appliance's default */
#define ACCOUNTING_PORT 1646    /* likewise */
#define LDAP_TIMEOUT    60      /* s: the policy's maximum */

/* Whether an earlier server has the same host, on another interface or port. */
static bool is_repeated(const struct asa_group *g, const struct asa_server *s)
{
    for (const struct asa_server *before = g->servers.first; before != s; before = before->next)
        if (span_eq(before->host, s->host))
            return true;
    return false;
}

static void resolve_secret(struct asa *a, const struct asa_group *g, struct asa_server *s,
                           const char *command)
{
    if (is_repeated(g, s))
        s->secret_file =
            asa_keep(a, "%.*s-%.*s-%d.secret", SPAN_FMT(g->name), SPAN_FMT(s->host), s->line);
    else
        s->secret_file = asa_keep(a, "%.*s-%.*s.secret", SPAN_FMT(g->name), SPAN_FMT(s->host));
    asa_note(a, ASA_NOTE_TODO, s->secret.line > 0 ? s->secret.line : s->line,
             "%s: put it into the file %.*s%s", command, SPAN_FMT(s->secret_file),
             s->secret.name.n > 0 ? "; the configuration has it in clear text" : "");
}

static void drop_server(struct asa *a, const struct asa_group *g, struct asa_server *s,
                        const char *why)
{
    asa_drop(a, ASA_NOTE_LEFT, s->line, s->lines, "aaa-server %.*s: %s",
             SPAN_FMT(asa_shown(g->name)), why);
    s->lines = 0;
}

void asa_drop_group(struct asa *a, struct asa_group *g, enum asa_note_kind kind, const char *why)
{
    unsigned lines = g->lines;

    for (const struct asa_server *s = g->servers.first; s; s = s->next)
        lines += s->lines;
    asa_drop(a, kind, g->line, lines, "aaa-server %.*s: %s", SPAN_FMT(asa_shown(g->name)), why);
}

/* Whether all servers sign their answers already, as the appliance requires it. */
static bool is_signed(const struct asa_group *g)
{
    for (const struct asa_server *s = g->servers.first; s; s = s->next)
        if (s->kept && !g->signed_answers && !s->signed_answers)
            return false;
    return true;
}

static bool resolve_radius(struct asa *a, const struct asa_group *g, struct asa_server *s)
{
    if (s->port == 0)
        s->port = PORT;
    if (s->accounting_port == 0)
        s->accounting_port = ACCOUNTING_PORT;
    resolve_secret(a, g, s, "key");
    return true;
}

static bool resolve_ldap(struct asa *a, const struct asa_group *g, struct asa_server *s)
{
    if (s->base.n == 0) {
        drop_server(a, g, s, "expected a host with ldap-base-dn");
        return false;
    }
    if (s->login_dn.n > 0)
        resolve_secret(a, g, s, "ldap-login-password");
    else if (s->secret.line > 0)
        asa_drop(a, ASA_NOTE_LEFT, s->secret.line, 1,
                 "ldap-login-password: expected ldap-login-dn with it");
    if (s->naming.n == 0)
        asa_note(a, ASA_NOTE_TODO, s->line,
                 "aaa-server %.*s: it has no ldap-naming-attribute; the filter is (uid=%%u)",
                 SPAN_FMT(g->name));
    if (s->over_ssl)
        asa_note(
            a, ASA_NOTE_TODO, s->line,
            "aaa-server %.*s: the server's certificate is verified; write ca unless a CA of the "
            "system signed it",
            SPAN_FMT(g->name));
    if (s->timeout > LDAP_TIMEOUT) {
        s->timeout = LDAP_TIMEOUT;
        asa_note(a, ASA_NOTE_CHANGED, s->line,
                 "aaa-server %.*s: its timeout is %d, which is the maximum", SPAN_FMT(g->name),
                 LDAP_TIMEOUT);
    }
    return true;
}

static size_t resolve_servers(struct asa *a, struct asa_group *g)
{
    size_t kept = 0;

    for (struct asa_server *s = g->servers.first; s; s = s->next) {
        s->host = asa_address(a, s->host);
        if (!asa_is_host(s->host))
            drop_server(a, g, s, "expected host with a name or an address");
        else if (kept == LIMIT_AAA_SERVERS)
            drop_server(a, g, s, "a group has no room for so many servers");
        else
            s->kept = g->type == ASA_LDAP ? resolve_ldap(a, g, s) : resolve_radius(a, g, s);
        kept += s->kept;
    }
    return kept;
}

static struct asa_map *find_map(struct asa *a, const struct asa_reference *r)
{
    for (struct asa_map *m = a->maps.first; m; m = m->next)
        if (span_eq(m->name, r->name))
            return m;
    asa_drop(a, ASA_NOTE_LEFT, r->line, 1, "ldap-attribute-map: no map has this name");
    return NULL;
}

/* In a policy a group has the map; on the appliance its servers have it. */
static void resolve_group_map(struct asa *a, struct asa_group *g)
{
    const struct asa_reference *first = NULL;

    for (const struct asa_server *s = g->servers.first; s; s = s->next) {
        if (!s->kept || s->map.line == 0)
            continue;
        if (first && !span_eq(first->name, s->map.name))
            asa_drop(a, ASA_NOTE_LEFT, s->map.line, 1,
                     "ldap-attribute-map: a group has only one map: that of line %d", first->line);
        first = first ? first : &s->map;
    }
    g->map = first ? find_map(a, first) : NULL;
    if (g->map)
        asa_resolve_map(a, g->map);
    if (g->map && !g->map->kept) {
        asa_drop(a, ASA_NOTE_LEFT, first->line, 1,
                 "ldap-attribute-map: nothing in it is carried over");
        g->map = NULL;
    }
}

static void resolve_group(struct asa *a, struct asa_group *g)
{
    g->resolved = true;
    if (g->type == ASA_OTHER)
        return; /* noted when it was read */
    if (!identifier_is_name(g->name)) {
        asa_drop_group(a, g, ASA_NOTE_LEFT,
                       "expected a name of letters, digits, \"_\", \".\" and \"-\"");
        return;
    }
    g->kept = g->type == ASA_LOCAL || resolve_servers(a, g) > 0;
    if (!g->kept)
        asa_drop_group(a, g, ASA_NOTE_LEFT, "it has no server");
    if (g->kept && g->type == ASA_LDAP)
        resolve_group_map(a, g);
    if (g->kept && g->type == ASA_RADIUS && !is_signed(g))
        asa_note(a, ASA_NOTE_TODO, g->line,
                 "aaa-server %.*s: answers need Message-Authenticator; see RADIUS in "
                 "mailwicket-policy(5)",
                 SPAN_FMT(g->name));
}

struct asa_group *asa_resolve_group(struct asa *a, const struct asa_reference *r)
{
    struct asa_group *g = asa_find_group(a, r->name);

    if (r->line == 0)
        return NULL;
    if (!g && span_eq(r->name, SPAN(LOCAL))) {
        g = asa_get(a, sizeof *g);
        *g = (struct asa_group){.name = SPAN(LOCAL), .type = ASA_LOCAL};
        ASA_APPEND(a, a->groups, g);
    }
    if (g && !g->resolved)
        resolve_group(a, g);
    if (g && g->kept)
        return g;
    asa_drop(a, ASA_NOTE_LEFT, r->line, 1,
             "a server group: aaa-server %.*s is missing or not carried over",
             SPAN_FMT(asa_shown(r->name)));
    return NULL;
}
