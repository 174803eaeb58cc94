/* SPDX-License-Identifier: ISC */
/* rules - the rules of a policy as a whole that a schema can't express. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "identifier.h"
#include "idna.h"
#include "policy_internal.h"
#include "span.h"

static void check_same_name(struct complaints *c, const char *element, const char *a, int a_line,
                            const char *b, int b_line)
{
    if (*a && strcmp(a, b) == 0)
        complain_at(c, COMPLAINT_ERROR, b_line, element,
                    "duplicate name \"%s\"; first seen on line %d", b, a_line);
}

#define CHECK_UNIQUE(c, element, array, count)                                                     \
    for (size_t i_ = 0; i_ < (count); i_++)                                                        \
        for (size_t j_ = i_ + 1; j_ < (count); j_++)                                               \
    check_same_name((c), (element), (array)[i_].name, (array)[i_].line, (array)[j_].name,          \
                    (array)[j_].line)

static void check_interfaces(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "interface", p->interfaces, p->interface_count);
    for (size_t i = 0; i < p->interface_count; i++)
        if (strcmp(p->interfaces[i].name, "all") == 0)
            complain_at(c, COMPLAINT_ERROR, p->interfaces[i].line, "interface",
                        "invalid name \"all\", which means every interface: expected another name");
}

static void check_groups(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "server-group", p->groups, p->group_count);
    for (size_t i = 0; i < p->group_count; i++)
        rules_group(&p->groups[i], c);
}

static void check_group_policy(const struct group_policy *g, struct complaints *c)
{
    size_t n = strlen(g->name);

    if (n > 0 && n < GROUP_POLICY_MIN)
        complain_at(c, COMPLAINT_ERROR, g->line, "group-policy",
                    "invalid name \"%s\": expected at least 4 letters and digits", g->name);
    else if (n > GROUP_POLICY_PLAIN || strpbrk(g->name, "_.-"))
        complain_at(c, COMPLAINT_WARNING, g->line, "group-policy",
                    "not every AAA server can return the name \"%s\": expected 4 to 15 letters and "
                    "digits",
                    g->name);
}

static void check_group_policies(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "time-range", p->time_ranges, p->time_range_count);
    CHECK_UNIQUE(c, "group-policy", p->group_policies, p->group_policy_count);
    for (size_t i = 0; i < p->group_policy_count; i++)
        check_group_policy(&p->group_policies[i], c);
}

/* decide_wants_certificates can't be used yet: the protocols aren't complete. */
static bool asks_for_certificates(const struct policy *p)
{
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (p->protocols[i].methods & METHOD_CERTIFICATE)
            return true;
    return false;
}

static void check_tls(const struct policy *p, struct complaints *c)
{
    if (p->crl && *p->crl && !*p->client_ca)
        complain_at(
            c, COMPLAINT_ERROR, p->tls_line, "tls",
            "crl without client-ca: expected client-ca, the CA whose certificates it revokes");
    if (p->client_ca && *p->client_ca && !asks_for_certificates(p))
        complain_at(c, COMPLAINT_WARNING, p->tls_line, "tls",
                    "client-ca is not used: expected certificate among the methods of a protocol");
}

/* Replaces interface="all" by the interfaces, and drops duplicates and unknown names. */
static void complete_enabled(struct policy *p, struct protocol_policy *one, struct arena *a)
{
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): room for pointers */
    struct policy_interface **list = arena_get(a, p->interface_count, sizeof *list);
    size_t n = 0;

    for (size_t i = 0; i < one->enabled_count; i++)
        one->enable_all = one->enable_all || one->enabled[i] == &every_interface;
    for (size_t i = 0; i < p->interface_count; i++) {
        bool wanted = one->enable_all;
        for (size_t j = 0; j < one->enabled_count; j++)
            wanted = wanted || one->enabled[j] == &p->interfaces[i];
        if (wanted && interface_usable(&p->interfaces[i]))
            list[n++] = &p->interfaces[i];
    }
    one->enabled = list;
    one->enabled_count = n;
}

static void complete_protocol(struct policy *p, enum protocol which, struct arena *a)
{
    struct protocol_policy *one = &p->protocols[which];

    one->protocol = which;
    one->user_case = p->user_case;
    one->host_ascii = idna_ascii;
    one->present = one->line > 0;
    if (which != PROTOCOL_SMTPS)
        one->methods |= METHOD_MAILHOST;
    for (size_t i = 0; i <= one->allowed_count; i++) {
        struct mail_server *s = i < one->allowed_count ? &one->allowed[i] : &one->default_server;
        if (s->port == 0)
            s->port = protocol_server_port(which, s->tls == SERVER_TLS_IMPLICIT);
    }
    complete_enabled(p, one, a);
}

/* An address can be written in several ways. */
static bool same_address(const char *a, const char *b)
{
    struct in6_addr one, other;

    if (inet_pton(AF_INET6, a, &one) == 1 && inet_pton(AF_INET6, b, &other) == 1)
        return IN6_ARE_ADDR_EQUAL(&one, &other);
    return strcmp(a, b) == 0;
}

/* Whether two sockets, one on each interface, couldn't both have the same port. */
static bool sockets_collide(const struct policy_interface *a, const struct policy_interface *b)
{
    bool same_device = strcmp(a->device, b->device) == 0;

    if (!*a->address || !*b->address)
        return same_device;
    return same_address(a->address, b->address) && (same_device || !interface_link_local(a));
}

/* Complains if b wants a port that a, which comes first in the file, already has. a may be b. */
static void check_port(const struct protocol_policy *a, const struct protocol_policy *b,
                       struct complaints *c)
{
    for (size_t i = 0; i < a->enabled_count; i++)
        for (size_t j = a == b ? i + 1 : 0; j < b->enabled_count; j++)
            if (a->port == b->port && sockets_collide(a->enabled[i], b->enabled[j]))
                complain_at(
                    c, COMPLAINT_ERROR, b->line, protocol_name(b->protocol),
                    "port %u on interface %s is already used by %s on interface %s: expected "
                    "another port",
                    b->port, b->enabled[j]->name, protocol_name(a->protocol), a->enabled[i]->name);
}

static void check_ports(const struct policy *p, struct complaints *c)
{
    for (size_t a = 0; a < PROTOCOLS; a++)
        for (size_t b = a; b < PROTOCOLS; b++) {
            const struct protocol_policy *first = &p->protocols[a], *second = &p->protocols[b];
            bool order = first->line <= second->line;
            if (first->present && second->present)
                check_port(order ? first : second, order ? second : first, c);
        }
}

void rules_check(struct policy *p, struct complaints *c, struct arena *a)
{
    bool any = false, values_valid = c->errors == 0;

    check_tls(p, c);
    check_interfaces(p, c);
    check_groups(p, c);
    check_group_policies(p, c);
    for (size_t i = 0; i < PROTOCOLS; i++) {
        complete_protocol(p, (enum protocol)i, a);
        any = any || p->protocols[i].present;
        if (p->protocols[i].present)
            rules_protocol(p, &p->protocols[i], c);
    }
    if (values_valid) /* else a default may stand in for an invalid value, and collide */
        check_ports(p, c);
    if (!any)
        complain_at(c, COMPLAINT_ERROR, 1, "email-proxy",
                    "missing protocol: expected one or more of imap4s, pop3s, smtps");
}
