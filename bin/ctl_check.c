/* SPDX-License-Identifier: ISC */
/* ctl_check - mailwicketctl check: validates a policy and prints what it means. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>

#include "ctl.h"
#include "ctl_check.h"
#include "ctl_probe.h"
#include "ctl_say.h"
#include "decide.h"
#include "in_force.h"
#include "machine.h"

static const char *level_name(int level)
{
    static const char *const names[] = {[LOG_ERR] = "error",
                                        [LOG_WARNING] = "warning",
                                        [LOG_NOTICE] = "notice",
                                        [LOG_INFO] = "info",
                                        [LOG_DEBUG] = "debug"};
    return names[level];
}

static void print_machine(const struct policy *p)
{
    puts("\nThe machine");
    say("policy", "%s", p->file);
    say("state", "%s", p->state_directory);
    say("users", "compared %s regard to case",
        p->user_case == USER_CASE_EXACT ? "with" : "without");
    say("log", "%s and more severe", level_name(p->log_level));
    say("TLS", "1.2 and 1.3, %s%s, %s", *p->tls_priority ? "priority " : "AEAD suites",
        p->tls_priority, p->tickets ? "resumption by ticket" : "no resumption");
    for (size_t i = 0; i < p->certificate_count; i++) {
        const struct policy_certificate *c = &p->certificates[i];
        say(i == 0 ? "certificates" : "", "%s with the key %s%s%s", c->chain, c->key,
            *c->ocsp ? ", stapled " : "", c->ocsp);
        print_chain(c);
    }
    if (decide_wants_certificates(p))
        say("client certificates", "of the CAs in %s%s%s", p->client_ca,
            *p->crl ? ", not revoked by " : ", without a check for revocation", p->crl);
}

static void print_interfaces(const struct policy *p)
{
    if (p->interface_count > 0)
        puts("\nInterfaces");
    for (size_t i = 0; i < p->interface_count; i++) {
        const struct policy_interface *one = &p->interfaces[i];
        char list[64] = "";
        for (size_t j = 0; j < PROTOCOLS; j++)
            if (protocol_enabled_on(&p->protocols[j], span_str(one->name))) {
                strcat(list, *list ? ", " : "");
                strcat(list, protocol_name((enum protocol)j));
            }
        say(one->name, "%s, %s: %s%s", one->device, *one->address ? one->address : "any address",
            one->management_only ? "management only, " : "", *list ? list : "nothing enabled");
    }
}

static void print_groups(const struct policy *p)
{
    if (p->group_count > 0)
        puts("\nServer groups");
    for (size_t i = 0; i < p->group_count; i++) {
        const struct server_group *g = &p->groups[i];
        if (g->type == GROUP_LOCAL)
            say(g->name, "local, users in %s", g->users);
        for (size_t j = 0; j < g->server_count; j++)
            say(j == 0 ? g->name : "", "%s %s%s, timeout %u s%s", say_group_type(g->type),
                g->servers[j].host ? g->servers[j].host : g->servers[j].url,
                g->servers[j].tls ? " over TLS" : "", g->servers[j].timeout,
                j == 0 ? "" : ", when those before it are dead");
    }
}

static void print_group_policies(const struct policy *p)
{
    char logins[64], idle[64], session[64], mails[64];

    if (p->group_policy_count > 0)
        puts("\nGroup policies");
    for (size_t i = 0; i < p->group_policy_count; i++) {
        const struct group_policy *g = &p->group_policies[i];
        snprintf(logins, sizeof logins, "%u", g->simultaneous_logins);
        say(g->name, "simultaneous logins: %s; idle: %s; session: %s; mail sessions: %s; %s%s",
            g->simultaneous_logins ? logins : "none", say_limit(g->idle_timeout, "min", idle),
            say_limit(g->session_timeout, "min", session), say_limit(g->mail_sessions, "", mails),
            *g->access_hours ? "hours: " : "at any time", g->access_hours);
    }
}

static void print_limits(const struct protocol_policy *p)
{
    char outstanding[64], sessions[64];

    say("limits", "outstanding: %s; sessions: %s; %u login attempts; %u s for TLS; %u s to log in",
        say_limit(p->outstanding, "", outstanding), say_limit(p->max_sessions, "", sessions),
        p->login_attempts, p->tls_timeout, p->login_timeout);
    say("announced", "%s",
        !p->announce   ? "what the default server offers"
        : *p->announce ? p->announce
                       : "nothing of the mail server's");
}

static void print_authentication(const struct protocol_policy *p)
{
    char methods[64], name[64];

    say("users need", "%s", say_methods(p->methods, methods));
    if (p->methods & METHOD_AAA)
        say("AAA asks", "%s",
            p->authentication ? p->authentication->name : "no server group: every login fails");
    if (p->authorization)
        say("authorization asks", "%s for %s%s", p->authorization->name, say_authorized(p, name),
            p->authorization_required ? ", which must be known there"
                                      : ", which need not be known there");
    if (p->accounting)
        say("accounting", "to %s", p->accounting->name);
    say_group_policy(p);
}

static void print_protocol(const struct protocol_policy *p)
{
    printf("\n%s on port %u\n", protocol_name(p->protocol), p->port);
    for (size_t i = 0; i < p->enabled_count; i++)
        say(i == 0 ? "interfaces" : "", "%s", p->enabled[i]->name);
    if (p->enabled_count == 0)
        say("interfaces", "none");
    print_authentication(p);
    if (decide_authorized(p) == AUTHORIZE_MAIL_NAME)
        say("login name", "MAILUSER[%cSERVER]; no method verifies a VPN name in front of it",
            p->server_delimiter);
    else
        say("login name", "[VPNUSER%c]MAILUSER[%cSERVER]", p->name_delimiter, p->server_delimiter);
    if (*p->default_server.host)
        say_server("default server", p->default_server.host, &p->default_server);
    for (size_t i = 0; i < p->allowed_count; i++)
        say_server(i == 0 ? "allowed servers" : "", p->allowed[i].host, &p->allowed[i]);
    say("any other server", "%s",
        p->unknown_server_mail_user ? "is part of the mail name, at the default server"
                                    : "is refused");
    print_limits(p);
}

/* Finds all that is wrong. */
static void find_all(struct ctl *c, struct ctl_findings *f)
{
    const struct policy *p;

    c->policy = policy_load(c->policy_file, c->schema, ctl_findings_add, f);
    if (!c->policy)
        return;
    p = c->policy;
    f->policy = p;
    if (policy_check_files(p, p->file, ctl_findings_add, f)) {
        check_readers(p, f);
        check_tls(p, f);
        check_contents(p, f);
    }
    policy_check_devices(p, p->file, ctl_findings_add, f);
    if (in_force_compare(p->state_directory, p->hash, p->file) == IN_FORCE_OLDER)
        ctl_findings_say(f, COMPLAINT_WARNING, p->file, 0, NULL,
                         "the file was changed since the helper loaded it: systemctl reload "
                         "mailwicket");
}

static void print_meaning(const struct policy *p)
{
    print_machine(p);
    print_interfaces(p);
    print_groups(p);
    print_group_policies(p);
    for (size_t i = 0; i < PROTOCOLS; i++)
        if (p->protocols[i].present)
            print_protocol(&p->protocols[i]);
}

struct check_options {
    bool monitor, probe;
};

static bool read_check_options(struct ctl *c, int argc, char **argv, struct check_options *out)
{
    static const struct option table[] = {
        {"monitor", no_argument, NULL, 'm'}, {"probe", no_argument, NULL, 'p'}, {NULL, 0, NULL, 0}};
    int o;

    while ((o = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (o == 'm')
            out->monitor = true;
        else if (o == 'p')
            out->probe = true;
        else
            return false;
    }
    if (optind < argc)
        c->policy_file = argv[optind++];
    return optind == argc;
}

int ctl_check(struct ctl *c, int argc, char **argv)
{
    struct ctl_findings f;
    struct check_options o = {0};

    if (!read_check_options(c, argc, argv, &o))
        return CTL_USAGE;
    ctl_findings_start(&f, o.monitor);
    find_all(c, &f);
    if (o.probe && !f.errors) {
        f.probed = true;
        ctl_probe(c->policy, c->policy_file, ctl_findings_add, &f,
                  f.monitor && f.kept ? f.kept : stderr);
    }
    int code = ctl_findings_end(&f, c->policy_file);
    if (code == CTL_GOOD && !o.monitor)
        print_meaning(c->policy);
    return code;
}
