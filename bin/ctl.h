/* SPDX-License-Identifier: ISC */
/*
 * ctl - what the commands of mailwicketctl share.
 *
 * Each command is a row of the table in mailwicketctl.c and a function in its own file, ctl_NAME.c.
 * The function returns the program's exit code. argv[0] is the command's name, argv[argc] is NULL.
 * A command reads its own options by getopt_long (optind is 0 when it is called). Results go to
 * standard output, errors to standard error.
 */
#ifndef MW_CTL_H
#define MW_CTL_H

#include "load.h"
#include "program.h"
#include "spool.h"
#include "state.h"

enum ctl_exit {
    CTL_GOOD = 0,
    CTL_NO = 1,      /* the answer is no, or the command failed; standard error says why */
    CTL_USAGE = 2,   /* invalid arguments; mailwicketctl prints the command's usage line */
    CTL_REFUSED = 3, /* session add: the user has as many logins as allowed */
    CTL_UNKNOWN = 4, /* session remove, touch: there is no such VPN session; renew: the policy has
                        no such certificate */
    CTL_LATER = 3,   /* try: a failure that may pass; no decision was possible */
    CTL_PLUGIN = 16, /* check --monitor: or'ed to a plugin's exit code, whose 2 is no CTL_USAGE */
};

struct ctl {
    const char *policy_file; /* --policy, or the installed one */
    const char *schema;      /* --schema, or NULL for the installed one */
    const char *command;     /* its name */
    struct spool spool;      /* for accounting; opened with the state file, closed at exit */
    bool opened;             /* ctl_state has opened the log and the spool */
    bool snapshot;           /* ctl_look has opened a snapshot, and not the spool */
    struct state *state;     /* opened by the last call of ctl_state */
    struct policy *policy;   /* loaded by ctl_policy; freed by mailwicketctl */
};

/* Returns the policy, which the first call loads. NULL: it has errors, which are printed on
 * standard error. */
const struct policy *ctl_policy(struct ctl *c);

/* A policy_complain (load.h) that prints the complaint on standard error. Its context is an
 * unsigned that counts the errors. */
void ctl_complain(void *errors, enum complaint_kind kind, const char *text);

int ctl_check(struct ctl *c, int argc, char **argv);
int ctl_explain(struct ctl *c, int argc, char **argv);
int ctl_try(struct ctl *c, int argc, char **argv);
int ctl_show(struct ctl *c, int argc, char **argv);
int ctl_summary(struct ctl *c, int argc, char **argv);
int ctl_metrics(struct ctl *c, int argc, char **argv);
int ctl_logoff(struct ctl *c, int argc, char **argv);
int ctl_reload(struct ctl *c, int argc, char **argv);
int ctl_renew(struct ctl *c, int argc, char **argv);
int ctl_staple(struct ctl *c, int argc, char **argv);
int ctl_vpn(struct ctl *c, int argc, char **argv);
int ctl_sweep(struct ctl *c, int argc, char **argv);
int ctl_interfaces(struct ctl *c, int argc, char **argv);
int ctl_units(struct ctl *c, int argc, char **argv);
int ctl_passwd(struct ctl *c, int argc, char **argv);
int ctl_import(struct ctl *c, int argc, char **argv);

#endif
