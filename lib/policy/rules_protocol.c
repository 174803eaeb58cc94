/* SPDX-License-Identifier: ISC */
/* rules_protocol - what a schema can't say of one protocol of a policy. */
#include <string.h>

#include "dn_field.h"
#include "policy_internal.h"
#include "span.h"

#define ERROR(c, line, element, ...)                                                               \
    complain_at((c), COMPLAINT_ERROR, (line), (element), __VA_ARGS__)
#define WARNING(c, line, element, ...)                                                             \
    complain_at((c), COMPLAINT_WARNING, (line), (element), __VA_ARGS__)

static void check_delimiters(const struct protocol_policy *p, struct complaints *c)
{
    if (p->name_delimiter == p->server_delimiter)
        ERROR(c, p->lines.delimiters > 0 ? p->lines.delimiters : p->line, "delimiters",
              "name and server are both \"%c\"; right are two that differ", p->name_delimiter);
}

static void check_methods(const struct policy *policy, const struct protocol_policy *p,
                          struct complaints *c)
{
    int line = p->lines.authentication;

    if (line == 0)
        return; /* it is missing, and complained about */
    if (p->methods & METHOD_CERTIFICATE && !*policy->client_ca)
        ERROR(c, line, "authentication",
              "method certificate, but no CA is there to check it; right is client-ca in <tls>");
    if (p->protocol == PROTOCOL_SMTPS && p->methods == METHOD_CERTIFICATE && p->lines.servers > 0 &&
        p->default_server.line == 0)
        ERROR(c, p->lines.servers, "servers",
              "method certificate alone, and no login names a server; right is <default-server>");
    if (p->methods & METHOD_AAA && p->lines.authentication_group == 0)
        WARNING(c, line, "authentication",
                "method aaa without <authentication-server-group>: every login fails; right is "
                "one");
    if (!(p->methods & METHOD_AAA) && p->lines.authentication_group > 0 && c->errors == 0)
        WARNING(c, p->lines.authentication_group, "authentication-server-group",
                "it is never asked; right is aaa among the methods");
}

static void check_accounting(const struct protocol_policy *p, struct complaints *c)
{
    if (p->accounting && p->accounting->type != GROUP_RADIUS)
        ERROR(c, p->lines.accounting_group, "accounting-server-group",
              "%s does no accounting; right is a server group of type radius", p->accounting->name);
}

/* Its users' names are their passwords there: who knows a name would log in with it. */
static void check_authorization_radius(const struct policy *policy, const struct protocol_policy *p,
                                       struct complaints *c)
{
    const struct server_group *g = p->authorization;

    for (size_t i = 0; g && g->type == GROUP_RADIUS && i < PROTOCOLS; i++)
        if (policy->protocols[i].authentication == g) {
            WARNING(c, p->lines.authorization_group, "authorization-server-group",
                    "%s also authenticates, and RADIUS authorizes with the name as password; right "
                    "is a group of its own, or a server that keeps the two apart by Service-Type",
                    g->name);
            return;
        }
}

/* Twice the same question. */
static void check_authorization_dn(const struct protocol_policy *p, struct complaints *c)
{
    if (p->lines.authorization_dn > 0 && p->dn_primary == p->dn_secondary)
        WARNING(
            c, p->lines.authorization_dn, "authorization-dn",
            "primary and secondary are both %s; right are two that differ, or secondary=\"None\"",
            dn_field_name(p->dn_primary));
}

/* Who can't be asked without a password. */
static void check_authorization(const struct protocol_policy *p, struct complaints *c)
{
    const struct server_group *g = p->authorization;

    for (size_t i = 0; g && g->type == GROUP_HTTP && i < g->server_count; i++)
        if (strcmp(g->servers[i].method, "basic") == 0) {
            ERROR(c, p->lines.authorization_group, "authorization-server-group",
                  "%s has a server of method basic, which asks for no one without a password; "
                  "right is method form",
                  g->name);
            return;
        }
}

/* The same name twice: which entry would count? */
static void check_host(const struct mail_server *a, const struct mail_server *b,
                       struct complaints *c)
{
    if (*a->host && span_ieq(span_str(a->host), span_str(b->host)))
        ERROR(c, b->line, "allow-server", "%s has an entry on line %d; right is one entry a server",
              b->host, a->line);
}

static void check_servers(const struct protocol_policy *p, struct complaints *c)
{
    bool none = p->default_server.line == 0;

    if (p->lines.servers == 0)
        return; /* it is missing, and complained about */
    if (none && p->allowed_count == 0)
        ERROR(c, p->lines.servers, "servers",
              "no server can be reached; right is <default-server>, <allow-server> or both");
    if (none && p->unknown_server_mail_user)
        ERROR(c, p->lines.servers, "servers",
              "unknown-server=\"mail-user\" without a default server; right is <default-server>, "
              "or deny");
    for (size_t i = 0; i < p->allowed_count; i++) {
        check_host(&p->default_server, &p->allowed[i], c);
        for (size_t j = i + 1; j < p->allowed_count; j++)
            check_host(&p->allowed[i], &p->allowed[j], c);
    }
}

void rules_protocol(const struct policy *policy, const struct protocol_policy *p,
                    struct complaints *c)
{
    const char *element = protocol_name(p->protocol);

    check_delimiters(p, c);
    check_methods(policy, p, c);
    check_accounting(p, c);
    check_authorization(p, c);
    check_authorization_dn(p, c);
    check_authorization_radius(policy, p, c);
    check_servers(p, c);
    if (p->lines.default_group_policy == 0)
        WARNING(c, p->line, element,
                "no <default-group-policy>: who has none from the AAA server gets no session; "
                "right is one");
    if (p->enabled_count == 0 && c->errors == 0)
        WARNING(c, p->line, element, "it is enabled on no interface; right is <enable>");
}
