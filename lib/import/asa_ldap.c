/* SPDX-License-Identifier: ISC */
/* asa_ldap - PURE: hosts of type LDAP, and attribute maps. */
#include "asa_internal.h"

#include <string.h>

#define NO_GROUPS "the groups of a directory are not listed"

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
    {"group-search-timeout", 0, ASA_ANY, true, NULL, NO_GROUPS},
    {"ldap-attribute-map", 1, 1, true, take_map_of_server, "expected ldap-attribute-map NAME"},
    {"ldap-base-dn", 1, ASA_ANY, true, take_base, "expected ldap-base-dn DN"},
    {"ldap-group-base-dn", 0, ASA_ANY, true, NULL, NO_GROUPS},
    {"ldap-login-dn", 1, ASA_ANY, true, take_login_dn, "expected ldap-login-dn DN"},
    {"ldap-login-password", 1, 2, true, asa_take_secret, "expected ldap-login-password SECRET"},
    {"ldap-naming-attribute", 1, 1, true, take_naming, "expected one attribute's name"},
    {"ldap-over-ssl", 1, ASA_ANY, true, take_over_ssl, "expected ldap-over-ssl enable"},
    {"ldap-scope", 1, 1, true, take_scope, "expected onelevel or subtree"},
    {"sasl-mechanism", 0, ASA_ANY, true, asa_take_not,
     "users and login-dn bind with their passwords"},
    {"server-port", 1, 1, true, take_server_port, "expected a port from 1 to 65535"},
    {"server-type", 0, ASA_ANY, true, NULL, "nothing depends on it"},
    {"timeout", 1, 1, true, asa_take_timeout, "expected a number from 1 to 300"},
};

void asa_open_ldap(struct asa *a)
{
    a->at.server->one_level = true; /* the appliance's default */
    ASA_BLOCK(a, ldap_rows, "an LDAP server has no such setting", false);
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

static struct asa_map *find_map(const struct asa *a, struct span name)
{
    struct asa_map *m = a->maps.first;

    while (m && !span_eq(m->name, name))
        m = m->next;
    return m;
}

bool asa_take_map(struct asa *a, const struct asa_line *l)
{
    struct asa_map *m = find_map(a, l->words[2]);

    if (!span_eq(l->words[1], SPAN("attribute-map")))
        return false;
    if (!m) {
        m = asa_get(a, sizeof *m);
        m->line = l->number;
        m->name = l->words[2];
        ASA_APPEND(a, a->maps, m);
    }
    a->at.map = m;
    a->owner = &m->lines;
    ASA_BLOCK(a, map_rows, "an attribute map has no such setting", false);
    return true;
}

/* Whether the value is carried over; else a note says why not. */
static bool resolve_value(struct asa *a, const struct asa_map *m, struct asa_map_value *v)
{
    const struct asa_map_name *n = m->names.first;
    const struct asa_group_policy *g = asa_find_group_policy(a, v->group_policy);

    if (!n || !span_ieq(v->attribute, n->attribute)) {
        asa_drop(a, ASA_NOTE_LEFT, v->line, 1,
                 "map-value: its attribute does not name the group policy");
        return false;
    }
    if (!g) {
        asa_drop(a, ASA_NOTE_LEFT, v->line, 1,
                 "map-value: group policy %.*s is missing or not carried over",
                 SPAN_FMT(asa_shown(v->group_policy)));
        return false;
    }
    v->policy = g;
    return true;
}

/* Whether b's group policy comes alphabetically before a's. */
static bool is_before(const struct asa_map_value *b, const struct asa_map_value *a)
{
    struct span x = b->group_policy, y = a->group_policy;
    int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

    return order < 0 || (order == 0 && x.n < y.n);
}

/* Sorts the first n values of a list by merging, and keeps the order of equal ones. *list becomes
 * the first of them; returns the rest of the list. */
static struct asa_map_value *merge_sort(struct asa_map_value **list, size_t n)
{
    struct asa_map_value *a = *list, *b, *rest, **to = list;
    size_t left = n / 2, right = n - left;

    if (n < 2)
        return n == 1 ? a->next : a;
    b = merge_sort(&a, left);
    rest = merge_sort(&b, right);
    while (left > 0 || right > 0) {
        bool second = left == 0 || (right > 0 && is_before(b, a));
        struct asa_map_value **from = second ? &b : &a;
        *to = *from;
        *from = (*from)->next;
        to = &(*to)->next;
        *(second ? &right : &left) -= 1;
    }
    *to = rest;
    return rest;
}

/* A policy takes the first map that matches. If several match, the appliance takes the group policy
 * that is alphabetically first. */
static void sort_values(struct asa *a, struct asa_map *m, size_t count)
{
    bool sorted = true;

    for (const struct asa_map_value *v = m->values.first; v && v->next; v = v->next)
        sorted = sorted && !is_before(v->next, v);
    if (sorted)
        return;
    merge_sort(&m->values.first, count);
    asa_note(
        a, ASA_NOTE_CHANGED, m->line,
        "ldap attribute-map %.*s: its maps are in the order of their group policies: if several "
        "match, the appliance takes the alphabetically first, and a policy the first",
        SPAN_FMT(asa_shown(m->name)));
}

/* One attribute names the group policy: the first that is mapped to it. */
void asa_resolve_map(struct asa *a, struct asa_map *m)
{
    struct asa_map_value *next, *v = m->values.first;
    const struct asa_map_name *n = m->names.first;
    bool any = v;
    size_t kept = 0;

    if (m->resolved)
        return;
    m->resolved = true;
    m->values.first = m->values.last = NULL;
    for (const struct asa_map_name *more = n ? n->next : NULL; more; more = more->next, m->lines--)
        asa_drop(a, ASA_NOTE_LEFT, more->line, 1,
                 "map-name: only one attribute can name the group policy: that of line %d",
                 n->line);
    for (; v; v = next) {
        next = v->next;
        v->next = NULL;
        if (resolve_value(a, m, v)) {
            ASA_APPEND(a, m->values, v);
            kept++;
        } else
            m->lines--;
    }
    sort_values(a, m, kept);
    m->kept = n && (kept > 0 || !any);
    if (!m->kept)
        asa_drop(a, ASA_NOTE_LEFT, m->line, m->lines,
                 "ldap attribute-map %.*s: nothing in it names a group policy",
                 SPAN_FMT(asa_shown(m->name)));
}
