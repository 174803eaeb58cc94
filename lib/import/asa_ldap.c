/* SPDX-License-Identifier: ISC */
/* asa_ldap - PURE: hosts of type LDAP, and attribute maps. */
#include "asa_internal.h"

#include <string.h>

static bool take_base(struct asa *a, const struct asa_line *l)
{
    a->at.server->base = l->no ? SPAN_NONE : asa_line_from(l, 1);
    return true;
}

static bool take_login_dn(struct asa *a, const struct asa_line *l)
{
    a->at.server->login_dn = l->no ? SPAN_NONE : asa_line_from(l, 1);
    return true;
}

/* The name becomes a part of a filter, so only the characters of an attribute description are
 * accepted (RFC 4512 section 2.5). */
static bool take_naming(struct asa *a, const struct asa_line *l)
{
    struct span name = l->words[1];

    a->at.server->naming = SPAN_NONE;
    for (size_t i = 0; i < name.n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.;", name.p[i]))
            return false;
    a->at.server->naming = l->no ? SPAN_NONE : name;
    return true;
}

static bool take_scope(struct asa *a, const struct asa_line *l)
{
    bool subtree = span_eq(l->words[1], SPAN("subtree"));

    a->at.server->one_level = !subtree;
    return subtree || l->no || span_eq(l->words[1], SPAN("onelevel"));
}

static bool take_over_ssl(struct asa *a, const struct asa_line *l)
{
    a->at.server->over_ssl = !l->no;
    return l->no || span_eq(l->words[1], SPAN("enable"));
}

static bool take_server_port(struct asa *a, const struct asa_line *l)
{
    a->at.server->port = 0;
    return l->no || asa_number(l->words[1], 1, 65535, &a->at.server->port);
}

static bool take_map_of_server(struct asa *a, const struct asa_line *l)
{
    struct asa_reference none = {SPAN_NONE, 0}, map = {l->words[1], l->number};

    a->at.server->map = l->no ? none : map;
    return true;
}

static const struct asa_command ldap_rows[] = {
    {"ldap-attribute-map", 1, 1, true, take_map_of_server, "expected ldap-attribute-map NAME"},
    {"ldap-base-dn", 1, ASA_ANY, true, take_base, "expected ldap-base-dn DN"},
    {"ldap-login-dn", 1, ASA_ANY, true, take_login_dn, "expected ldap-login-dn DN"},
    {"ldap-login-password", 1, 2, true, asa_take_secret, "expected ldap-login-password SECRET"},
    {"ldap-naming-attribute", 1, 1, true, take_naming, "expected one attribute's name"},
    {"ldap-over-ssl", 1, 1, true, take_over_ssl, "expected ldap-over-ssl enable"},
    {"ldap-scope", 1, 1, true, take_scope, "expected onelevel or subtree"},
    {"sasl-mechanism", 0, ASA_ANY, true, NULL, "users and login-dn bind with their passwords"},
    {"server-port", 1, 1, true, take_server_port, "expected a port from 1 to 65535"},
    {"server-type", 0, ASA_ANY, true, NULL, "nothing depends on it"},
    {"timeout", 1, 1, true, asa_take_timeout, "expected a number from 1 to 300"},
};

void asa_open_ldap(struct asa *a)
{
    a->at.server->one_level = true; /* the appliance's default */
    a->hint = "an LDAP server has no such setting";
    ASA_ROWS(a, ldap_rows);
}

/* The appliance's names for the attribute that names the group policy. */
static bool is_group_policy(struct span s)
{
    return span_ieq(s, SPAN("Group-Policy")) || span_ieq(s, SPAN("IETF-Radius-Class")) ||
           span_ieq(s, SPAN("cVPN3000-IETF-Radius-Class")) || span_ieq(s, SPAN("Class"));
}

/* map-name ATTRIBUTE CISCO-ATTRIBUTE */
static bool take_map_name(struct asa *a, const struct asa_line *l)
{
    struct asa_map_name *n;

    if (!is_group_policy(l->words[2]))
        return asa_because(a, "only the group policy is taken from a directory");
    n = asa_get(a, sizeof *n);
    n->line = l->number;
    n->attribute = l->words[1];
    ASA_APPEND(a, a->at.map->names, n);
    return true;
}

/* "Staff", or as in a class "OU=Staff;" */
static struct span class_name(struct span s)
{
    if (span_istarts(s, SPAN("OU=")))
        s = span_tail(s, 3);
    if (s.n > 0 && s.p[s.n - 1] == ';')
        s.n--;
    return span_trim(s);
}

/* map-value ATTRIBUTE VALUE CISCO-VALUE */
static bool take_map_value(struct asa *a, const struct asa_line *l)
{
    struct asa_map_value *v;

    if (l->words[2].n == 0)
        return false;
    v = asa_get(a, sizeof *v);
    *v = (struct asa_map_value){.line = l->number,
                                .attribute = l->words[1],
                                .value = l->words[2],
                                .group_policy = class_name(l->words[3])};
    ASA_APPEND(a, a->at.map->values, v);
    return true;
}

static const struct asa_command map_rows[] = {
    {"map-name", 2, 2, false, take_map_name, "expected map-name ATTRIBUTE Group-Policy"},
    {"map-value", 3, 3, false, take_map_value, "expected map-value ATTRIBUTE VALUE GROUP-POLICY"},
};

bool asa_take_map(struct asa *a, const struct asa_line *l)
{
    struct asa_map *m;

    if (!span_eq(l->words[1], SPAN("attribute-map")))
        return false;
    m = asa_get(a, sizeof *m);
    m->line = l->number;
    m->name = l->words[2];
    ASA_APPEND(a, a->maps, m);
    a->at.map = m;
    a->hint = "an attribute map has no such setting";
    ASA_ROWS(a, map_rows);
    return true;
}

/* One attribute names the group policy: the first that is mapped to it. */
void asa_resolve_map(struct asa *a, struct asa_map *m)
{
    const struct asa_map_name *n = m->names.first;

    if (m->resolved)
        return;
    m->resolved = true;
    for (const struct asa_map_name *more = n ? n->next : NULL; more; more = more->next)
        asa_note(a, ASA_NOTE_LEFT, more->line,
                 "map-name: only one attribute can name the group policy: that of line %d",
                 n->line);
    for (struct asa_map_value *v = m->values.first; v; v = v->next) {
        if (!n || !span_ieq(v->attribute, n->attribute))
            asa_note(a, ASA_NOTE_LEFT, v->line,
                     "map-value: its attribute does not name the group policy");
        else if (!asa_find_group_policy(a, v->group_policy))
            asa_note(a, ASA_NOTE_LEFT, v->line,
                     "map-value: group policy %.*s is missing or not carried over",
                     SPAN_FMT(asa_shown(v->group_policy)));
        else
            v->kept = true;
    }
}
