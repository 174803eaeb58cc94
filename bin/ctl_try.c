/* SPDX-License-Identifier: ISC */
/* ctl_try - mailwicketctl try: acts as the filter towards a helper that only tries a login, and
 * prints the result of each step. Holds a password, and wipes it. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_certificate.h"
#include "ctl_password.h"
#include "ctl_say.h"
#include "ctl_try_server.h"
#include "decide.h"
#include "front.h"
#include "host.h"
#include "message.h"
#include "wire.h"

#define HELPER LIBEXECDIR "/" PROGRAM_HELPER

/* A login to try. */
struct trial {
    const struct protocol_policy *policy;
    const char *address;
    const char *login; /* NULL: none, the certificate is enough */
    const char *certificate_file;
    bool log_in; /* at the mail server too */
    const struct policy *whole;
    struct ctl_certificate certificate;
    char password[LIMIT_PASSWORD + 1]; /* secret */
    size_t password_size;
    int helper; /* our end of the socket pair */
};

static int try_failed(const char *what, const char *why)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s%s%s\n", what, *why ? ": " : "", why);
    return CTL_LATER;
}

static bool try_options(struct trial *t, enum protocol *which, int argc, char **argv)
{
    static const struct option table[] = {{"address", required_argument, NULL, 'a'},
                                          {"certificate", required_argument, NULL, 'c'},
                                          {"login", no_argument, NULL, 'l'},
                                          {NULL, 0, NULL, 0}};
    int c;

    t->address = "127.0.0.1";
    while ((c = getopt_long(argc, argv, "a:c:", table, NULL)) != -1) {
        if (c == 'a')
            t->address = optarg;
        else if (c == 'c')
            t->certificate_file = optarg;
        else if (c == 'l')
            t->log_in = true;
        else
            return false;
    }
    if (argc - optind < 1 || argc - optind > 2 || !protocol_parse(span_str(argv[optind]), which))
        return false;
    t->login = argv[optind + 1]; /* or NULL */
    if (host_is_valid_address(span_str(t->address)))
        return true;
    fprintf(stderr, PROGRAM_CONTROL ": invalid --address %s: expected an IPv4 or IPv6 address\n",
            t->address);
    return false;
}

/* In the child: runs the helper on fd, the other end of the socket pair. */
static _Noreturn void become_helper(const struct ctl *c, const struct trial *t, int fd)
{
    const char *argv[10] = {PROGRAM_HELPER, "--policy", c->policy_file, "--connection",
                            "--try",        "--peer",   t->address};

    if (c->schema) {
        argv[7] = "--schema";
        argv[8] = c->schema;
    }
    if (dup2(fd, 0) == 0)
        execv(HELPER, (char *const *)(uintptr_t)argv);
    try_failed(HELPER, strerror(errno));
    _exit(1);
}

static pid_t start_helper(const struct ctl *c, struct trial *t)
{
    int pair[2];
    pid_t pid;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return -1;
    pid = fork();
    if (pid == 0)
        become_helper(c, t, pair[1]);
    close(pair[1]);
    t->helper = pair[0];
    return pid;
}

static bool send_wire(const struct trial *t, const struct wire *w, const int *fds, size_t count)
{
    static char room[LIMIT_MESSAGE];
    struct buf out = BUF(room);
    bool good = wire_encode(w, &out) && message_send(t->helper, buf_span(&out), fds, count) == 0;

    buf_wipe(&out);
    return good;
}

/* There is no client, so its descriptor is /dev/null: the helper takes the address from --peer. */
static bool ask_verify(const struct trial *t)
{
    struct wire hello = {.type = WIRE_HELLO, .hello = {.protocol = t->policy->protocol}};
    struct wire verify = {
        .type = WIRE_VERIFY,
        .verify = {.mechanism = t->login ? MECHANISM_PASSWORD : MECHANISM_IMPLICIT,
                   .login = t->login ? span_str(t->login) : SPAN_NONE,
                   .password = span_of(t->password, t->password_size),
                   .certificate = t->certificate.chain[0],
                   .issuers = ctl_certificate_issuers(&t->certificate)}};
    int no_client = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool good =
        no_client >= 0 && send_wire(t, &hello, &no_client, 1) && send_wire(t, &verify, NULL, 0);

    if (no_client >= 0)
        close(no_client);
    return good;
}

/* The text holds words of strangers: control characters must not reach a terminal. */
static void print_step(const struct wire_step *s)
{
    char name[LIMIT_STEP_NAME + 1], text[LIMIT_STEP + 1];

    span_copy(name, sizeof name, s->name);
    span_copy(text, sizeof text, s->text);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    say(name, "%s", text);
}

/* Prints the last line. Returns the exit code. */
static int print_conclusion(const struct trial *t, const struct wire *w)
{
    static const int codes[] = {[DENIAL_REFUSED] = CTL_NO,
                                [DENIAL_TEMPORARY] = CTL_LATER,
                                [DENIAL_LIMIT] = CTL_NO,
                                [DENIAL_ADMIN] = CTL_NO,
                                [DENIAL_UNCLEAR] = CTL_NO};
    enum protocol p = t->policy->protocol;

    switch (w->type) {
    case WIRE_DENY:
        say("the client sees", "%s", front_text_of_denial(p, w->deny.denial));
        return codes[w->deny.denial];
    case WIRE_GOODBYE:
        say("the client sees", "%s", front_text_of_goodbye(p, w->goodbye.goodbye));
        return CTL_LATER;
    default:
        return try_failed("the helper sent an unexpected message", "");
    }
}

/* The helper grants the login: goes on at the mail server, whose connection is fd, and sends the
 * helper the result. true: that is the end, and *code is the exit code; false: the helper's denial
 * comes. */
static bool go_on_at_server(const struct trial *t, const struct wire_grant *g, int fd, int *code)
{
    struct wire w = {.type = WIRE_RESULT};
    enum protocol p = t->policy->protocol;

    try_at_server(t->whole, t->policy, g, fd, t->log_in, &w.result);
    *code = CTL_GOOD;
    if (!send_wire(t, &w, NULL, 0))
        *code = try_failed("cannot send to the helper", strerror(errno));
    else if (!w.result.done)
        return false;
    else if (!t->login)
        say("the client sees", "what the mail server answers to its commands");
    else
        say("the client sees", "%s%s", front_text_of_grant(p),
            g->authenticate && !t->log_in
                ? ", if the mail server also accepts the name and password (not tried: see --login)"
                : "");
    return true;
}

/* Takes a message of n octets, with one descriptor or none (-1). true: it was the last, and *code is
 * the exit code. */
static bool take_message(const struct trial *t, struct span message, int fd, int *code)
{
    struct wire w;

    if (!wire_decode(&w, message) || (w.type == WIRE_GRANT) != (fd >= 0)) {
        *code = try_failed("the helper's message cannot be read; it may be another version", "");
        return true;
    }
    if (w.type == WIRE_GRANT)
        return go_on_at_server(t, &w.grant, fd, code);
    if (w.type != WIRE_STEP) {
        *code = print_conclusion(t, &w);
        return true;
    }
    print_step(&w.step);
    fflush(stdout);
    return false;
}

/* Prints steps until the answer comes. Returns the exit code. */
static int read_answer(struct trial *t)
{
    static char room[LIMIT_MESSAGE];
    struct pollfd f = {.fd = t->helper, .events = POLLIN};
    int fds[MESSAGE_FDS], code;
    bool over;

    do {
        size_t count;
        if (poll(&f, 1, LIMIT_VERIFY_MS) <= 0)
            return try_failed("the helper did not answer in time", "");
        ssize_t n = message_recv(t->helper, room, sizeof room, fds, &count);
        if (n <= 0)
            return try_failed(
                "the helper ended without an answer; standard error or the log says why", "");
        while (count > 1)
            close(fds[--count]);
        over = take_message(t, span_of(room, (size_t)n), count ? fds[0] : -1, &code);
        explicit_bzero(room, (size_t)n);
    } while (!over);
    return code;
}

static int try_login(const struct ctl *c, struct trial *t)
{
    pid_t pid = start_helper(c, t);
    int code;

    if (pid < 0)
        return try_failed("cannot start the helper", strerror(errno));
    if (!ask_verify(t)) /* it may have ended, and said why */
        code = try_failed("cannot send to the helper", strerror(errno));
    else
        code = read_answer(t);
    close(t->helper);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return code;
}

static bool try_password(struct trial *t)
{
    if (!decide_needs_password(t->policy))
        return true;
    return isatty(0) ? password_ask("Password: ", t->password, &t->password_size)
                     : password_line(t->password, &t->password_size);
}

/* Checks whether this login can be tried under the policy. Returns the exit code. */
static int check_trial(const struct ctl *c, const struct trial *t)
{
    const char *what = NULL, *why = "";
    int code = CTL_USAGE;

    if (!t->policy->present) {
        what = c->policy_file;
        why = "this protocol is not configured";
        code = CTL_NO;
    } else if (!t->login && !decide_by_certificate(t->policy)) {
        what = "missing login";
        why = "only smtps with no method but certificate needs none";
    } else if (t->certificate_file && !decide_wants_certificate(t->policy)) {
        what = "--certificate";
        why = "this protocol does not use the method certificate";
    } else if (t->login && strlen(t->login) > LIMIT_LOGIN) {
        what = "refused: the login name is too long";
        code = CTL_NO;
    }
    if (!what)
        return CTL_GOOD;
    try_failed(what, why);
    return code;
}

/* Checks the certificate, as the filter does in the TLS handshake. Returns the exit code. */
static int check_handshake(struct ctl *c, struct trial *t)
{
    enum client_verdict v;
    struct err e;

    if (!decide_wants_certificate(t->policy))
        return CTL_GOOD;
    if ((t->certificate_file && ctl_certificate_load(&t->certificate, t->certificate_file, &e)) ||
        ctl_certificate_judge(&t->certificate, ctl_policy(c), &v, &e))
        return try_failed(e.text, "");
    if (v == CLIENT_GOOD)
        return CTL_GOOD;
    say("TLS handshake", "refused: %s%s", client_verdict_text(v),
        t->certificate_file ? "" : "; --certificate FILE names the mail program's");
    say("the client sees", "a TLS alert instead of a greeting");
    return CTL_NO;
}

int ctl_try(struct ctl *c, int argc, char **argv)
{
    static struct trial t;
    enum protocol which;
    int code;

    if (!try_options(&t, &which, argc, argv))
        return CTL_USAGE;
    const struct policy *policy = ctl_policy(c);
    if (!policy)
        return CTL_LATER;
    t.whole = policy;
    t.policy = &policy->protocols[which];
    code = check_trial(c, &t);
    if (code == CTL_GOOD)
        code = check_handshake(c, &t);
    if (code != CTL_GOOD)
        return code;
    if (!try_password(&t)) {
        explicit_bzero(t.password, sizeof t.password);
        return try_failed("no password was read", "");
    }
    code = try_login(c, &t);
    explicit_bzero(t.password, sizeof t.password);
    return code;
}
