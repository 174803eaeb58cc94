/* SPDX-License-Identifier: ISC */
/* mailwicketctl try - plays the filter to a helper that only tries a login, and prints what each
 * step came to. Holds a password, and wipes it. */
#include <arpa/inet.h>
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
#include "decide.h"
#include "front.h"
#include "message.h"
#include "wire.h"

#define HELPER LIBEXECDIR "/" PROGRAM_HELPER

/* What is tried. */
struct trial {
    const struct protocol_policy *policy;
    const char *address;
    const char *login; /* NULL: none, where the certificate is all that is needed */
    const char *certificate_file;
    struct ctl_certificate certificate;
    char password[LIMIT_PASSWORD + 1]; /* secret */
    size_t password_size;
    int helper; /* our end of the conversation */
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s%s%s\n", what, *why ? ": " : "", why);
    return CTL_LATER;
}

static bool is_address(const char *text)
{
    struct in6_addr room;

    return inet_pton(AF_INET, text, &room) == 1 || inet_pton(AF_INET6, text, &room) == 1;
}

static bool options(struct trial *t, enum protocol *which, int argc, char **argv)
{
    static const struct option table[] = {{"address", required_argument, NULL, 'a'},
                                          {"certificate", required_argument, NULL, 'c'},
                                          {NULL, 0, NULL, 0}};
    int c;

    t->address = "127.0.0.1";
    while ((c = getopt_long(argc, argv, "a:c:", table, NULL)) != -1) {
        if (c == 'a')
            t->address = optarg;
        else if (c == 'c')
            t->certificate_file = optarg;
        else
            return false;
    }
    if (argc - optind < 1 || argc - optind > 2 || !protocol_parse(span_str(argv[optind]), which))
        return false;
    t->login = argv[optind + 1]; /* or NULL */
    if (is_address(t->address))
        return true;
    complain("--address wants an IPv4 or IPv6 address, and this is none", t->address);
    return false;
}

/* The helper's whole beginning: the program that verifies, on the other end. */
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
    complain(HELPER, strerror(errno));
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

/* The client's descriptor is nobody's here: the helper takes the address that it was told. */
static bool ask(const struct trial *t)
{
    struct wire hello = {.type = WIRE_HELLO, .hello = {t->policy->protocol}};
    struct wire verify = {
        .type = WIRE_VERIFY,
        .verify = {.mechanism = t->login ? MECHANISM_PASSWORD : MECHANISM_IMPLICIT,
                   .login = t->login ? span_str(t->login) : SPAN_NONE,
                   .password = span_of(t->password, t->password_size),
                   .certificate = t->certificate.chain[0],
                   .issuers = ctl_certificate_issuers(&t->certificate)}};
    int nobody = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool good = nobody >= 0 && send_wire(t, &hello, &nobody, 1) && send_wire(t, &verify, NULL, 0);

    if (nobody >= 0)
        close(nobody);
    return good;
}

/* Others' words go to a terminal: none of them steers it. */
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

/* The last line, and the exit code. */
static int conclude(const struct trial *t, const struct wire *w)
{
    static const int codes[] = {[DENIAL_REFUSED] = CTL_NO,
                                [DENIAL_TEMPORARY] = CTL_LATER,
                                [DENIAL_LIMIT] = CTL_NO,
                                [DENIAL_ADMIN] = CTL_NO};
    enum protocol p = t->policy->protocol;

    switch (w->type) {
    case WIRE_GRANT:
        if (!t->login) {
            say("the client sees", "what the mail server answers to its commands");
            return CTL_GOOD;
        }
        say("the client sees", "%s%s", front_text_of_grant(p),
            w->grant.authenticate
                ? ", if the mail server takes name and password too: it wasn't asked"
                : "");
        return CTL_GOOD;
    case WIRE_DENY:
        say("the client sees", "%s", front_text_of_denial(p, w->deny.denial));
        return codes[w->deny.denial];
    case WIRE_GOODBYE:
        say("the client sees", "%s", front_text_of_goodbye(p, w->goodbye.goodbye));
        return CTL_LATER;
    default:
        return complain("the helper sent what is no answer", "");
    }
}

/* Prints steps until the answer. A GRANT's descriptor is the mail server's connection: closed. */
static int listen_to(struct trial *t)
{
    static char room[LIMIT_MESSAGE];
    struct pollfd f = {.fd = t->helper, .events = POLLIN};
    int fds[MESSAGE_FDS];
    size_t count;
    struct wire w;

    for (;;) {
        if (poll(&f, 1, LIMIT_VERIFY_MS) <= 0)
            return complain("the helper didn't answer in time", "");
        ssize_t n = message_recv(t->helper, room, sizeof room, fds, &count);
        if (n <= 0)
            return complain("the helper broke off: standard error or the log says why", "");
        while (count > 0)
            close(fds[--count]);
        bool good = wire_decode(&w, span_of(room, (size_t)n));
        if (good && w.type == WIRE_STEP) {
            print_step(&w.step);
            fflush(stdout);
            continue;
        }
        int code = good ? conclude(t, &w) : complain("the helper is of another version", "");
        explicit_bzero(room, (size_t)n);
        return code;
    }
}

static int try_login(const struct ctl *c, struct trial *t)
{
    pid_t pid = start_helper(c, t);
    int code;

    if (pid < 0)
        return complain("no helper could be started", strerror(errno));
    if (!ask(t)) /* it may have said why, and gone */
        code = complain("the helper can't be asked", strerror(errno));
    else
        code = listen_to(t);
    close(t->helper);
    while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
        ;
    return code;
}

static bool read_password(struct trial *t)
{
    if (!decide_needs_password(t->policy))
        return true;
    return isatty(0) ? password_ask("Password: ", t->password, &t->password_size)
                     : password_line(t->password, &t->password_size);
}

/* Whether this login can be tried under the policy at all. */
static int fit(const struct ctl *c, const struct trial *t)
{
    const char *what = NULL, *why = "";
    int code = CTL_USAGE;

    if (!t->policy->present) {
        what = c->policy_file;
        why = "it doesn't have this protocol";
        code = CTL_NO;
    } else if (!t->login && !decide_by_certificate(t->policy)) {
        what = "a login is missing";
        why = "none is needed only where smtps has the method certificate alone";
    } else if (t->certificate_file && !decide_wants_certificate(t->policy)) {
        what = "--certificate";
        why = "this protocol doesn't have the method certificate, and asks for none";
    } else if (t->login && strlen(t->login) > LIMIT_LOGIN) {
        what = "refused: the login is longer than any may be";
        code = CTL_NO;
    }
    if (!what)
        return CTL_GOOD;
    complain(what, why);
    return code;
}

/* Before a login there is the handshake, where the filter judges the certificate. */
static int shake_hands(struct ctl *c, struct trial *t)
{
    enum client_verdict v;
    struct err e;

    if (!decide_wants_certificate(t->policy))
        return CTL_GOOD;
    if ((t->certificate_file && ctl_certificate_load(&t->certificate, t->certificate_file, &e)) ||
        ctl_certificate_judge(&t->certificate, ctl_policy(c), &v, &e))
        return complain(e.text, "");
    if (v == CLIENT_GOOD)
        return CTL_GOOD;
    say("TLS handshake", "refused: %s%s", client_verdict_text(v),
        t->certificate_file ? "" : "; --certificate FILE names what the mail program shows");
    say("the client sees", "a TLS alert, and no greeting");
    return CTL_NO;
}

int ctl_try(struct ctl *c, int argc, char **argv)
{
    static struct trial t;
    enum protocol which;
    int code;

    if (!options(&t, &which, argc, argv))
        return CTL_USAGE;
    const struct policy *policy = ctl_policy(c);
    if (!policy)
        return CTL_LATER;
    t.policy = &policy->protocols[which];
    code = fit(c, &t);
    if (code == CTL_GOOD)
        code = shake_hands(c, &t);
    if (code != CTL_GOOD)
        return code;
    if (!read_password(&t)) {
        explicit_bzero(t.password, sizeof t.password);
        return complain("no password was read", "");
    }
    code = try_login(c, &t);
    explicit_bzero(t.password, sizeof t.password);
    return code;
}
