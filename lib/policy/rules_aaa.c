/* SPDX-License-Identifier: ISC */
/* rules_aaa - the rules of server groups that a schema can't express. */
#include <string.h>

#include "host.h"
#include "policy_internal.h"
#include "span.h"

#define ERROR(c, line, ...)   complain_at((c), COMPLAINT_ERROR, (line), "server", __VA_ARGS__)
#define WARNING(c, line, ...) complain_at((c), COMPLAINT_WARNING, (line), "server", __VA_ARGS__)

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "localhost") == 0;
}

static void check_radius_tls(const struct aaa_server *s, struct complaints *c)
{
    if (!*s->ca)
        ERROR(c, s->line, "tls without ca: expected ca, the CA that signs the certificate of %s",
              s->host);
    if (!*s->certificate != !*s->key)
        ERROR(c, s->line, "%s: expected both or neither",
              *s->key ? "key without certificate" : "certificate without key");
}

static void check_radius_udp(const struct aaa_server *s, struct complaints *c)
{
    if (!*s->secret)
        ERROR(c, s->line, "missing secret: expected secret, or tls=\"true\"");
    if (*s->ca || *s->certificate || *s->key)
        ERROR(c, s->line, "ca, certificate or key without tls: expected tls=\"true\"");
    if (*s->host && !s->require_signature && !is_loopback(s->host))
        WARNING(c, s->line,
                "anyone on the network path to %s can forge its answers (CVE-2024-3596): expected "
                "require-message-authenticator=\"true\", or tls=\"true\"",
                s->host);
}

static void check_radius(struct aaa_server *s, struct complaints *c)
{
    if (s->port == 0)
        s->port = s->tls ? RADSEC_PORT : RADIUS_PORT;
    if (s->accounting_port == 0)
        s->accounting_port = s->tls ? s->port : RADIUS_ACCOUNTING_PORT;
    if (s->tls)
        check_radius_tls(s, c);
    else
        check_radius_udp(s, c);
    rules_radius_port(s, c);
}

/* No URL has a name or password in it; one of LDAP has only the server. */
static void check_url(const struct server_group *g, const struct aaa_server *s,
                      struct complaints *c)
{
    struct span rest = span_tail(span_str(s->url), (size_t)(strstr(s->url, "//") + 2 - s->url));
    struct span authority = span_head(rest, strcspn(rest.p, "/?#"));

    if (span_find(authority, '@') != SPAN_NOT_FOUND) /* not shown: it may hold a password */
        ERROR(c, s->line,
              "invalid url: expected no name or password, and so no \"@\" before the "
              "path");
    else if (g->type == GROUP_LDAP && rest.n > authority.n &&
             !span_eq(span_tail(rest, authority.n), SPAN("/")))
        ERROR(c, s->line,
              "invalid url \"%s\": expected only the server's name and port; the rest belongs in "
              "base, scope and filter",
              s->url);
    else if (g->type == GROUP_LDAP && !host_is_authority(authority))
        ERROR(
            c, s->line,
            "invalid url \"%s\": expected a name or address, IPv6 in brackets, and perhaps a port",
            s->url);
}

static void check_encryption(const struct server_group *g, const struct aaa_server *s,
                             struct complaints *c)
{
    bool ldap = g->type == GROUP_LDAP;
    bool clear = strncmp(s->url, "ldap://", 7) == 0 || strncmp(s->url, "http://", 7) == 0;

    if (clear && !s->starttls)
        WARNING(c, s->line, "passwords go to %s in clear text: expected %s", s->url,
                ldap ? "an ldaps:// URL, or starttls=\"true\"" : "an https:// URL");
    if (!clear && s->starttls)
        ERROR(c, s->line, "starttls with an ldaps:// URL: expected an ldap:// URL, or no starttls");
}

/* Whether parentheses pair up, and one pair holds all (RFC 4515). LDAP libraries also take a filter
 * without any. */
static bool is_balanced(const char *filter)
{
    int open = 0;

    for (const char *p = filter; *p; p++) {
        if (*p == '(')
            open++;
        else if (*p == ')')
            open--;
        if (open < 0 || (open == 0 && *filter == '(' && p[1]))
            return false;
    }
    return open == 0;
}

/* Whether each part of a DN between commas has a "=" (RFC 4514; "\\," is no end of a part). */
static bool is_dn(const char *base)
{
    bool equals = *base == '\0'; /* an invalid one, which has its error */

    for (const char *p = base; *p; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if (*p == '=' && p > base && p[-1] != ',')
            equals = true;
        else if (*p == ',' && !equals)
            return false;
        else if (*p == ',')
            equals = false;
    }
    return equals;
}

static void check_ldap_syntax(const struct aaa_server *s, struct complaints *c)
{
    if (!is_balanced(s->filter))
        WARNING(c, s->line,
                "invalid filter \"%s\", so every login fails: expected as many \"(\" as \")\", as "
                "in (uid=%%u)",
                s->filter);
    if (!is_dn(s->base))
        WARNING(c, s->line,
                "invalid base \"%s\", so every login fails: expected a DN, as in "
                "ou=people,dc=example,dc=org",
                s->base);
}

static void check_ldap(const struct aaa_server *s, struct complaints *c)
{
    if (!strstr(s->filter, "%u") && !strstr(s->base, "%u"))
        ERROR(c, s->line, "invalid filter \"%s\": expected %%u where the user's name goes",
              s->filter);
    if (!*s->bind_dn != !*s->bind_password)
        ERROR(c, s->line, "%s: expected both or neither",
              *s->bind_dn ? "bind-dn without bind-password" : "bind-password without bind-dn");
}

void rules_group(const struct server_group *g, struct complaints *c)
{
    for (size_t i = 0; i < g->server_count; i++) {
        struct aaa_server *s = &g->servers[i];
        if (g->type == GROUP_RADIUS)
            check_radius(s, c);
        if (s->url && *s->url) {
            check_url(g, s, c);
            check_encryption(g, s, c);
            rules_url_port(s, c);
        }
        if (g->type == GROUP_LDAP) {
            check_ldap(s, c);
            check_ldap_syntax(s, c);
        }
    }
}
