/* SPDX-License-Identifier: ISC */
/*
 * ctl - what the commands of mailwicketctl share.
 *
 * A command is a row of the table in mailwicketctl.c and a function in a file of its own,
 * ctl_NAME.c. Its result is the program's exit code. argv[0] is the command's name, argv[argc] is
 * NULL; options of the command's own are for its getopt_long (optind is 0 when it is called).
 * Results go to standard output, complaints to standard error.
 */
#ifndef MW_CTL_H
#define MW_CTL_H

#include "load.h"
#include "program.h"
#include "spool.h"
#include "state.h"

enum ctl_exit {
    CTL_GOOD = 0,
    CTL_NO = 1,      /* the answer is no, or it failed; standard error says why */
    CTL_USAGE = 2,   /* the arguments are not right; mailwicketctl prints the command's line */
    CTL_REFUSED = 3, /* session add: the user has as many logins as he may */
    CTL_UNKNOWN = 4, /* session remove, touch: there is no such VPN session */
    CTL_LATER = 3,   /* try: nobody could tell, or not now */
};

struct ctl {
    const char *policy_file; /* --policy, or the installed one */
    const char *schema;      /* --schema, or NULL for the installed one */
    struct spool spool;      /* of accounting; opened with the state file, closed at exit */
    bool looked;             /* ctl_state was called before: log and spool are open */
    struct state *state;     /* what ctl_state opened last */
    struct policy *policy;   /* what ctl_policy loaded; freed by mailwicketctl */
};

/* The policy, loaded at the first call. NULL, and said on standard error, where it has errors. */
const struct policy *ctl_policy(struct ctl *c);

/* Prints one complaint on standard error: a policy_complain (load.h) whose context counts the
 * errors among them (unsigned). */
void ctl_complain(void *errors, enum complaint_kind kind, const char *text);

int ctl_check(struct ctl *c, int argc, char **argv);
int ctl_explain(struct ctl *c, int argc, char **argv);
int ctl_try(struct ctl *c, int argc, char **argv);
int ctl_show(struct ctl *c, int argc, char **argv);
int ctl_summary(struct ctl *c, int argc, char **argv);
int ctl_metrics(struct ctl *c, int argc, char **argv);
int ctl_logoff(struct ctl *c, int argc, char **argv);
int ctl_reload(struct ctl *c, int argc, char **argv);
int ctl_vpn(struct ctl *c, int argc, char **argv);
int ctl_sweep(struct ctl *c, int argc, char **argv);
int ctl_interfaces(struct ctl *c, int argc, char **argv);
int ctl_units(struct ctl *c, int argc, char **argv);
int ctl_passwd(struct ctl *c, int argc, char **argv);
int ctl_import(struct ctl *c, int argc, char **argv);

#endif
