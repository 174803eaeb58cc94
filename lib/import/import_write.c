/* SPDX-License-Identifier: ISC */
/* import_write - writes XML; see import_write.h. */
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

static void put(struct writing *w, const char *name, struct span value)
{
    w->failed =
        xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST name, "%.*s", SPAN_FMT(value)) < 0 ||
        w->failed;
}

static void put_text(struct writing *w, const char *name, const char *value)
{
    put(w, name, span_str(value));
}

static void put_number(struct writing *w, const char *name, unsigned value)
{
    w->failed =
        xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST name, "%u", value) < 0 || w->failed;
}

/* none: what the policy calls no limit. */
static void put_limit(struct writing *w, const char *name, unsigned value, bool none)
{
    if (none)
        put_text(w, name, "none");
    else
        put_number(w, name, value);
}

/* An element with one attribute, where it has a value. */
static void put_one(struct writing *w, const char *element, const char *name, struct span value)
{
    if (value.n == 0)
        return;
    open_element(w, element);
    put(w, name, value);
    close_element(w);
}

static void write_tls(struct writing *w, const struct asa *a)
{
    open_element(w, "tls");
    if (a->client_ca)
        put_text(w, "client-ca", ASA_CLIENT_CA);
    open_element(w, "certificate");
    put_text(w, "chain", ASA_CERTIFICATE);
    put_text(w, "key", ASA_KEY);
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
        put(w, "name", i->name);
        put(w, "device", i->device);
        put(w, "address", i->address);
        if (i->management_only)
            put_text(w, "management-only", "true");
        close_element(w);
    }
    if (any)
        close_element(w);
}

/* The appliance tries again and again until a time is over; the policy says how often. */
static void write_radius(struct writing *w, const struct asa_server *s)
{
    unsigned each = s->interval < s->timeout ? s->interval : s->timeout;
    unsigned more = (s->timeout + each - 1) / each - 1;

    put(w, "host", s->host);
    put_number(w, "port", s->port);
    put_number(w, "accounting-port", s->accounting_port);
    put(w, "secret", s->secret_file);
    put_number(w, "timeout", each);
    put_number(w, "retries", more < RETRIES_MAX ? more : RETRIES_MAX);
}

static void write_ldap(struct writing *w, const struct asa_server *s)
{
    bool six = span_find(s->host, ':') != SPAN_NOT_FOUND;
    char url[LIMIT_HOST + 32];

    snprintf(url, sizeof url, "%s://%s%.*s%s", s->over_ssl ? "ldaps" : "ldap", six ? "[" : "",
             SPAN_FMT(s->host), six ? "]" : "");
    if (s->port > 0)
        snprintf(url + strlen(url), sizeof url - strlen(url), ":%u", s->port);
    put_text(w, "url", url);
    if (s->login_dn.n > 0) {
        put(w, "bind-dn", s->login_dn);
        put(w, "bind-password", s->secret_file);
    }
    put(w, "base", s->base);
    put_text(w, "scope", s->one_level ? "one" : "subtree");
    if (s->naming.n > 0)
        w->failed = xmlTextWriterWriteFormatAttribute(w->xml, BAD_CAST "filter", "(%.*s=%%u)",
                                                      SPAN_FMT(s->naming)) < 0 ||
                    w->failed;
    put_number(w, "timeout", s->timeout);
}

static void write_map(struct writing *w, const struct asa_map *m)
{
    open_element(w, "group-policy-attribute");
    put(w, "name", m->names.first->attribute);
    for (const struct asa_map_value *v = m->values.first; v; v = v->next) {
        if (!v->kept)
            continue;
        open_element(w, "map");
        put(w, "value", v->value);
        put(w, "group-policy", v->group_policy);
        close_element(w);
    }
    close_element(w);
}

static void write_group(struct writing *w, const struct asa_group *g)
{
    static const char *const types[] = {
        [ASA_RADIUS] = "radius", [ASA_LDAP] = "ldap", [ASA_LOCAL] = "local"};

    open_element(w, "server-group");
    put(w, "name", g->name);
    put_text(w, "type", types[g->type]);
    if (g->type == ASA_LOCAL)
        put_text(w, "users", ASA_USERS);
    else
        put_number(w, "dead-time", g->dead_time);
    for (const struct asa_server *s = g->servers.first; s; s = s->next) {
        if (!s->kept)
            continue;
        open_element(w, "server");
        if (g->type == ASA_RADIUS)
            write_radius(w, s);
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

static void write_group_policies(struct writing *w, const struct asa *a)
{
    open_element(w, "group-policies");
    for (const struct asa_group_policy *g = a->group_policies.first; g; g = g->next) {
        if (!g->kept)
            continue;
        open_element(w, "group-policy");
        put(w, "name", g->name);
        put_number(w, "simultaneous-logins", g->logins.value);
        put_limit(w, "idle-timeout", g->idle.value, g->idle.none);
        put_limit(w, "session-timeout", g->session.value, g->session.none);
        if (g->access_hours.n > 0)
            put(w, "access-hours", g->access_hours);
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
    put_one(w, "authentication", "methods", span_str(text));
}

static void write_authorization(struct writing *w, const struct asa_mail *m)
{
    if (m->authorization_group) {
        open_element(w, "authorization-server-group");
        put(w, "name", m->authorization_group->name);
        put_text(w, "required", m->required ? "true" : "false");
        close_element(w);
    }
    if (m->dn_line == 0)
        return;
    open_element(w, "authorization-dn");
    if (m->dn_entire) {
        put_text(w, "use-entire-name", "true");
    } else {
        put(w, "primary", m->dn_primary);
        put(w, "secondary", m->dn_secondary);
    }
    close_element(w);
}

static void write_accounting(struct writing *w, const struct asa_mail *m)
{
    if (!m->accounting_group)
        return;
    open_element(w, "accounting-server-group");
    put(w, "name", m->accounting_group->name);
    put_limit(w, "interim", m->accounting_group->interim, m->accounting_group->interim == 0);
    close_element(w);
}

static void write_server(struct writing *w, const struct asa_mail *m)
{
    open_element(w, "servers");
    open_element(w, "default-server");
    put(w, "host", m->server_host);
    put_number(w, "port", m->server_port);
    put_text(w, "tls", "none");
    close_element(w);
    close_element(w);
}

static void write_mail(struct writing *w, const struct asa_mail *m)
{
    open_element(w, protocol_name(m->protocol));
    put_number(w, "port", m->port);
    put_limit(w, "outstanding", m->outstanding, m->outstanding == 0);
    for (const struct asa_enable *e = m->enables.first; e; e = e->next)
        if (e->to)
            put_one(w, "enable", "interface", e->to->name);
    write_methods(w, m->methods);
    if (m->authentication_group)
        put_one(w, "authentication-server-group", "name", m->authentication_group->name);
    write_authorization(w, m);
    write_accounting(w, m);
    if (m->default_group_policy)
        put_one(w, "default-group-policy", "name", m->default_group_policy->name);
    open_element(w, "delimiters");
    put(w, "name", span_of(&m->name_separator, 1));
    put(w, "server", span_of(&m->server_separator, 1));
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
    put_text(w, "xmlns", DOCUMENT_NAMESPACE);
    write_tls(w, a);
    write_interfaces(w, a);
    write_groups(w, a);
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
    xmlFreeTextWriter(w.xml); /* what it holds back goes into the buffer */
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
