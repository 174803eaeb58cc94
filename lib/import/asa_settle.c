/* SPDX-License-Identifier: ISC */
/* asa_settle - PURE: what the protocols and users name, when all is read. */
#include "asa_internal.h"

#include "identifier.h"
#include "policy.h"

/* Whether a socket for the one would be a socket for the other: as the policy's rules have it. */
static bool overlap(const struct asa_interface *x, const struct asa_interface *y)
{
    return x->address.n > 0 && y->address.n > 0 ? span_eq(x->address, y->address)
                                                : span_eq(x->device, y->device);
}

/* The protocol that has this port there already, or NULL. */
static const struct asa_mail *holder(const struct asa *a, const struct asa_mail *m,
                                     const struct asa_interface *i)
{
    for (size_t p = 0; p < PROTOCOLS; p++)
        for (const struct asa_enable *e = a->mails[p].enables.first; e; e = e->next)
            if (a->mails[p].port == m->port && e->to && overlap(e->to, i))
                return &a->mails[p];
    return NULL;
}

static void settle_enable(struct asa *a, const struct asa_mail *m, struct asa_enable *e)
{
    struct span shown = asa_shown(e->interface.name);
    struct asa_interface *i = a->interfaces.first;
    const struct asa_mail *taken;

    if (e->interface.line == 0)
        return;
    while (i && !(i->kept && span_eq(i->name, e->interface.name)))
        i = i->next;
    taken = i ? holder(a, m, i) : NULL;
    if (!i)
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
                 "enable: no interface %.*s is carried over; right is one that there is",
                 SPAN_FMT(shown));
    else if (i->management_only || identifier_is_vlan(i->device))
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
                 "enable: %.*s is %s; right is an interface that is neither management-only nor a "
                 "VLAN",
                 SPAN_FMT(shown), i->management_only ? "management-only" : "a VLAN");
    else if (taken)
        asa_note(a, ASA_NOTE_LEFT, e->interface.line,
                 "enable: port %u of %.*s is taken by %s; right is a port of its own", m->port,
                 SPAN_FMT(shown), protocol_name(taken->protocol));
    else
        e->to = i;
}

static void settle_enables(struct asa *a, struct asa_mail *m)
{
    if (m->closed)
        asa_note(a, ASA_NOTE_TODO, m->line,
                 "%s: enabled on no interface, because %s; decide, and write <enable>",
                 protocol_name(m->protocol), m->closed);
    for (struct asa_enable *e = m->closed ? NULL : m->enables.first; e; e = e->next)
        settle_enable(a, m, e);
}

static void settle_separators(struct asa *a, struct asa_mail *m)
{
    if (m->name_separator != m->server_separator)
        return;
    asa_note(a, ASA_NOTE_CHANGED, m->line,
             "%s: name-separator and server-separator are the same; they are \":\" and \"@\" now",
             protocol_name(m->protocol));
    m->name_separator = ':';
    m->server_separator = '@';
}

static void settle_methods(struct asa *a, struct asa_mail *m)
{
    if (m->methods == 0)
        m->methods = m->protocol == PROTOCOL_SMTPS ? METHOD_AAA : METHOD_MAILHOST;
    if (m->methods & METHOD_CERTIFICATE && !a->client_ca) {
        a->client_ca = true;
        asa_note(a, ASA_NOTE_TODO, m->methods_line,
                 "authentication: the CA that signs client certificates goes into " ASA_CLIENT_CA);
    }
    if (m->methods & METHOD_PIGGYBACK)
        asa_note(a, ASA_NOTE_TODO, m->methods_line,
                 "authentication: for piggyback the VPN gateway has to tell of its sessions; see "
                 "mailwicketctl(8)");
}

static void settle_groups_of(struct asa *a, struct asa_mail *m)
{
    m->authentication_group = asa_settle_group(a, &m->authentication);
    m->authorization_group = asa_settle_group(a, &m->authorization);
    m->accounting_group = asa_settle_group(a, &m->accounting);
    if (m->required && !m->authorization_group && !m->closed)
        m->closed = "authorization is required, and its server group is not carried over";
    if (m->accounting_group && m->accounting_group->type != ASA_RADIUS) {
        asa_note(a, ASA_NOTE_LEFT, m->accounting.line,
                 "accounting-server-group: right is a group of type radius");
        m->accounting_group = NULL;
    }
}

/* A name of the domain that never is (RFC 2606) stands in for a server: the policy needs one. */
static void settle_server(struct asa *a, struct asa_mail *m)
{
    struct span host = asa_address(a, m->server.name);
    const char *name = protocol_name(m->protocol);

    m->server_host = SPAN("mail.invalid");
    if (m->server.line == 0)
        asa_note(a, ASA_NOTE_TODO, m->line,
                 "%s: it has no server; write the mail server in the place of mail.invalid", name);
    else if (!asa_is_host(host))
        asa_note(a, ASA_NOTE_TODO, m->server.line,
                 "server: right is a host name or an address; write it in the place of "
                 "mail.invalid");
    else
        m->server_host = host;
    if (m->server_port == 0)
        m->server_port = protocol_server_port(m->protocol, false);
    asa_note(a, ASA_NOTE_CHANGED, m->line,
             "%s: a login can name no other server than those of <servers>; write <allow-server> "
             "for each that users name",
             name);
}

static void settle_default_group_policy(struct asa *a, struct asa_mail *m)
{
    if (m->group_policy.line == 0)
        return;
    m->default_group_policy = asa_find_group_policy(a, m->group_policy.name);
    if (!m->default_group_policy)
        asa_note(a, ASA_NOTE_LEFT, m->group_policy.line,
                 "default-group-policy: no group policy %.*s is carried over; without one, who has "
                 "none from the AAA server gets no session",
                 SPAN_FMT(asa_shown(m->group_policy.name)));
}

void asa_settle_mails(struct asa *a)
{
    bool any = false;

    for (size_t i = 0; i < PROTOCOLS; i++) {
        struct asa_mail *m = &a->mails[i];
        if (m->line == 0)
            continue;
        any = true;
        settle_separators(a, m);
        settle_methods(a, m);
        settle_groups_of(a, m);
        settle_enables(a, m);
        settle_server(a, m);
        settle_default_group_policy(a, m);
    }
    if (any)
        asa_note(a, ASA_NOTE_TODO, 0,
                 "the certificate with its chain goes into " ASA_CERTIFICATE
                 ", its key into " ASA_KEY
                 " (on the appliance: crypto ca export TRUSTPOINT pkcs12)");
    asa_settle_groups(a);
}

/* The name as an argument of a command, where a shell would take it as it is. */
static struct span as_argument(struct span name)
{
    return identifier_is_name(name) ? name : SPAN("NAME");
}

static void settle_user(struct asa *a, const struct asa_user *u, bool asked)
{
    struct span shown = asa_shown(u->name), policy = SPAN_NONE;

    if (u->group_policy.line > 0 && asa_find_group_policy(a, u->group_policy.name))
        policy = u->group_policy.name;
    else if (u->group_policy.line > 0)
        asa_note(a, ASA_NOTE_LEFT, u->group_policy.line,
                 "vpn-group-policy: no group policy %.*s is carried over",
                 SPAN_FMT(asa_shown(u->group_policy.name)));
    if (!asked)
        asa_note(a, ASA_NOTE_LEFT, u->line, "username %.*s: no protocol asks local users",
                 SPAN_FMT(shown));
    else if (u->limit_line > 0)
        asa_note(
            a, ASA_NOTE_TODO, u->line,
            "username %.*s: its password can't be carried over, nor can what limits it alone "
            "(line %d); write a group policy that does, and give it both: mailwicketctl passwd "
            "--users " ASA_USERS " --group-policy NAME %.*s",
            SPAN_FMT(shown), u->limit_line, SPAN_FMT(as_argument(u->name)));
    else
        asa_note(a, ASA_NOTE_TODO, u->line,
                 "username %.*s: its password can't be carried over; give it one: mailwicketctl "
                 "passwd --users " ASA_USERS "%s%.*s %.*s",
                 SPAN_FMT(shown), policy.n > 0 ? " --group-policy " : "", SPAN_FMT(policy),
                 SPAN_FMT(as_argument(u->name)));
}

void asa_settle_users(struct asa *a)
{
    const struct asa_group *local = a->groups.first;

    while (local && !(local->kept && local->type == ASA_LOCAL))
        local = local->next;
    for (const struct asa_user *u = a->users.first; u; u = u->next)
        settle_user(a, u, local != NULL);
    if (local && !a->users.first)
        asa_note(a, ASA_NOTE_TODO, local->line,
                 "aaa-server %.*s: it has no users; make them with mailwicketctl passwd "
                 "--users " ASA_USERS,
                 SPAN_FMT(local->name));
}
