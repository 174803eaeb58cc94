/* SPDX-License-Identifier: ISC */
/* ctl_units - mailwicketctl units: writes the policy's sockets and ports as others read them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "install_files.h"

/* What is left to do once the files are written. */
static const char *const next_steps[] = {
    [UNITS_SYSTEMD] = "In /etc/systemd/system they would stand in the place of those that "
                      "mailwicket-generator makes at\neach systemctl daemon-reload: they are for "
                      "looking at.",
    [UNITS_SYSTEMD_ACCEPT] = "In /etc/systemd/system they stand in the place of those that "
                             "mailwicket-generator makes. Next:\n"
                             "  systemctl daemon-reload && systemctl restart mailwicket.target",
    [UNITS_XINETD] = "In /etc/xinetd.d, next: systemctl reload xinetd",
    [UNITS_FIREWALLD] = "In /etc/firewalld, next: firewall-cmd --reload",
    [UNITS_UFW] =
        "In /etc/ufw/applications.d, next: ufw app update Mailwicket && ufw allow Mailwicket",
};

static void tell(void *context, enum install_event event, const char *text)
{
    static const char *const words[] = {
        [INSTALL_WRITTEN] = "written", [INSTALL_KEPT] = "kept", [INSTALL_REMOVED] = "removed"};

    (void)context;
    if (event == INSTALL_ERROR)
        fprintf(stderr, "%s\n", text);
    else
        printf("%-8s %s\n", words[event], text);
}

struct wish {
    enum units_kind kind;
    bool remove;
    const char *directory;
};

/* false: not right. */
static bool read_wish(int argc, char **argv, struct wish *w)
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
    int o, kinds = 0, accept = 0, removals = 0;

    while ((o = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (o == '?')
            return false;
        accept += o == 'a';
        removals += o == 'r';
        if (o == 'a' || o == 'r')
            continue;
        w->kind = (enum units_kind)o;
        kinds++;
    }
    if (kinds != 1 || argc - optind != 1 || (accept && (removals || w->kind != UNITS_SYSTEMD)))
        return false;
    if (accept)
        w->kind = UNITS_SYSTEMD_ACCEPT;
    w->remove = removals > 0;
    w->directory = argv[optind];
    return true;
}

static int write_units(struct ctl *c, const struct wish *w)
{
    struct units u = {.kind = w->kind, .unit_directory = UNITDIR, .program = SBINDIR "/mailwicket"};

    u.policy = ctl_policy(c);
    if (!u.policy)
        return CTL_NO;
    if (u.kind == UNITS_SYSTEMD_ACCEPT && strcmp(UNITDIR, "no") == 0) {
        fputs("built without systemd's units; right is --with-systemdsystemunitdir\n", stderr);
        return CTL_NO;
    }
    if (install_units(&u, w->directory, tell, NULL) != 0)
        return CTL_NO;
    puts(next_steps[u.kind]);
    return CTL_GOOD;
}

int ctl_units(struct ctl *c, int argc, char **argv)
{
    struct wish w = {.remove = false};

    if (!read_wish(argc, argv, &w))
        return CTL_USAGE;
    if (!w.remove)
        return write_units(c, &w);
    return install_remove(w.kind, w.directory, tell, NULL) == 0 ? CTL_GOOD : CTL_NO;
}
