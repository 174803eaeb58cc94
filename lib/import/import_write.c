/* SPDX-License-Identifier: ISC */
/* import_write - see import_write.h. */
#include "import_write.h"

#include <errno.h>
#include <libxml/xmlwriter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "policy.h"

#define RETRIES_MAX 10

struct writing {
    xmlTextWriterPtr xml;
    bool failed;
};

static void open_element(struct writing *w, const char *name)
{
    w->failed = xmlTextWriterStartElement(w->xml, BAD_CAST name) < 0 || w->failed;
}

static void close_element(struct writing *w)
{
    w->failed = xmlTextWriterEndElement(w->xml) < 0 || w->failed;
}

static void write_span(struct writing *w, const char *name, struct span value)
{
    w->failed =
        xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST name, "%.*s", SPAN_FMT(value)) < 0 ||
        w->failed;
}

static void write_text(struct writing *w, const char *name, const char *value)
{
    write_span(w, name, span_str(value));
}

static void write_number(struct writing *w, const char *name, unsigned value)
{
    w->failed =
        xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST name, "%u", value) < 0 || w->failed;
}

/* none: there is no limit. */
static void write_limit(struct writing *w, const char *name, unsigned value, bool none)
{
    if (none)
        write_text(w, name, "none");
    else
        write_number(w, name, value);
}

/* An element with one attribute, unless the value is empty. */
static void write_element(struct writing *w, const char *element, const char *name,
                          struct span value)
{
    if (value.n == 0)
        return;
    open_element(w, element);
    write_span(w, name, value);
    close_element(w);
}

static void write_tls(struct writing *w, const struct asa *a)
{
    open_element(w, "tls");
    if (a->client_ca)
        write_text(w, "client-ca", ASA_CLIENT_CA);
    open_element(w, "certificate");
    write_text(w, "chain", ASA_CERTIFICATE);
    write_text(w, "key", ASA_KEY);
    close_element(w);
    close_element(w);
}

static void write_interfaces(struct writing *w, const struct asa *a)
{
    bool any = false;

    for (const struct asa_interface *i = a->interfaces.first; i; i = i->next) {
        if (!i->kept)
            continue;
        if (!any)
            open_element(w, "interfaces");
        any = true;
        open_element(w, "interface");
        write_span(w, "name", i->name);
        write_span(w, "device", i->device);
        write_span(w, "address", i->address);
        if (i->management_only)
            write_text(w, "management-only", "true");
        close_element(w);
    }
    if (any)
        close_element(w);
}

/* The appliance retries until its timeout; the policy has a number of retries. */
static void write_radius(struct writing *w, const struct asa_group *g, const struct asa_server *s)
{
    unsigned each = s->interval < s->timeout ? s->interval : s->timeout;
    unsigned more = (s->timeout + each - 1) / each - 1;

    write_span(w, "host", s->host);
    write_number(w, "port", s->port);
    write_number(w, "accounting-port", s->accounting_port);
    write_span(w, "secret", s->secret_file);
    write_number(w, "timeout", each);
    write_number(w, "retries", more < RETRIES_MAX ? more : RETRIES_MAX);
    if (g->signed_answers || s->signed_answers)
        write_text(w, "require-message-authenticator", "true");
}

static void write_ldap(struct writing *w, const struct asa_server *s)
{
    bool six = span_find(s->host, ':') != SPAN_NOT_FOUND;
    char url[LIMIT_HOST + 32];

    snprintf(url, sizeof url, "%s://%s%.*s%s", s->over_ssl ? "ldaps" : "ldap", six ? "[" : "",
             SPAN_FMT(s->host), six ? "]" : "");
    if (s->port > 0)
        snprintf(url + strlen(url), sizeof url - strlen(url), ":%u", s->port);
    write_text(w, "url", url);
    if (s->login_dn.n > 0) {
        write_span(w, "bind-dn", s->login_dn);
        write_span(w, "bind-password", s->secret_file);
    }
    write_span(w, "base", s->base);
    write_text(w, "scope", s->one_level ? "one" : "subtree");
    if (s->naming.n > 0)
        w->failed = xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST "filter", "(%.*s=%%u)",
                                                      SPAN_FMT(s->naming)) < 0 ||
                    w->failed;
    write_number(w, "timeout", s->timeout);
}

static void write_map(struct writing *w, const struct asa_map *m)
{
    open_element(w, "group-policy-attribute");
    write_span(w, "name", m->names.first->attribute);
    for (const struct asa_map_value *v = m->values.first; v; v = v->next) {
        open_element(w, "map");
        write_span(w, "value", v->value);
        write_span(w, "group-policy", v->policy->new_name);
        close_element(w);
    }
    close_element(w);
}

static void write_group(struct writing *w, const struct asa_group *g)
{
    static const char *const types[] = {
        [ASA_RADIUS] = "radius", [ASA_LDAP] = "ldap", [ASA_LOCAL] = "local"};

    open_element(w, "server-group");
    write_span(w, "name", g->name);
    write_text(w, "type", types[g->type]);
    if (g->type == ASA_LOCAL)
        write_text(w, "users", ASA_USERS);
    else
        write_number(w, "dead-time", g->dead_time);
    for (const struct asa_server *s = g->servers.first; s; s = s->next) {
        if (!s->kept)
            continue;
        open_element(w, "server");
        if (g->type == ASA_RADIUS)
            write_radius(w, g, s);
        else
            write_ldap(w, s);
        close_element(w);
    }
    if (g->map)
        write_map(w, g->map);
    close_element(w);
}

static void write_groups(struct writing *w, const struct asa *a)
{
    bool any = false;

    for (const struct asa_group *g = a->groups.first; g; g = g->next) {
        if (!g->kept)
            continue;
        if (!any)
            open_element(w, "aaa");
        any = true;
        write_group(w, g);
    }
    if (any)
        close_element(w);
}

static void write_ranges(struct writing *w, const struct asa *a)
{
    bool any = false;

    for (const struct asa_time_range *r = a->ranges.first; r; r = r->next) {
        if (!r->kept)
            continue;
        if (!any)
            open_element(w, "time-ranges");
        any = true;
        open_element(w, "time-range");
        write_span(w, "name", r->name);
        write_span(w, "hours", r->hours);
        close_element(w);
    }
    if (any)
        close_element(w);
}

static void write_group_policies(struct writing *w, const struct asa *a)
{
    open_element(w, "group-policies");
    for (const struct asa_group_policy *g = a->group_policies.first; g; g = g->next) {
        if (!g->kept)
            continue;
        open_element(w, "group-policy");
        write_span(w, "name", g->new_name);
        write_number(w, "simultaneous-logins", g->logins.value);
        write_limit(w, "idle-timeout", g->idle.value, g->idle.none);
        write_limit(w, "session-timeout", g->session.value, g->session.none);
        if (g->access_hours.n > 0)
            write_span(w, "access-hours", g->access_hours);
        close_element(w);
    }
    close_element(w);
}

static void write_methods(struct writing *w, unsigned methods)
{
    static const struct {
        enum method method;
        const char *name;
    } rows[] = {{METHOD_AAA, "aaa"},
                {METHOD_CERTIFICATE, "certificate"},
                {METHOD_PIGGYBACK, "piggyback"},
                {METHOD_MAILHOST, "mailhost"}};
    char text[64] = "";

    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (methods & rows[i].method) {
            strcat(text, *text ? " " : "");
            strcat(text, rows[i].name);
        }
    write_element(w, "authentication", "methods", span_str(text));
}

static void write_authorization(struct writing *w, const struct asa_mail *m)
{
    if (m->authorization_group) {
        open_element(w, "authorization-server-group");
        write_span(w, "name", m->authorization_group->name);
        write_text(w, "required", m->required ? "true" : "false");
        close_element(w);
    }
    if (m->dn_line == 0)
        return;
    open_element(w, "authorization-dn");
    if (m->dn_entire) {
        write_text(w, "use-entire-name", "true");
    } else {
        write_span(w, "primary", m->dn_primary);
        write_span(w, "secondary", m->dn_secondary);
    }
    close_element(w);
}

static void write_accounting(struct writing *w, const struct asa_mail *m)
{
    if (!m->accounting_group)
        return;
    open_element(w, "accounting-server-group");
    write_span(w, "name", m->accounting_group->name);
    write_limit(w, "interim", m->accounting_group->interim, m->accounting_group->interim == 0);
    close_element(w);
}

static void write_server(struct writing *w, const struct asa_mail *m)
{
    open_element(w, "servers");
    open_element(w, "default-server");
    write_span(w, "host", m->server_host);
    write_number(w, "port", m->server_port);
    write_text(w, "tls", "none");
    close_element(w);
    close_element(w);
}

static void write_mail(struct writing *w, const struct asa_mail *m)
{
    open_element(w, protocol_name(m->protocol));
    write_number(w, "port", m->port);
    write_limit(w, "outstanding", m->outstanding, m->outstanding == 0);
    for (const struct asa_enable *e = m->enables.first; e; e = e->next)
        if (e->to)
            write_element(w, "enable", "interface", e->to->name);
    write_methods(w, m->methods);
    if (m->authentication_group)
        write_element(w, "authentication-server-group", "name", m->authentication_group->name);
    write_authorization(w, m);
    write_accounting(w, m);
    if (m->default_group_policy)
        write_element(w, "default-group-policy", "name", m->default_group_policy->new_name);
    open_element(w, "delimiters");
    write_span(w, "name", span_of(&m->name_separator, 1));
    write_span(w, "server", span_of(&m->server_separator, 1));
    close_element(w);
    write_server(w, m);
    close_element(w);
}

static void write_policy(struct writing *w, const struct asa *a)
{
    w->failed =
        xmlTextWriterSetIndent(w->xml, 1) < 0 ||
        xmlTextWriterSetIndentString(w->xml, BAD_CAST "  ") < 0 ||
        xmlTextWriterStartDocument(w->xml, NULL, "UTF-8", NULL) < 0 ||
        xmlTextWriterWriteComment(w->xml, BAD_CAST " From an appliance's running configuration; "
                                                   "mailwicketctl check says what it means. ") < 0;
    open_element(w, "email-proxy");
    write_text(w, "xmlns", DOCUMENT_NAMESPACE);
    write_tls(w, a);
    write_interfaces(w, a);
    write_groups(w, a);
    write_ranges(w, a);
    write_group_policies(w, a);
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (a->mails[i].line > 0)
            write_mail(w, &a->mails[i]);
    close_element(w);
    w->failed = xmlTextWriterEndDocument(w->xml) < 0 || w->failed;
}

char *import_write(const struct asa *a, size_t *n)
{
    xmlBufferPtr buffer = xmlBufferCreate();
    struct writing w = {.xml = buffer ? xmlNewTextWriterMemory(buffer, 0) : NULL};
    char *text = NULL;

    if (w.xml)
        write_policy(&w, a);
    xmlFreeTextWriter(w.xml); /* flushes into the buffer */
    errno = ENOMEM;
    if (w.xml && !w.failed && xmlBufferLength(buffer) > LIMIT_POLICY_FILE)
        errno = EFBIG;
    else if (w.xml && !w.failed && (text = malloc((size_t)xmlBufferLength(buffer)))) {
        *n = (size_t)xmlBufferLength(buffer);
        memcpy(text, xmlBufferContent(buffer), *n);
    }
    xmlBufferFree(buffer);
    return text;
}
