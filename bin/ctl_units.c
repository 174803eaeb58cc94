/* SPDX-License-Identifier: ISC */
/* ctl_units - mailwicketctl units: writes the policy's sockets and ports as others read them. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "place.h"

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

static void tell(void *context, enum place_event event, const char *text)
{
    static const char *const words[] = {
        [PLACE_WRITTEN] = "written", [PLACE_KEPT] = "kept", [PLACE_REMOVED] = "removed"};

    (void)context;
    if (event == PLACE_WRONG)
        fprintf(stderr, "%s\n", text);
    else
        printf("%-8s %s\n", words[event], text);
}

static bool read_kind(int argc, char **argv, enum units_kind *kind)
{
    static const struct option table[] = {
        {"systemd", no_argument, NULL, UNITS_SYSTEMD},
        {"accept", no_argument, NULL, 'a'},
        {"xinetd", no_argument, NULL, UNITS_XINETD},
        {"firewalld", no_argument, NULL, UNITS_FIREWALLD},
        {"ufw", no_argument, NULL, UNITS_UFW},
        {NULL, 0, NULL, 0},
    };
    bool accept = false;
    int o, kinds = 0;

    while ((o = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (o == '?')
            return false;
        if (o == 'a')
            accept = true;
        else {
            *kind = (enum units_kind)o;
            kinds++;
        }
    }
    if (accept && kinds == 1 && *kind == UNITS_SYSTEMD)
        *kind = UNITS_SYSTEMD_ACCEPT;
    else if (accept)
        return false;
    return kinds == 1 && argc - optind == 1;
}

int ctl_units(struct ctl *c, int argc, char **argv)
{
    struct units u = {.unit_directory = UNITDIR, .program = SBINDIR "/mailwicket"};

    if (!read_kind(argc, argv, &u.kind))
        return CTL_USAGE;
    u.policy = ctl_policy(c);
    if (!u.policy)
        return CTL_NO;
    if (u.kind == UNITS_SYSTEMD_ACCEPT && strcmp(UNITDIR, "no") == 0) {
        fputs("built without systemd's units; right is --with-systemdsystemunitdir\n", stderr);
        return CTL_NO;
    }
    if (place_units(&u, argv[optind], tell, NULL) != 0)
        return CTL_NO;
    puts(next_steps[u.kind]);
    return CTL_GOOD;
}
