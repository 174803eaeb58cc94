/* SPDX-License-Identifier: ISC */
/* ctl_explain - mailwicketctl explain: how a login name is read and what is asked of whom. */
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "ctl_say.h"
#include "decide.h"
#include "limits.h"

/* Stands for the password, which nobody is asked for: right by every rule. */
static const struct span any_password = SPAN("password");

static int explain_refusal(const struct protocol_policy *p, const struct decision *d,
                           enum decision_outcome outcome, enum name_fault fault)
{
    if (outcome == DECIDED_BAD_NAME)
        say("refused", "%s", name_fault_text(fault));
    else if (d->name.has_server)
        say("refused", "server %.*s: no <default-server> or <allow-server> of %s is it",
            SPAN_FMT(d->name.server), protocol_name(p->protocol));
    else
        say("refused", "no server is named, and %s has no <default-server>",
            protocol_name(p->protocol));
    return CTL_NO;
}

static void explain_names(const struct protocol_policy *p, const struct decision *d)
{
    if (!decide_named_by_certificate(p))
        say("VPN name", "%.*s%s", SPAN_FMT(d->name.vpn), d->name.has_vpn ? "" : " (the mail name)");
    else if (d->name.has_vpn)
        say("VPN name", "%.*s, or refused: the certificate's it must be", SPAN_FMT(d->name.vpn));
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
            "the default server, line %d: \"%.*s\" is not allowed as a server, and so it is "
            "part of the mail name",
            d->server->line, SPAN_FMT(d->name.server));
    else
        say("", "the default server, line %d: none is named in the login", d->server->line);
}

static void explain_methods(const struct protocol_policy *p, const struct decision *d)
{
    struct span vpn = d->name.vpn, mail = d->name.mail;

    if (p->methods & METHOD_CERTIFICATE)
        say("certificate", "the mail program must show one that the client CA signed%s",
            decide_by_certificate(p) ? ", and then need not log in" : "");
    if (p->methods & METHOD_AAA && p->authentication)
        say("aaa", "%s (%s) is asked for %.*s and the VPN password", p->authentication->name,
            say_group_type(p->authentication->type), SPAN_FMT(vpn));
    else if (p->methods & METHOD_AAA)
        say("aaa", "no server group is there to be asked: refused");
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
        p->authorization_required ? "who isn't known there is refused"
                                  : "who isn't known there comes in without its attributes");
}

static void explain_password(const struct protocol_policy *p)
{
    if (!decide_needs_password(p))
        say("password", "none is needed; any is taken, and goes nowhere");
    else if (!(p->methods & METHOD_AAA))
        say("password", "the mail password, whole");
    else if (!decide_authenticates(p))
        say("password", "the VPN password, without \"%c\"", p->name_delimiter);
    else
        say("password", "VPNPASSWORD%cMAILPASSWORD, or one that serves for both; no other \"%c\"",
            p->name_delimiter, p->name_delimiter);
}

/* login NULL: none is given, as with SMTPS where the certificate is enough. */
static int explain(const struct protocol_policy *p, const char *login)
{
    static const struct span owner = SPAN("owner"); /* stands for the certificate's */
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
        fprintf(stderr, "explain %s: a protocol is pop3s, imap4s or smtps\n", argv[1]);
        return CTL_USAGE;
    }
    if (argc == 2 && which != PROTOCOL_SMTPS)
        return CTL_USAGE;
    const struct policy *policy = ctl_policy(c);
    if (!policy)
        return CTL_NO;
    const struct protocol_policy *p = &policy->protocols[which];
    if (!p->present) {
        fprintf(stderr, "%s has no %s\n", c->policy_file, argv[1]);
        return CTL_NO;
    }
    if (argc == 2 && !decide_by_certificate(p)) {
        fprintf(stderr, "%s wants a login; right is one behind it\n", argv[1]);
        return CTL_USAGE;
    }
    return explain(p, argc == 3 ? argv[2] : NULL);
}
