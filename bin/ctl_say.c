/* SPDX-License-Identifier: ISC */
/* ctl_say - labelled lines, and words for a policy; see ctl_say.h. */
#include "ctl_say.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "decide.h"
#include "limits.h"

#define COLUMNS 80
#define INDENT  22

/* Counts columns roughly: octets that do not continue a UTF-8 character. */
static int say_width(const char *s, size_t n)
{
    int columns = 0;

    for (size_t i = 0; i < n; i++)
        columns += ((unsigned char)s[i] & 0xc0) != 0x80;
    return columns;
}

void say(const char *label, const char *format, ...)
{
    char text[SAY_MAX];
    va_list arguments;
    int column = printf("  %-*s", INDENT - 2, label);

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (column > INDENT)
        printf("\n%*s", INDENT, "");
    column = INDENT;
    for (const char *p = text; *p; p += strspn(p, " ")) {
        size_t n = strcspn(p, " ");
        if (column > INDENT && column + 1 + say_width(p, n) > COLUMNS - 1) {
            printf("\n%*s", INDENT, "");
            column = INDENT;
        }
        column += printf("%s", column > INDENT ? " " : "");
        printf("%.*s", (int)n, p);
        column += say_width(p, n);
        p += n;
    }
    putchar('\n');
}

static const char *say_tls_mode(const struct mail_server *s)
{
    static const char *const words[] = {
        [SERVER_TLS_NONE] = "without TLS",
        [SERVER_TLS_STARTTLS] = "TLS after STARTTLS",
        [SERVER_TLS_IMPLICIT] = "TLS from the start",
    };
    return words[s->tls];
}

const char *say_methods(unsigned methods, char room[64])
{
    static const struct {
        enum method method;
        const char *name;
    } rows[] = {
        {METHOD_CERTIFICATE, "certificate"},
        {METHOD_AAA, "aaa"},
        {METHOD_PIGGYBACK, "piggyback"},
        {METHOD_MAILHOST, "mailhost"},
    };
    size_t n = 0;

    room[0] = '\0';
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (methods & rows[i].method)
            n += (size_t)snprintf(room + n, 64 - n, "%s%s", n > 0 ? " and " : "", rows[i].name);
    return room;
}

const char *say_limit(unsigned limit, const char *unit, char room[64])
{
    if (limit == 0)
        return "no limit";
    snprintf(room, 64, "%u%s%s", limit, *unit ? " " : "", unit);
    return room;
}

const char *say_group_type(enum group_type t)
{
    static const char *const words[] = {[GROUP_LOCAL] = "local",
                                        [GROUP_RADIUS] = "RADIUS",
                                        [GROUP_LDAP] = "LDAP",
                                        [GROUP_HTTP] = "HTTP"};
    return words[t];
}

void say_server(const char *label, const char *host, const struct mail_server *s)
{
    static const char *const addresses[] = {
        [CLIENT_ADDRESS_NONE] = "",
        [CLIENT_ADDRESS_ID] = "; gets the client's address by ID",
        [CLIENT_ADDRESS_XCLIENT] = "; gets the client's address by XCLIENT",
        [CLIENT_ADDRESS_PROXY_V2] = "; gets the client's address by PROXY v2",
    };
    const char *checked = "";

    if (s->tls != SERVER_TLS_NONE)
        checked = !s->verify ? ", certificate not checked"
                  : *s->ca   ? ", certificate checked against "
                             : ", certificate checked against the system's CAs";
    say(label, "%s, port %u, %s%s%s%s%s", host, s->port, say_tls_mode(s), checked,
        s->tls != SERVER_TLS_NONE && s->verify ? s->ca : "", addresses[s->client_address],
        s->allow_unauthenticate ? "; may offer UNAUTHENTICATE" : "");
}

const char *say_authorized(const struct protocol_policy *p, char room[64])
{
    const char *first = dn_field_name(p->dn_primary), *second = dn_field_name(p->dn_secondary);

    switch (decide_authorized(p)) {
    case AUTHORIZE_VPN_NAME:
        return "the VPN name";
    case AUTHORIZE_MAIL_NAME:
        return "the mail name";
    case AUTHORIZE_CERTIFICATE:
        break;
    }
    if (p->dn_entire)
        return "the certificate's whole DN";
    if (p->dn_secondary == DN_NONE)
        snprintf(room, 64, "the certificate's %s", first);
    else
        snprintf(room, 64,
                 p->dn_fallback ? "the certificate's %s, else its %s"
                                : "the certificate's %s, and then its %s",
                 first, second);
    return room;
}

void say_group_policy(const struct protocol_policy *p)
{
    const struct group_policy *g = p->default_group_policy;
    const char *sources[3];
    char words[3 * LIMIT_POLICY_NAME + 64] = "";
    size_t n = 0;

    if (p->methods & METHOD_AAA && p->authentication)
        sources[n++] = p->authentication->name;
    if (p->authorization && (p->authorization != p->authentication || n == 0))
        sources[n++] = p->authorization->name;
    if (p->methods & METHOD_PIGGYBACK)
        sources[n++] = "the VPN session";
    for (size_t i = 0; i < n; i++) {
        strcat(words, i == 0 ? "the one that " : " names, else the one that ");
        strcat(words, sources[i]);
    }
    if (n == 0)
        say("group policy", "%s", g ? g->name : "none: no session is established");
    else
        say("group policy", "%s names%s%s", words,
            g ? ", else " : "; without one there is no session", g ? g->name : "");
}
