/* SPDX-License-Identifier: ISC */
/* rules_ports - warns of a port that is known to speak TLS in another way than the policy says. */
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "policy_internal.h"
#include "span.h"

#define WARNING(c, line, element, ...)                                                             \
    complain_at((c), COMPLAINT_WARNING, (line), (element), __VA_ARGS__)

/* RFC 8314 section 7, RFC 4513, RFC 9110 section 4.2: what is spoken on the port. */
static const struct known_port {
    unsigned port;
    bool implicit; /* TLS from the first octet on; else clear text, or TLS after STARTTLS */
} known_ports[] = {
    {25, false}, {110, false}, {143, false}, {587, false}, {389, false}, {80, false},
    {465, true}, {993, true},  {995, true},  {636, true},  {443, true},
};

static const struct known_port *find_port(unsigned port)
{
    for (size_t i = 0; i < sizeof known_ports / sizeof *known_ports; i++)
        if (known_ports[i].port == port)
            return &known_ports[i];
    return NULL;
}

void rules_mail_server_port(const struct mail_server *s, const char *element, struct complaints *c)
{
    const struct known_port *k = find_port(s->port);

    if (!k || s->line == 0)
        return;
    if (s->tls == SERVER_TLS_IMPLICIT && !k->implicit)
        WARNING(c, s->line, element,
                "tls=\"implicit\" with port=\"%u\", where servers begin in clear text: expected "
                "tls=\"starttls\", or the port for TLS",
                s->port);
    if (s->tls != SERVER_TLS_IMPLICIT && k->implicit)
        WARNING(c, s->line, element,
                "tls=\"%s\" with port=\"%u\", where servers begin with TLS: expected "
                "tls=\"implicit\", or another port",
                s->tls == SERVER_TLS_STARTTLS ? "starttls" : "none", s->port);
}

void rules_listening_port(const struct protocol_policy *p, struct complaints *c)
{
    const struct known_port *k = find_port(p->port);

    if (k && !k->implicit)
        WARNING(c, p->line, protocol_name(p->protocol),
                "port=\"%u\", where mail programs begin in clear text, but Mailwicket begins with "
                "TLS: expected another port, such as %u",
                p->port, protocol_port(p->protocol));
}

/* The number behind the last ':' that is not inside brackets; 0: there is none. */
static unsigned url_port(struct span authority)
{
    const char *colon = memrchr(authority.p, ':', authority.n);

    if (!colon || memchr(colon, ']', authority.n - (size_t)(colon - authority.p)))
        return 0;
    return (unsigned)strtoul(colon + 1, NULL, 10);
}

void rules_url_port(const struct aaa_server *s, struct complaints *c)
{
    const char *slashes = strstr(s->url, "//");

    if (!slashes)
        return;
    bool implicit = slashes - s->url == (ptrdiff_t)strlen("ldaps:"); /* https: is as long */
    struct span authority = span_of(slashes + 2, strcspn(slashes + 2, "/?#"));
    const struct known_port *k = find_port(url_port(authority));
    if (k && k->implicit != implicit)
        WARNING(c, s->line, "server",
                "url \"%s\" with port %u, where servers begin %s: expected %s", s->url, k->port,
                k->implicit ? "with TLS" : "in clear text",
                k->implicit ? "ldaps:// or https://, or another port"
                            : "ldap:// or http://, or the port for TLS");
}

void rules_radius_port(const struct aaa_server *s, struct complaints *c)
{
    bool udp_port = s->port == RADIUS_PORT || s->port == RADIUS_ACCOUNTING_PORT || s->port == 1645;

    if (s->tls && udp_port)
        WARNING(c, s->line, "server",
                "tls=\"true\" with port=\"%u\", which is for UDP: expected port=\"%u\"", s->port,
                RADSEC_PORT);
    if (!s->tls && s->port == RADSEC_PORT)
        WARNING(c, s->line, "server",
                "port=\"%u\", which is for TLS, without tls: expected tls=\"true\", or port=\"%u\"",
                s->port, RADIUS_PORT);
}
