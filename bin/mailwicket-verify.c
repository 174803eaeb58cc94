/* SPDX-License-Identifier: ISC */
/* mailwicket-verify - the helper: verifies logins, dials mail servers, keeps the state file. Runs
 * as its own user. The filters, which talk to the Internet, can only send it messages. */
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "aaa.h"
#include "descriptors.h"
#include "handed.h"
#include "host.h"
#include "load.h"
#include "log.h"
#include "priv.h"
#include "penalty.h"
#include "program.h"
#include "serve.h"

enum { GOOD = 0, FAILED = 1, USAGE = 2 };

struct options {
    const char *policy, *schema, *peer;
    bool connection, trial;
};

/* Logs the text, and prints it on standard error unless that is a connection or the journal. */
static void verify_say(int level, const char *event, const char *text)
{
    struct stat st;

    log_say(level, event, "%s", text);
    if (!getenv("JOURNAL_STREAM") && fstat(2, &st) == 0 && !S_ISSOCK(st.st_mode))
        fprintf(stderr, PROGRAM_HELPER ": %s\n", text);
}

static int usage(void)
{
    verify_say(LOG_ERR, "failed",
               "usage: " PROGRAM_HELPER " [--policy FILE] [--schema FILE] "
               "[--connection [--peer ADDRESS [--try]]]");
    return USAGE;
}

static bool read_options(struct options *o, int argc, char **argv)
{
    static const struct option table[] = {
        {"policy", required_argument, NULL, 'p'}, {"schema", required_argument, NULL, 's'},
        {"connection", no_argument, NULL, 'c'},   {"peer", required_argument, NULL, 'a'},
        {"try", no_argument, NULL, 't'},          {NULL, 0, NULL, 0},
    };
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "", table, NULL)) != -1) {
        if (c == 'p')
            o->policy = optarg;
        else if (c == 's')
            o->schema = optarg;
        else if (c == 'c')
            o->connection = true;
        else if (c == 'a')
            o->peer = optarg;
        else if (c == 't')
            o->trial = true;
        else
            return false;
    }
    return optind == argc &&
           (!o->peer || (o->connection && host_is_valid_address(span_str(o->peer)))) &&
           (!o->trial || o->peer);
}

static void log_complaint(void *context, enum complaint_kind kind, const char *text)
{
    const struct options *o = context;
    bool error = kind == COMPLAINT_ERROR;

    if (error || !o->trial) /* mailwicketctl try has printed the warnings */
        verify_say(error ? LOG_ERR : LOG_WARNING, error ? "policy-rejected" : "policy-warning",
                   text);
}

static struct policy *load_policy(void *context)
{
    const struct options *o = context;
    struct policy *p = policy_load(o->policy, o->schema, log_complaint, context);

    if (!p)
        return NULL;
    log_level(p->log_level);
    if (!o->connection) {
        aaa_prepare(p);
        log_say(LOG_INFO, "policy-loaded", "%s", o->policy);
    }
    return p;
}

/* Finds the service's two sockets by their type, and the third, which may be missing, by its name;
 * closes any others. false: one of the two is missing. */
static bool find_sockets(struct serve_config *c)
{
    struct handed handed[HANDED_MAX];
    size_t n = handed_sockets(handed);

    for (size_t i = 0; i < n; i++) {
        bool listening = handed[i].type == SOCK_SEQPACKET && handed[i].listening;

        if (listening && c->snapshot < 0 && strcmp(handed[i].name, SNAPSHOT_SOCKET) == 0)
            c->snapshot = handed[i].fd;
        else if (listening && c->verify < 0)
            c->verify = handed[i].fd;
        else if (handed[i].type == SOCK_DGRAM && c->report < 0)
            c->report = handed[i].fd;
        else
            close(handed[i].fd);
    }
    return c->verify >= 0 && c->report >= 0;
}

/* Moves the connection from descriptor 0 to one that no worker inherits. false: it is not one. */
static bool find_connection(struct serve_config *c)
{
    int type = 0, null;
    socklen_t size = sizeof type;

    if (getsockopt(0, SOL_SOCKET, SO_TYPE, &type, &size) || type != SOCK_SEQPACKET)
        return false;
    c->connection = fcntl(0, F_DUPFD_CLOEXEC, 3);
    null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (c->connection < 0 || null < 0 || dup2(null, 0) < 0)
        return false;
    close(null);
    return true;
}

static int run_helper(struct options *o, struct serve_config *c)
{
    struct err e;

    log_open(PROGRAM_HELPER, LOG_MAIL, LOG_INFO);
    if (o->connection ? !find_connection(c) : !find_sockets(c)) {
        verify_say(LOG_ERR, "failed",
                   o->connection
                       ? "--connection: invalid descriptor 0: expected a SOCK_SEQPACKET socket"
                       : "missing sockets verify and report (LISTEN_FDS): expected a start by the "
                         "socket units, or --connection");
        return USAGE;
    }
    if (descriptors_raise(DESCRIPTORS_HELPER, &e)) {
        verify_say(LOG_ERR, "failed", e.text);
        return FAILED;
    }
    c->policy = load_policy(o);
    if (!c->policy)
        return FAILED;
    log_open(PROGRAM_HELPER, c->policy->log_facility, c->policy->log_level);
    if (priv_drop(USER_HELPER, &e) || !(c->state = state_open(c->policy->state_directory, 0, &e))) {
        verify_say(LOG_ERR, "failed", e.text);
        return FAILED;
    }
    int failed = serve(c);
    state_close(c->state);
    if (!o->connection)
        log_say(LOG_INFO, "stopped", "%s", failed ? "after a failure" : "told to stop");
    return failed ? FAILED : GOOD;
}

int main(int argc, char **argv)
{
    struct options o = {.policy = SYSCONFDIR "/mailwicket/policy.xml"};
    struct serve_config c = {.release = policy_free,
                             .penalty_ms = PENALTY_FIRST_MS,
                             .reload = load_policy,
                             .context = &o,
                             .verify = -1,
                             .report = -1,
                             .snapshot = -1,
                             .connection = -1};

    signal(SIGPIPE, SIG_IGN);
    if (!read_options(&o, argc, argv))
        return usage();
    c.peer = o.peer;
    c.trial = o.trial;
    return run_helper(&o, &c);
}
