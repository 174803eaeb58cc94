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
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
                 "enable: interface %.*s is missing or not carried over", SPAN_FMT(shown));
    else if (i->management_only || identifier_is_vlan(i->device))
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
                 "enable: %.*s is %s: expected an interface that is neither management-only nor a "
                 "VLAN",
                 SPAN_FMT(shown), i->management_only ? "management-only" : "a VLAN");
    else if (taken)
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
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
    for (struct asa_enable *e = m->closed ? NULL : m->enables.first; e; e = e->next)
        resolve_enable(a, m, e);
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
        asa_note(a, ASA_NOTE_LEFT, m->accounting.line,
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
        asa_note(a, ASA_NOTE_TODO, m->server.line,
                 "server: expected a host name or an address; write it in place of mail.invalid");
    else
        m->server_host = host;
    if (m->server_port == 0)
        m->server_port = protocol_server_port(m->protocol, false);
    asa_note(a, ASA_NOTE_CHANGED, m->line,
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
        asa_note(a, ASA_NOTE_LEFT, m->group_policy.line,
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
    asa_resolve_groups(a);
}

/* The name as a command's argument, unless a shell would need quotes for it. */
static struct span as_argument(struct span name)
{
    return identifier_is_name(name) ? name : SPAN("NAME");
}

static void resolve_user(struct asa *a, const struct asa_user *u, bool used)
{
    struct span shown = asa_shown(u->name), policy = SPAN_NONE;

    if (u->group_policy.line > 0 && asa_find_group_policy(a, u->group_policy.name))
        policy = u->group_policy.name;
    else if (u->group_policy.line > 0)
        asa_note(a, ASA_NOTE_LEFT, u->group_policy.line,
                 "vpn-group-policy: group policy %.*s is missing or not carried over",
                 SPAN_FMT(asa_shown(u->group_policy.name)));
    if (!used)
        asa_note(a, ASA_NOTE_LEFT, u->line, "username %.*s: no protocol uses the local users",
                 SPAN_FMT(shown));
    else if (u->limit_line > 0)
        asa_note(
            a, ASA_NOTE_TODO, u->line,
            "username %.*s: neither the password nor the user's own limit (line %d) can be carried "
            "over; write a group policy with the limit, then: mailwicketctl passwd "
            "--users " ASA_USERS " --group-policy NAME %.*s",
            SPAN_FMT(shown), u->limit_line, SPAN_FMT(as_argument(u->name)));
    else
        asa_note(a, ASA_NOTE_TODO, u->line,
                 "username %.*s: the password can't be carried over; set one: mailwicketctl "
                 "passwd --users " ASA_USERS "%s%.*s %.*s",
                 SPAN_FMT(shown), policy.n > 0 ? " --group-policy " : "", SPAN_FMT(policy),
                 SPAN_FMT(as_argument(u->name)));
}

void asa_resolve_users(struct asa *a)
{
    const struct asa_group *local = a->groups.first;

    while (local && !(local->kept && local->type == ASA_LOCAL))
        local = local->next;
    for (const struct asa_user *u = a->users.first; u; u = u->next)
        resolve_user(a, u, local != NULL);
    if (local && !a->users.first)
        asa_note(a, ASA_NOTE_TODO, local->line,
                 "aaa-server %.*s: it has no users; add them with mailwicketctl passwd "
                 "--users " ASA_USERS,
                 SPAN_FMT(local->name));
}
