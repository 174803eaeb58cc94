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
#include "ctl_password.h"
#include "ctl_say.h"
#include "decide.h"
#include "front_text.h"
#include "message.h"
#include "wire.h"

#define HELPER LIBEXECDIR "/mailwicket-verify"

/* What is tried. */
struct trial {
    const struct protocol_policy *policy;
    const char *address, *login;
    char password[LIMIT_PASSWORD + 1]; /* secret */
    size_t password_size;
    int helper; /* our end of the conversation */
};

static int complain(const char *what, const char *why)
{
    fprintf(stderr, "mailwicketctl: %s%s%s\n", what, *why ? ": " : "", why);
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
                                          {NULL, 0, NULL, 0}};
    int c;

    t->address = "127.0.0.1";
    while ((c = getopt_long(argc, argv, "a:", table, NULL)) != -1) {
        if (c != 'a')
            return false;
        t->address = optarg;
    }
    if (argc - optind != 2 || !protocol_parse(span_str(argv[optind]), which))
        return false;
    t->login = argv[optind + 1];
    if (is_address(t->address))
        return true;
    complain("--address wants an IPv4 or IPv6 address, and this is none", t->address);
    return false;
}

/* The helper's whole beginning: the program that verifies, on the other end. */
static _Noreturn void become_helper(const struct ctl *c, const struct trial *t, int fd)
{
    const char *argv[10] = {"mailwicket-verify", "--policy", c->policy_file, "--connection",
                            "--try", "--peer", t->address};

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
    struct wire hello = {.type = WIRE_HELLO, .hello = {(uint8_t)t->policy->protocol}};
    struct wire verify = {.type = WIRE_VERIFY,
                          .verify = {.mechanism = WIRE_PASSWORD,
                                     .login = span_str(t->login),
                                     .password = span_of(t->password, t->password_size)}};
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
    static const int codes[] = {[DENIAL_REFUSED] = CTL_NO, [DENIAL_TEMPORARY] = CTL_LATER,
                                [DENIAL_LIMIT] = CTL_NO, [DENIAL_ADMIN] = CTL_NO};
    enum protocol p = t->policy->protocol;

    switch (w->type) {
    case WIRE_GRANT:
        say("the client sees", "%s%s", front_text_of_grant(p),
            w->grant.authenticate ? ", if the mail server takes name and password too: it wasn't asked"
                                  : "");
        return CTL_GOOD;
    case WIRE_DENY:
        say("the client sees", "%s", front_text_of_denial(p, (enum denial)w->deny.denial));
        return codes[w->deny.denial];
    case WIRE_GOODBYE:
        say("the client sees", "%s", front_text_of_goodbye(p, (enum goodbye)w->goodbye.goodbye));
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
    if (!t.policy->present) {
        complain(c->policy_file, "it doesn't have this protocol");
        return CTL_NO;
    }
    if (strlen(t.login) > LIMIT_LOGIN)
        return complain("the login is too long to be sent", "");
    if (!read_password(&t)) {
        explicit_bzero(t.password, sizeof t.password);
        return complain("no password was read", "");
    }
    code = try_login(c, &t);
    explicit_bzero(t.password, sizeof t.password);
    return code;
}
