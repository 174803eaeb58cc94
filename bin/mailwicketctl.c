/* SPDX-License-Identifier: ISC */
/* mailwicketctl - the control program: shows the policy and the state, and ends sessions. Runs with
 * its caller's rights: root may do all, the group mailwicket-admin may look. */
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
    {"check", "[--monitor] [--probe] [FILE]",
     "check a policy and print what it means; ask its servers whether they are there", ctl_check},
    {"explain", "PROTOCOL [LOGIN]", "show how a login name is read", ctl_explain},
    {"try", "[--address ADDRESS] [--certificate FILE] [--login] PROTOCOL [LOGIN]",
     "try a login, up to the mail server, and show the result of each step", ctl_try},
    {"show",
     "[--user NAME] [--protocol PROTOCOL] [--state STATE] [--address ADDRESS[/PREFIX]] "
     "[--sort [-]KEY] [--json | --watch [SECONDS]] | --servers [--json]",
     "show connections, or what mail servers were seen to offer", ctl_show},
    {"summary", "[--json]",
     "count connections now, at most and so far; show when certificates expire", ctl_summary},
    {"metrics", "", "print the state for Prometheus", ctl_metrics},
    {"logoff", "index N | user NAME | protocol PROTOCOL | all", "end sessions", ctl_logoff},
    {"reload", "PID", "make a running program reload its policy, and wait for its answer",
     ctl_reload},
    {"renew", "[--for FILE] CHAIN KEY", "install a renewed certificate and its key", ctl_renew},
    {"staple", "[CHAIN RESPONSE]", "list certificates with an OCSP response, or install one",
     ctl_staple},
    {"session", "add | remove | touch | list [OPTION ...]", "manage VPN sessions, for piggyback",
     ctl_vpn},
    {"sweep", "", "remove entries whose process is gone", ctl_sweep},
    {"interfaces", "[--json]", "show on which interfaces each protocol is enabled", ctl_interfaces},
    {"units", "--systemd [--accept] | --xinetd | --firewalld | --ufw [--remove] DIRECTORY",
     "write listeners and ports for systemd, xinetd or a firewall", ctl_units},
    {"passwd", "[--users FILE] [--group-policy NAME] NAME", "set a local user's password",
     ctl_passwd},
    {"import-asa",
     "[--output FILE | --output-dir DIRECTORY] [--force] [--device NAME=DEVICE]... "
     "[--verbose] FILE",
     "make a policy from an appliance's running configuration", ctl_import},
};
#define COMMANDS (sizeof commands / sizeof *commands)

#define USAGE_COLUMNS 80

/* The octets up to the next blank that is outside of brackets. */
static size_t unbroken(const char *text)
{
    int depth = 0;
    size_t n = 0;

    while (text[n] && (text[n] != ' ' || depth > 0)) {
        depth += (text[n] == '[') - (text[n] == ']');
        n++;
    }
    return n;
}

/* Prints start and text, and breaks lines before column USAGE_COLUMNS. Further lines begin at indent. */
static void print_broken(FILE *f, const char *start, int indent, const char *text)
{
    size_t column = strlen(start);

    fputs(start, f);
    while (*text) {
        size_t n = unbroken(text);

        if (column + 1 + n >= USAGE_COLUMNS) {
            fprintf(f, "\n%*s", indent - 1, "");
            column = (size_t)indent - 1;
        }
        fprintf(f, " %.*s", (int)n, text);
        column += 1 + n;
        text += n + (text[n] == ' ');
    }
    putc('\n', f);
}

static void usage(FILE *f)
{
    char name[32];

    print_broken(f, "usage: mailwicketctl", 8,
                 "[--policy FILE] [--schema FILE] COMMAND [ARGUMENT ...]");
    for (size_t i = 0; i < COMMANDS; i++) {
        snprintf(name, sizeof name, "  %s", commands[i].name);
        print_broken(f, name, 6, commands[i].arguments);
        print_broken(f, "       ", 8, commands[i].help);
    }
}

static void usage_of(FILE *f, const struct command *c)
{
    char start[64];

    snprintf(start, sizeof start, "usage: mailwicketctl %s", c->name);
    print_broken(f, start, 8, c->arguments);
}

/* "COMMAND --help" asks for the command's usage, whatever its options are. */
static bool wants_help(int argc, char **argv)
{
    return argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
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

/* Reads the options in front of the command. Sets *done after --help or --version. false: an option
 * is invalid; getopt_long has said which. */
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

/* Returns code, or CTL_NO if not all output could be written. ferror also tells of a write that
 * failed long before. */
static int flushed(int code)
{
    errno = 0;
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    fprintf(stderr, PROGRAM_CONTROL ": standard output: %s\n",
            errno ? strerror(errno) : "cannot write all of the output");
    return CTL_NO;
}

int main(int argc, char **argv)
{
    struct ctl c = {.policy_file = SYSCONFDIR "/mailwicket/policy.xml"};
    bool done = false;

    setlocale(LC_CTYPE, "C.UTF-8"); /* wcwidth(3) needs it for names on a terminal */
    if (!options(&c, argc, argv, &done)) {
        usage(stderr);
        return CTL_USAGE;
    }
    if (done)
        return flushed(CTL_GOOD);

    const struct command *command = find(argv[optind]);
    if (!command) {
        if (argv[optind])
            fprintf(stderr, PROGRAM_CONTROL ": invalid command %s: expected one of these\n",
                    argv[optind]);
        usage(stderr);
        return CTL_USAGE;
    }
    c.command = command->name;
    argc -= optind;
    argv += optind;
    optind = 0;
    if (wants_help(argc, argv)) {
        usage_of(stdout, command);
        printf("%s;\nsee mailwicketctl(8)\n", command->help);
        return flushed(CTL_GOOD);
    }
    int code = command->run(&c, argc, argv);
    policy_free(c.policy);
    if (code == CTL_USAGE)
        usage_of(stderr, command);
    return flushed(code & ~CTL_PLUGIN);
}
