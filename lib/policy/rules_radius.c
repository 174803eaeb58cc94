/* SPDX-License-Identifier: ISC */
/* rules_radius - what a schema can't say of a RADIUS server. */
#include <string.h>

#include "policy_internal.h"

#define PORT            1812
#define ACCOUNTING_PORT 1813
#define TLS_PORT        2083 /* RFC 6614: for both */

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "localhost") == 0;
}

static void check_tls(const struct aaa_server *s, struct complaints *c)
{
    if (!*s->ca)
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "tls without a CA that vouches for %s; right is ca", s->host);
    if (!*s->certificate != !*s->key)
        complain_at(c, COMPLAINT_ERROR, s->line, "server", "%s; right is both or neither",
                    *s->key ? "key has no certificate" : "certificate has no key");
    if (*s->secret)
        complain_at(c, COMPLAINT_WARNING, s->line, "server",
                    "with tls the secret is not used; right is none");
}

static void check_udp(const struct aaa_server *s, struct complaints *c)
{
    if (!*s->secret)
        complain_at(c, COMPLAINT_ERROR, s->line, "server", "no secret; right is secret, or tls");
    if (*s->ca || *s->certificate || *s->key)
        complain_at(c, COMPLAINT_ERROR, s->line, "server",
                    "ca, certificate and key are for tls; right is tls=\"true\"");
    if (*s->host && !s->require_signature && !is_loopback(s->host))
        complain_at(c, COMPLAINT_WARNING, s->line, "server",
                    "who is on the way to %s can forge its answers (CVE-2024-3596); right is "
                    "require-message-authenticator=\"true\", or tls",
                    s->host);
}

void rules_radius(struct aaa_server *s, struct complaints *c)
{
    if (s->port == 0)
        s->port = s->tls ? TLS_PORT : PORT;
    if (s->accounting_port == 0)
        s->accounting_port = s->tls ? s->port : ACCOUNTING_PORT;
    if (s->tls)
        check_tls(s, c);
    else
        check_udp(s, c);
}
