/* SPDX-License-Identifier: ISC */
/* mailwicketctl - the administrator's program: looks at the policy and the state, and steers.
 * Runs with the rights of whoever calls it; file permissions decide what it may see. */
#include <errno.h>
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

struct command {
    const char *name;
    const char *arguments; /* as in the usage line */
    const char *help;      /* one line */
    int (*run)(struct ctl *c, int argc, char **argv);
};

static const struct command commands[] = {
    {"check", "[FILE]", "check a policy and print what it means", ctl_check},
    {"explain", "PROTOCOL [LOGIN]", "show how a login name is read", ctl_explain},
    {"try", "[--address ADDRESS] [--certificate FILE] PROTOCOL [LOGIN]",
     "verify a login, and show what each step comes to", ctl_try},
    {"show",
     "[--user NAME] [--protocol PROTOCOL] [--state STATE] [--address ADDRESS[/PREFIX]]\n"
     "       [--sort [-]KEY] [--json | --watch [SECONDS]]",
     "show connections", ctl_show},
    {"summary", "[--json]", "show how many connections there are, were at most, and ever were",
     ctl_summary},
    {"metrics", "", "print the state for Prometheus", ctl_metrics},
    {"logoff", "index N | user NAME | protocol PROTOCOL | all", "end sessions", ctl_logoff},
    {"reload", "PID", "let a running program load its policy anew, and say whether it did",
     ctl_reload},
    {"session", "add | remove | touch | list [OPTION ...]", "tell of VPN sessions, for piggyback",
     ctl_vpn},
    {"sweep", "", "remove the entries whose process is gone", ctl_sweep},
    {"interfaces", "[--json]", "show on which interfaces each protocol is enabled", ctl_interfaces},
    {"units", "--systemd [--accept] | --xinetd | --firewalld | --ufw [--remove] DIRECTORY",
     "write the policy's listeners and ports for others", ctl_units},
    {"passwd", "[--users FILE] [--group-policy NAME] NAME", "write a local user's entry",
     ctl_passwd},
    {"import-asa",
     "[--output FILE | --output-dir DIRECTORY] [--force] [--device NAME=DEVICE]... FILE",
     "make a policy of an appliance's running configuration", ctl_import},
};
#define COMMANDS (sizeof commands / sizeof *commands)

static void usage(FILE *f)
{
    fprintf(f, "usage: mailwicketctl [--policy FILE] [--schema FILE] COMMAND [ARGUMENT ...]\n");
    for (size_t i = 0; i < COMMANDS; i++)
        fprintf(f, "  %s %s\n        %s\n", commands[i].name, commands[i].arguments,
                commands[i].help);
}

static const struct command *find(const char *name)
{
    for (size_t i = 0; name && i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    return NULL;
}

void ctl_complain(void *errors, enum complaint_kind kind, const char *text)
{
    if (kind == COMPLAINT_ERROR)
        ++*(unsigned *)errors;
    fprintf(stderr, "%s%s\n", kind == COMPLAINT_WARNING ? "warning: " : "", text);
}

const struct policy *ctl_policy(struct ctl *c)
{
    unsigned errors = 0;

    if (!c->policy)
        c->policy = policy_load(c->policy_file, c->schema, ctl_complain, &errors);
    return c->policy;
}

/* The options in front of the command. false: not right. *done: --help or --version was asked for. */
static bool options(struct ctl *c, int argc, char **argv, bool *done)
{
    static const struct option table[] = {
        {"policy", required_argument, NULL, 'p'},
        {"schema", required_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'V'},
        {NULL, 0, NULL, 0},
    };
    int o;

    while ((o = getopt_long(argc, argv, "+p:hV", table, NULL)) != -1) {
        if (o == 'p')
            c->policy_file = optarg;
        else if (o == 's')
            c->schema = optarg;
        else if (o == 'V' || o == 'h')
            *done = true;
        else
            return false;
        if (o == 'h')
            usage(stdout);
        if (o == 'V')
            puts(PROGRAM_CONTROL " " VERSION);
    }
    return true;
}

/* code, or that what was printed is not all there: a write that failed long before counts, too. */
static int flushed(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, PROGRAM_CONTROL ": standard output: %s\n",
            errno ? strerror(errno) : "not all of it could be written");
    return CTL_NO;
}

int main(int argc, char **argv)
{
    struct ctl c = {.policy_file = SYSCONFDIR "/mailwicket/policy.xml"};
    bool done = false;

    setlocale(LC_CTYPE, "C.UTF-8"); /* for the width of names on a terminal */
    if (!options(&c, argc, argv, &done)) {
        usage(stderr);
        return CTL_USAGE;
    }
    if (done)
        return flushed(CTL_GOOD);

    const struct command *command = find(argv[optind]);
    if (!command) {
        if (argv[optind])
            fprintf(stderr, PROGRAM_CONTROL ": there is no command %s; right is one of these\n",
                    argv[optind]);
        usage(stderr);
        return CTL_USAGE;
    }
    argc -= optind;
    argv += optind;
    optind = 0;
    int code = command->run(&c, argc, argv);
    policy_free(c.policy);
    if (code == CTL_USAGE)
        fprintf(stderr, "usage: mailwicketctl %s%s%s\n", command->name,
                *command->arguments ? " " : "", command->arguments);
    return flushed(code);
}
