/* SPDX-License-Identifier: ISC */
/* ctl_explain - mailwicketctl explain: shows how a login name is read, and which servers would be
 * asked about it. */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "ctl_say.h"
#include "decide.h"
#include "limits.h"

/* Stands for the password, which explain does not ask for. Every rule accepts it. */
static const struct span any_password = SPAN("password");

static int explain_refusal(const struct protocol_policy *p, const struct decision *d,
                           enum decision_outcome outcome, enum name_fault fault)
{
    if (outcome == DECIDED_BAD_NAME)
        say("refused", "%s", name_fault_text(fault));
    else if (outcome == DECIDED_UNPROVEN)
        say("refused",
            "the VPN name differs from the mail name, and %s has no method that verifies it: "
            "aaa, piggyback or certificate",
            protocol_name(p->protocol));
    else if (d->name.has_server)
        say("refused", "server %.*s matches no <default-server> or <allow-server> of %s",
            SPAN_FMT(d->name.server), protocol_name(p->protocol));
    else
        say("refused", "the login names no server, and %s has no <default-server>",
            protocol_name(p->protocol));
    return CTL_NO;
}

static void explain_names(const struct protocol_policy *p, const struct decision *d)
{
    if (!decide_named_by_certificate(p))
        say("VPN name", "%.*s%s", SPAN_FMT(d->name.vpn), d->name.has_vpn ? "" : " (the mail name)");
    else if (d->name.has_vpn)
        say("VPN name", "%.*s; refused if the certificate names another user",
            SPAN_FMT(d->name.vpn));
    else
        say("VPN name", "the certificate's");
    if (d->name.mail.n > 0)
        say("mail name", "%.*s", SPAN_FMT(d->name.mail));
}

static void explain_server(const struct protocol_policy *p, const struct decision *d)
{
    char host[LIMIT_HOST + 1];

    span_copy(host, sizeof host, d->host);
    say_server("server", host, d->server);
    if (!d->server_by_default)
        say("", "named in the login; allowed by <%s host=\"%s\">, line %d",
            d->server == &p->default_server ? "default-server" : "allow-server", d->server->host,
            d->server->line);
    else if (d->name.has_server)
        say("",
            "the default server, line %d: \"%.*s\" is not an allowed server, so it is part of "
            "the mail name",
            d->server->line, SPAN_FMT(d->name.server));
    else
        say("", "the default server, line %d: the login names none", d->server->line);
}

static void explain_methods(const struct protocol_policy *p, const struct decision *d)
{
    struct span vpn = d->name.vpn, mail = d->name.mail;

    if (p->methods & METHOD_CERTIFICATE)
        say("certificate", "the mail program must present one that the client CA signed%s",
            decide_by_certificate(p) ? "; no login is needed then"
            : decide_must_match(p)   ? " and that names the VPN user"
                                     : "");
    if (p->methods & METHOD_AAA && p->authentication)
        say("aaa", "%s (%s) is asked for %.*s and the VPN password", p->authentication->name,
            say_group_type(p->authentication->type), SPAN_FMT(vpn));
    else if (p->methods & METHOD_AAA)
        say("aaa", "refused: the policy names no server group to ask");
    if (p->methods & METHOD_PIGGYBACK)
        say("piggyback", "%.*s must have a VPN session from the same address", SPAN_FMT(vpn));
    if (p->methods & METHOD_MAILHOST)
        say("mailhost", "the server is asked for %.*s and the mail password", SPAN_FMT(mail));
}

/* R3.4, R4.3 */
static void explain_authorization(const struct protocol_policy *p, const struct decision *d)
{
    const struct server_group *g = p->authorization;
    enum authorized_as as = decide_authorized(p);
    char room[64];

    if (!g)
        return;
    if (as == AUTHORIZE_CERTIFICATE)
        say("authorization", "%s (%s) is asked for %s", g->name, say_group_type(g->type),
            say_authorized(p, room));
    else
        say("authorization", "%s (%s) is asked for %.*s, %s", g->name, say_group_type(g->type),
            SPAN_FMT(as == AUTHORIZE_VPN_NAME ? d->name.vpn : d->name.mail),
            say_authorized(p, room));
    say("", "%s",
        p->authorization_required ? "a user unknown there is refused"
                                  : "a user unknown there is let in without its attributes");
}

static void explain_password(const struct protocol_policy *p)
{
    if (!decide_needs_password(p))
        say("password", "not needed; any password is accepted, and none is used");
    else if (!(p->methods & METHOD_AAA))
        say("password", "the mail password; it is not split");
    else if (!decide_authenticates(p))
        say("password", "the VPN password, without \"%c\"", p->name_delimiter);
    else
        say("password", "VPNPASSWORD%cMAILPASSWORD, or one password for both; no other \"%c\"",
            p->name_delimiter, p->name_delimiter);
}

/* login is NULL if none is given, as with SMTPS when the certificate is enough. */
static int explain_login(const struct protocol_policy *p, const char *login)
{
    static const struct span owner = SPAN("owner"); /* stands for the certificate's name */
    enum name_fault fault;
    struct decision d;
    enum decision_outcome outcome = login
                                        ? decide_login(p, span_str(login), any_password, &d, &fault)
                                        : decide_certified(p, owner, &d, &fault);

    if (!login)
        d.name = (struct login_name){0};
    if (outcome != DECIDED_BAD_NAME)
        explain_names(p, &d);
    if (outcome != DECIDED)
        return explain_refusal(p, &d, outcome, fault);
    explain_server(p, &d);
    explain_methods(p, &d);
    explain_authorization(p, &d);
    explain_password(p);
    say_group_policy(p);
    return p->methods & METHOD_AAA && !p->authentication ? CTL_NO : CTL_GOOD;
}

int ctl_explain(struct ctl *c, int argc, char **argv)
{
    enum protocol which;

    if (argc < 2 || argc > 3)
        return CTL_USAGE;
    if (!protocol_parse(span_str(argv[1]), &which)) {
        fprintf(stderr, PROGRAM_CONTROL ": invalid protocol %s: expected pop3s, imap4s or smtps\n",
                argv[1]);
        return CTL_USAGE;
    }
    if (argc == 2 && which != PROTOCOL_SMTPS)
        return CTL_USAGE;
    const struct policy *policy = ctl_policy(c);
    if (!policy)
        return CTL_NO;
    const struct protocol_policy *p = &policy->protocols[which];
    if (!p->present) {
        fprintf(stderr, PROGRAM_CONTROL ": %s has no %s\n", c->policy_file, argv[1]);
        return CTL_NO;
    }
    if (argc == 2 && !decide_by_certificate(p)) {
        fprintf(stderr, PROGRAM_CONTROL ": missing login: expected explain %s LOGIN\n", argv[1]);
        return CTL_USAGE;
    }
    return explain_login(p, argc == 3 ? argv[2] : NULL);
}
