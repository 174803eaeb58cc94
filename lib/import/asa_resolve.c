/* SPDX-License-Identifier: ISC */
/* asa_resolve - PURE: after reading, finds what the protocols and users refer to. */
#include "asa_internal.h"

#include "identifier.h"
#include "policy.h"

/* Whether two sockets, one on each interface, couldn't both have the same port. */
static bool sockets_collide(const struct asa_interface *x, const struct asa_interface *y)
{
    return x->address.n > 0 && y->address.n > 0 ? span_eq(x->address, y->address)
                                                : span_eq(x->device, y->device);
}

/* The protocol that already has this port on the interface, or NULL. */
static const struct asa_mail *port_holder(const struct asa *a, const struct asa_mail *m,
                                          const struct asa_interface *i)
{
    for (size_t p = 0; p < PROTOCOLS; p++)
        for (const struct asa_enable *e = a->mails[p].enables.first; e; e = e->next)
            if (a->mails[p].port == m->port && e->to && sockets_collide(e->to, i))
                return &a->mails[p];
    return NULL;
}

static void resolve_enable(struct asa *a, const struct asa_mail *m, struct asa_enable *e)
{
    struct span shown = asa_shown(e->interface.name);
    struct asa_interface *i = a->interfaces.first;
    const struct asa_mail *taken;

    if (e->interface.line == 0)
        return;
    while (i && !(i->kept && span_eq(i->name, e->interface.name)))
        i = i->next;
    taken = i ? port_holder(a, m, i) : NULL;
    if (!i)
        asa_drop(a, ASA_NOTE_LEFT, e->interface.line, 1,
                 "enable: interface %.*s is missing or not carried over", SPAN_FMT(shown));
    else if (i->management_only || identifier_is_vlan(i->device))
        asa_drop(a, ASA_NOTE_LEFT, e->interface.line, 1,
                 "enable: %.*s is %s: expected an interface that is neither management-only nor a "
                 "VLAN",
                 SPAN_FMT(shown), i->management_only ? "management-only" : "a VLAN");
    else if (taken)
        asa_drop(a, ASA_NOTE_LEFT, e->interface.line, 1,
                 "enable: port %u of %.*s is already used by %s: expected another port", m->port,
                 SPAN_FMT(shown), protocol_name(taken->protocol));
    else
        e->to = i;
}

static void resolve_enables(struct asa *a, struct asa_mail *m)
{
    if (m->closed)
        asa_note(a, ASA_NOTE_TODO, m->line,
                 "%s: enabled on no interface, because %s; decide, and write <enable>",
                 protocol_name(m->protocol), m->closed);
    for (struct asa_enable *e = m->enables.first; e; e = e->next)
        if (!m->closed)
            resolve_enable(a, m, e);
        else if (e->interface.line > 0)
            asa_drop(a, ASA_NOTE_LEFT, e->interface.line, 1, "enable: %s", m->closed);
}

static void resolve_separators(struct asa *a, struct asa_mail *m)
{
    if (m->name_separator != m->server_separator)
        return;
    asa_note(a, ASA_NOTE_CHANGED, m->line,
             "%s: name-separator and server-separator are the same; the policy has \":\" and \"@\"",
             protocol_name(m->protocol));
    m->name_separator = ':';
    m->server_separator = '@';
}

static void resolve_methods(struct asa *a, struct asa_mail *m)
{
    if (m->methods == 0)
        m->methods = m->protocol == PROTOCOL_SMTPS ? METHOD_AAA : METHOD_MAILHOST;
    if (m->methods & METHOD_CERTIFICATE && !a->client_ca) {
        a->client_ca = true;
        asa_note(a, ASA_NOTE_TODO, m->methods_line,
                 "authentication: put the CA that signs client certificates into " ASA_CLIENT_CA);
    }
    if (m->methods & METHOD_PIGGYBACK)
        asa_note(a, ASA_NOTE_TODO, m->methods_line,
                 "authentication: for piggyback the VPN gateway has to report its sessions; see "
                 "mailwicketctl(8)");
}

static void resolve_groups_of(struct asa *a, struct asa_mail *m)
{
    m->authentication_group = asa_resolve_group(a, &m->authentication);
    m->authorization_group = asa_resolve_group(a, &m->authorization);
    m->accounting_group = asa_resolve_group(a, &m->accounting);
    if (m->required && !m->authorization_group && !m->closed)
        m->closed = "authorization is required, and its server group is not carried over";
    if (m->accounting_group && m->accounting_group->type != ASA_RADIUS) {
        asa_drop(a, ASA_NOTE_LEFT, m->accounting.line, 1,
                 "accounting-server-group: expected a group of type radius");
        m->accounting_group = NULL;
    }
}

/* A policy needs a server. If there is none, it gets a name that never exists (RFC 2606). */
static void resolve_server(struct asa *a, struct asa_mail *m)
{
    struct span host = asa_address(a, m->server.name);
    const char *name = protocol_name(m->protocol);

    m->server_host = SPAN("mail.invalid");
    if (m->server.line == 0)
        asa_note(a, ASA_NOTE_TODO, m->line,
                 "%s: it has no server; write the mail server in place of mail.invalid", name);
    else if (!asa_is_host(host))
        asa_drop(a, ASA_NOTE_LEFT, m->server.line, 1,
                 "server: expected a host name or an address; write it in place of mail.invalid");
    else
        m->server_host = host;
    if (m->server_port == 0)
        m->server_port = protocol_server_port(m->protocol, false);
    asa_note(a, ASA_NOTE_TODO, m->line,
             "%s: logins can name only the servers in <servers>; write <allow-server> for each "
             "that users name",
             name);
}

static void resolve_default_group_policy(struct asa *a, struct asa_mail *m)
{
    if (m->group_policy.line == 0)
        return;
    m->default_group_policy = asa_find_group_policy(a, m->group_policy.name);
    if (!m->default_group_policy)
        asa_drop(a, ASA_NOTE_LEFT, m->group_policy.line, 1,
                 "default-group-policy: group policy %.*s is missing or not carried over; without "
                 "one, a user whom the AAA server gives none gets no session",
                 SPAN_FMT(asa_shown(m->group_policy.name)));
}

void asa_resolve_mails(struct asa *a)
{
    bool any = false;

    for (size_t i = 0; i < PROTOCOLS; i++) {
        struct asa_mail *m = &a->mails[i];
        if (m->line == 0)
            continue;
        any = true;
        resolve_separators(a, m);
        resolve_methods(a, m);
        resolve_groups_of(a, m);
        resolve_enables(a, m);
        resolve_server(a, m);
        resolve_default_group_policy(a, m);
    }
    if (any)
        asa_note(a, ASA_NOTE_TODO, 0,
                 "put the certificate with its chain into " ASA_CERTIFICATE
                 " and its key into " ASA_KEY
                 " (on the appliance: crypto ca export TRUSTPOINT pkcs12)");
}

void asa_resolve_rest(struct asa *a)
{
    for (struct asa_group *g = a->groups.first; g; g = g->next)
        if (!g->resolved && g->type != ASA_OTHER)
            asa_drop_group(a, g, ASA_NOTE_OTHER, "no protocol of the e-mail proxy uses it");
    for (const struct asa_map *m = a->maps.first; m; m = m->next)
        if (!m->resolved)
            asa_drop(a, ASA_NOTE_OTHER, m->line, m->lines,
                     "ldap attribute-map %.*s: no server of the e-mail proxy uses it",
                     SPAN_FMT(asa_shown(m->name)));
}
