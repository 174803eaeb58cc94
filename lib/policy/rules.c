/* SPDX-License-Identifier: ISC */
/* rules - what a schema can't say of a policy as a whole. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "enabled.h"
#include "identifier.h"
#include "policy_internal.h"
#include "span.h"

/* Complains about the second of two that have one name. */
static void check_taken(struct complaints *c, const char *element, const char *a, int a_line,
                        const char *b, int b_line)
{
    if (*a && strcmp(a, b) == 0)
        complain_at(c, COMPLAINT_ERROR, b_line, element,
                    "the name \"%s\" is taken by line %d; right is a name of its own", b, a_line);
}

#define CHECK_UNIQUE(c, element, array, count)                                                     \
    for (size_t i_ = 0; i_ < (count); i_++)                                                        \
        for (size_t j_ = i_ + 1; j_ < (count); j_++)                                               \
    check_taken((c), (element), (array)[i_].name, (array)[i_].line, (array)[j_].name,              \
                (array)[j_].line)

static void check_interfaces(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "interface", p->interfaces, p->interface_count);
    for (size_t i = 0; i < p->interface_count; i++)
        if (strcmp(p->interfaces[i].name, "all") == 0)
            complain_at(c, COMPLAINT_ERROR, p->interfaces[i].line, "interface",
                        "the name \"all\" means every interface; right is another name");
}

/* ldap: nothing but the server; neither kind: a name or password in it. */
static void check_url(const struct server_group *g, const struct aaa_server *s,
                      struct complaints *c)
{
    struct span rest = span_tail(span_str(s->url), (size_t)(strstr(s->url, "//") + 2 - s->url));
    struct span place = span_head(rest, strcspn(rest.p, "/?#"));

    if (span_find(place, '@') != SPAN_NOT_FOUND)
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "url has a \"@\" before its path; right is a URL without a name or password");
    else if (g->type == GROUP_LDAP && rest.n > place.n &&
             !span_eq(span_tail(rest, place.n), SPAN("/")))
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "url %s has more than the server; right is its name and port, and the rest in "
                    "base, scope and filter",
                    s->url);
}

static void check_clear(const struct server_group *g, const struct aaa_server *s,
                        struct complaints *c)
{
    bool ldap = g->type == GROUP_LDAP;
    bool clear = strncmp(s->url, "ldap://", 7) == 0 || strncmp(s->url, "http://", 7) == 0;

    if (clear && !s->starttls)
        complain_at(c, COMPLAINT_WARNING, s->line, "server",
                    "passwords go to %s in clear; right is a URL that begins with %s", s->url,
                    ldap ? "ldaps://, or starttls" : "https://");
    if (!clear && s->starttls)
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "starttls at an ldaps:// server; right is ldap:// with starttls, or ldaps://");
}

static void check_server(const struct server_group *g, struct aaa_server *s, struct complaints *c)
{
    if (g->type == GROUP_RADIUS)
        rules_radius(s, c);
    if (s->url && *s->url) {
        check_url(g, s, c);
        check_clear(g, s, c);
    }
    if (g->type == GROUP_LDAP && !strstr(s->filter, "%u") && !strstr(s->base, "%u"))
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "filter has no %%u; right is one with %%u where the user's name goes");
    if (g->type == GROUP_LDAP && !*s->bind_dn != !*s->bind_password)
        complain_at(c, COMPLAINT_ERROR, s->line, "server", "%s; right is both or neither",
                    *s->bind_dn ? "bind-dn has no bind-password" : "bind-password has no bind-dn");
}

static void check_groups(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "server-group", p->groups, p->group_count);
    for (size_t i = 0; i < p->group_count; i++)
        for (size_t j = 0; j < p->groups[i].server_count; j++)
            check_server(&p->groups[i], &p->groups[i].servers[j], c);
}

static void check_group_policy(const struct group_policy *g, struct complaints *c)
{
    size_t n = strlen(g->name);

    if (n > 0 && n < GROUP_POLICY_MIN)
        complain_at(c, COMPLAINT_ERROR, g->line, "group-policy",
                    "the name \"%s\" is too short; right is one of 4 to 15 letters and digits",
                    g->name);
    else if (n > GROUP_POLICY_PLAIN || strpbrk(g->name, "_.-"))
        complain_at(c, COMPLAINT_WARNING, g->line, "group-policy",
                    "the name \"%s\" is not known to every AAA server; right is one of 4 to 15 "
                    "letters and digits",
                    g->name);
}

static void check_group_policies(const struct policy *p, struct complaints *c)
{
    CHECK_UNIQUE(c, "group-policy", p->group_policies, p->group_policy_count);
    for (size_t i = 0; i < p->group_policy_count; i++)
        check_group_policy(&p->group_policies[i], c);
}

/* Before the protocols are complete. */
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
        complain_at(c, COMPLAINT_ERROR, p->tls_line, "tls",
                    "crl, but no CA whose certificates it revokes; right is client-ca beside it");
    if (p->client_ca && *p->client_ca && !asks_for_certificates(p))
        complain_at(c, COMPLAINT_WARNING, p->tls_line, "tls",
                    "client-ca, but no mail program is asked for a certificate; right is "
                    "certificate among a protocol's methods");
}

/* Puts the interfaces where interface="all" stands; each once, and none that wasn't found. */
static void settle_enabled(struct policy *p, struct protocol_policy *one, struct arena *a)
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

static void complete(struct policy *p, enum protocol which, struct arena *a)
{
    struct protocol_policy *one = &p->protocols[which];

    one->protocol = which;
    one->present = one->line > 0;
    if (which != PROTOCOL_SMTPS) {
        one->announce = arena_copy(a, "");
        one->methods |= METHOD_MAILHOST;
    }
    for (size_t i = 0; i <= one->allowed_count; i++) {
        struct mail_server *s = i < one->allowed_count ? &one->allowed[i] : &one->default_server;
        if (s->port == 0)
            s->port = protocol_server_port(which, s->tls == SERVER_TLS_IMPLICIT);
    }
    settle_enabled(p, one, a);
}

/* The same address may be written in several ways. */
static bool same_address(const char *a, const char *b)
{
    struct in6_addr one, other;

    if (inet_pton(AF_INET6, a, &one) == 1 && inet_pton(AF_INET6, b, &other) == 1)
        return IN6_ARE_ADDR_EQUAL(&one, &other);
    return strcmp(a, b) == 0;
}

/* Whether a socket for the one would be a socket for the other. */
static bool overlap(const struct policy_interface *a, const struct policy_interface *b)
{
    bool same_device = strcmp(a->device, b->device) == 0;

    if (!*a->address || !*b->address)
        return same_device;
    return same_address(a->address, b->address) && (same_device || !interface_link_local(a));
}

/* Complains where b, at its j-th interface, wants the port that a has at an earlier place. */
static void check_port(const struct protocol_policy *a, const struct protocol_policy *b,
                       struct complaints *c)
{
    for (size_t i = 0; i < a->enabled_count; i++)
        for (size_t j = a == b ? i + 1 : 0; j < b->enabled_count; j++)
            if (a->port == b->port && overlap(a->enabled[i], b->enabled[j]))
                complain_at(c, COMPLAINT_ERROR, b->line, protocol_name(b->protocol),
                            "port %u on interface %s is taken by %s on interface %s; right is a "
                            "port of its own",
                            b->port, b->enabled[j]->name, protocol_name(a->protocol),
                            a->enabled[i]->name);
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
    bool any = false, values_right = c->errors == 0;

    check_tls(p, c);
    check_interfaces(p, c);
    check_groups(p, c);
    check_group_policies(p, c);
    for (size_t i = 0; i < PROTOCOLS; i++) {
        complete(p, (enum protocol)i, a);
        any = any || p->protocols[i].present;
        if (p->protocols[i].present)
            rules_protocol(p, &p->protocols[i], c);
    }
    if (values_right) /* a default that stands in for what is wrong takes nobody's port */
        check_ports(p, c);
    if (!any)
        complain_at(c, COMPLAINT_ERROR, 1, "email-proxy",
                    "it has no protocol; right is one or more of imap4s, pop3s, smtps");
}
