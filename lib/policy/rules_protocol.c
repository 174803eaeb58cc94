/* SPDX-License-Identifier: ISC */
/* rules_protocol - the rules of one protocol that a schema can't express. */
#include <string.h>

#include "decide.h"
#include "host.h"
#include "limits.h"
#include "offer.h"
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
              "name and server are both \"%c\": expected two different delimiters",
              p->name_delimiter);
}

static void check_methods(const struct policy *policy, const struct protocol_policy *p,
                          struct complaints *c)
{
    int line = p->lines.authentication;

    if (line == 0)
        return; /* it is missing, which is an error already */
    if (p->methods & METHOD_CERTIFICATE && !*policy->client_ca)
        ERROR(c, line, "authentication",
              "method certificate without a CA: expected client-ca in <tls>");
    if (p->protocol == PROTOCOL_SMTPS && p->methods == METHOD_CERTIFICATE && p->lines.servers > 0 &&
        p->default_server.line == 0)
        ERROR(c, p->lines.servers, "servers",
              "certificate is the only method, and so no login names a server: expected "
              "<default-server>");
    if (p->methods & METHOD_AAA && p->lines.authentication_group == 0)
        WARNING(c, line, "authentication",
                "method aaa without <authentication-server-group>, so every login fails: expected "
                "one");
    if (!(p->methods & METHOD_AAA) && p->lines.authentication_group > 0 && c->errors == 0)
        WARNING(c, p->lines.authentication_group, "authentication-server-group",
                "the server group is never asked: expected aaa among the methods");
}

static void check_accounting(const struct protocol_policy *p, struct complaints *c)
{
    if (p->accounting && p->accounting->type != GROUP_RADIUS)
        ERROR(c, p->lines.accounting_group, "accounting-server-group",
              "server group %s does no accounting: expected one of type radius",
              p->accounting->name);
}

/* RADIUS authorizes a user with the name as the password. If the same server also authenticates,
 * it may accept a name as the password of a login. */
static void check_authorization_radius(const struct policy *policy, const struct protocol_policy *p,
                                       struct complaints *c)
{
    const struct server_group *g = p->authorization;

    for (size_t i = 0; g && g->type == GROUP_RADIUS && i < PROTOCOLS; i++)
        if (policy->protocols[i].authentication == g) {
            WARNING(
                c, p->lines.authorization_group, "authorization-server-group",
                "server group %s also authenticates, and RADIUS authorizes with the user's name "
                "as the password: expected a separate group, or a server that tells the two "
                "apart by Service-Type",
                g->name);
            return;
        }
}

static void check_authorization_dn(const struct protocol_policy *p, struct complaints *c)
{
    if (p->lines.authorization_dn > 0 && !p->dn_entire && p->dn_primary == p->dn_secondary)
        WARNING(c, p->lines.authorization_dn, "authorization-dn",
                "primary and secondary are both %s: expected two different fields, or "
                "secondary=\"None\"",
                dn_field_name(p->dn_primary));
    if (decide_must_match(p) && p->dn_entire)
        WARNING(c, p->lines.authorization_dn, "authorization-dn",
                "the VPN name of each login must be the certificate's whole DN: expected a field "
                "(primary) that has the VPN name, or must-match=\"false\"");
}

/* HTTP's basic authentication needs the user's password, which authorization doesn't have. */
static void check_authorization(const struct protocol_policy *p, struct complaints *c)
{
    const struct server_group *g = p->authorization;

    for (size_t i = 0; g && g->type == GROUP_HTTP && i < g->server_count; i++)
        if (strcmp(g->servers[i].method, "basic") == 0) {
            ERROR(c, p->lines.authorization_group, "authorization-server-group",
                  "server group %s has a server with method=\"basic\", which needs the user's "
                  "password: expected method=\"form\"",
                  g->name);
            return;
        }
}

static void check_host(const struct mail_server *a, const struct mail_server *b,
                       struct complaints *c)
{
    if (*a->host && host_same(span_str(a->host), span_str(b->host)))
        ERROR(c, b->line, "allow-server", "duplicate host \"%s\"; first seen on line %d", b->host,
              a->line);
}

static void check_servers(const struct protocol_policy *p, struct complaints *c)
{
    bool none = p->default_server.line == 0;

    if (p->lines.servers == 0)
        return; /* it is missing, which is an error already */
    if (none && p->allowed_count == 0)
        ERROR(c, p->lines.servers, "servers",
              "missing server: expected <default-server>, <allow-server> or both");
    if (none && p->unknown_server_mail_user)
        ERROR(c, p->lines.servers, "servers",
              "unknown-server=\"mail-user\" without a default server: expected <default-server>, "
              "or unknown-server=\"deny\"");
    rules_mail_server_port(&p->default_server, "default-server", c);
    for (size_t i = 0; i < p->allowed_count; i++) {
        rules_mail_server_port(&p->allowed[i], "allow-server", c);
        check_host(&p->default_server, &p->allowed[i], c);
        for (size_t j = i + 1; j < p->allowed_count; j++)
            check_host(&p->allowed[i], &p->allowed[j], c);
    }
}

static void check_announce(const struct protocol_policy *p, struct complaints *c)
{
    const char *element = protocol_name(p->protocol);
    char room[LIMIT_ANNOUNCE + 1];
    struct buf seen = BUF(room);
    struct span words = span_str(p->announce);

    while (words.n > 0) {
        struct span word = span_cut(&words, ' ');
        enum offer_kind kind = offer_kind(p->protocol, word);
        if (word.n == 0)
            continue;
        if (kind == OFFER_INVALID)
            ERROR(c, p->line, element, "invalid capability \"%.*s\" in announce: expected %s",
                  SPAN_FMT(word),
                  p->protocol == PROTOCOL_IMAP4S
                      ? "an IMAP atom"
                      : "KEYWORD, KEYWORD=PARAMETER or KEYWORD=PARAMETER,PARAMETER…");
        if (kind == OFFER_OURS)
            ERROR(c, p->line, element,
                  "invalid capability \"%.*s\" in announce: Mailwicket itself decides about it",
                  SPAN_FMT(word));
        if (offer_has(buf_span(&seen), p->protocol, word))
            ERROR(c, p->line, element, "duplicate capability \"%.*s\" in announce", SPAN_FMT(word));
        offer_add(&seen, p->protocol, word);
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
    check_announce(p, c);
    rules_listening_port(p, c);
    if (p->lines.default_group_policy == 0)
        WARNING(c, p->line, element,
                "missing <default-group-policy>: a user whom the AAA server gives no group policy "
                "gets no session");
    if (p->enabled_count == 0 && c->errors == 0)
        WARNING(c, p->line, element, "enabled on no interface: expected <enable>");
}
