/* SPDX-License-Identifier: ISC */
/* ctl_units - mailwicketctl units: writes the policy's listeners and ports for systemd, xinetd and
 * firewalls. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "install_files.h"

/* What the administrator does next. */
static const char *const next_steps[] = {
    [UNITS_SYSTEMD] =
        "These are only to look at. In /etc/systemd/system they would replace the units "
        "that\nmailwicket-generator makes at each systemctl daemon-reload.",
    [UNITS_SYSTEMD_ACCEPT] = "In /etc/systemd/system they replace the units that "
                             "mailwicket-generator makes. Next:\n"
                             "  systemctl daemon-reload && systemctl restart mailwicket.target",
    [UNITS_XINETD] = "In /etc/xinetd.d, next: systemctl reload xinetd",
    [UNITS_FIREWALLD] = "In /etc/firewalld, next: firewall-cmd --reload",
    [UNITS_UFW] =
        "In /etc/ufw/applications.d, next: ufw app update Mailwicket && ufw allow Mailwicket",
};

static void print_event(void *context, enum install_event event, const char *text)
{
    static const char *const words[] = {
        [INSTALL_WRITTEN] = "written", [INSTALL_KEPT] = "kept", [INSTALL_REMOVED] = "removed"};

    (void)context;
    if (event == INSTALL_ERROR)
        fprintf(stderr, "%s\n", text);
    else
        printf("%-8s %s\n", words[event], text);
}

struct units_options {
    enum units_kind kind;
    bool remove;
    const char *directory;
};

/* false: the arguments are invalid. */
static bool read_units_options(int argc, char **argv, struct units_options *o)
{
    static const struct option table[] = {
        {"systemd", no_argument, NULL, UNITS_SYSTEMD},
        {"xinetd", no_argument, NULL, UNITS_XINETD},
        {"firewalld", no_argument, NULL, UNITS_FIREWALLD},
        {"ufw", no_argument, NULL, UNITS_UFW},
        {"accept", no_argument, NULL, 'a'},
        {"remove", no_argument, NULL, 'r'},
        {NULL, 0, NULL, 0},
    };
    int c, kinds = 0, accept = 0, removals = 0;

    while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (c == '?')
            return false;
        accept += c == 'a';
        removals += c == 'r';
        if (c == 'a' || c == 'r')
            continue;
        o->kind = (enum units_kind)c;
        kinds++;
    }
    if (kinds != 1 || argc - optind != 1 || (accept && (removals || o->kind != UNITS_SYSTEMD)))
        return false;
    if (accept)
        o->kind = UNITS_SYSTEMD_ACCEPT;
    o->remove = removals > 0;
    o->directory = argv[optind];
    return true;
}

static int write_units(struct ctl *c, const struct units_options *o)
{
    struct units u = {.kind = o->kind, .unit_directory = UNITDIR, .program = SBINDIR "/mailwicket"};

    u.policy = ctl_policy(c);
    if (!u.policy)
        return CTL_NO;
    if (u.kind == UNITS_SYSTEMD_ACCEPT && strcmp(UNITDIR, "no") == 0) {
        fputs(PROGRAM_CONTROL
              ": built without systemd units: configure with --with-systemdsystemunitdir\n",
              stderr);
        return CTL_NO;
    }
    if (install_units(&u, o->directory, print_event, NULL) != 0)
        return CTL_NO;
    puts(next_steps[u.kind]);
    return CTL_GOOD;
}

int ctl_units(struct ctl *c, int argc, char **argv)
{
    struct units_options o = {.remove = false};

    if (!read_units_options(argc, argv, &o))
        return CTL_USAGE;
    if (!o.remove)
        return write_units(c, &o);
    return install_remove(o.kind, o.directory, print_event, NULL) == 0 ? CTL_GOOD : CTL_NO;
}
