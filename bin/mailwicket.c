/* SPDX-License-Identifier: ISC */
/* mailwicket - the filter: TLS and login with the mail program, the mail server's login, then exec
 * of the relay. lib/filter says what it may touch, and when. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptors.h"
#include "dial.h"
#include "expiry_log.h"
#include "handed.h"
#include "listen.h"
#include "log.h"
#include "program.h"

enum { EXIT_USAGE = 2, EXIT_NOT_ENABLED = 3 };

struct options {
    const char *policy, *peer;
    bool no_tls;
    bool has_protocol;
    enum protocol protocol;
};

static const struct option long_options[] = {
    {"policy", required_argument, NULL, 'p'}, {"no-tls", no_argument, NULL, 'n'},
    {"peer", required_argument, NULL, 'a'},   {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0},
};

static const char usage[] =
    "usage: mailwicket [--policy FILE] [PROTOCOL]\n"
    "       mailwicket [--policy FILE] --no-tls --peer ADDRESS PROTOCOL\n"
    "PROTOCOL is pop3s, imap4s or smtps. The first form serves sockets from systemd or inetd,\n"
    "the second one standard input and output. See mailwicket(8).\n";

static int __attribute__((format(printf, 1, 2))) usage_error(const char *format, ...)
{
    va_list args;

    fputs(PROGRAM_FILTER ": ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fprintf(stderr, "\n%s", usage);
    return EXIT_USAGE;
}

/* Returns -1 to go on, otherwise the exit status. */
static int read_options(struct options *o, int argc, char **argv)
{
    int c;

    *o = (struct options){.policy = SYSCONFDIR "/mailwicket/policy.xml"};
    while ((c = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        switch (c) {
        case 'p':
            o->policy = optarg;
            break;
        case 'n':
            o->no_tls = true;
            break;
        case 'a':
            o->peer = optarg;
            break;
        case 'V':
            puts(PROGRAM_FILTER " " PACKAGE_VERSION);
            return 0;
        case 'h':
            fputs(usage, stdout);
            return 0;
        default:
            fputs(usage, stderr);
            return EXIT_USAGE;
        }
    }
    if (optind < argc && !protocol_parse(span_str(argv[optind]), &o->protocol))
        return usage_error("invalid protocol %s: expected pop3s, imap4s or smtps", argv[optind]);
    o->has_protocol = optind < argc;
    if (argc - optind > 1)
        return usage_error("unexpected argument %s", argv[optind + 1]);
    if (o->no_tls != (o->peer != NULL) || (o->no_tls && !o->has_protocol))
        return usage_error("--no-tls and --peer ADDRESS go together, and need PROTOCOL");
    return -1;
}

static bool is_network(int fd)
{
    struct sockaddr_storage a;
    socklen_t size = sizeof a;

    return !getsockname(fd, (struct sockaddr *)&a, &size) &&
           (a.ss_family == AF_INET || a.ss_family == AF_INET6);
}

/* Returns 0 if the policy has the protocol, otherwise the exit status. */
static int check_protocol(const struct prepared *p, enum protocol protocol)
{
    if (p->policy->protocols[protocol].present)
        return 0;
    fprintf(stderr, PROGRAM_FILTER ": %s has no %s\n", p->file, protocol_name(protocol));
    log_say(LOG_ERR, "policy-rejected", "%s has no %s", p->file, protocol_name(protocol));
    return EXIT_NOT_ENABLED;
}

/* Started by hand, on standard input and output, to try things out. */
static int serve_by_hand(struct prepared *p, const struct options *o)
{
    struct dial_addresses address;
    struct arrival a = {.protocol = o->protocol, .peer = o->peer, .keep_stderr = true};

    if (is_network(0) || is_network(1))
        return usage_error(
            "--no-tls is not allowed on a network socket: it sends everything in clear");
    if (!dial_numeric(&address, o->peer))
        return usage_error("invalid --peer %s: expected an IPv4 or IPv6 address", o->peer);
    return connection_serve(p, &a);
}

/* One connection, on descriptor 0 (inetd) or handed over (Accept=yes). */
static int serve_one(struct prepared *p, const struct options *o, int handed, bool keep_stderr)
{
    struct arrival a = {.protocol = o->protocol, .keep_stderr = keep_stderr};

    if (handed > 0 && dup2(handed, 0) < 0)
        return 1;
    if (!is_network(0))
        return usage_error(
            "standard input is not a network socket: start mailwicket by systemd or inetd");
    if (!o->has_protocol)
        return usage_error("missing PROTOCOL");
    expiry_log(p->validity, p->validity_count, true);
    return connection_serve(p, &a);
}

/* Returns 0 if the policy enables the socket, otherwise the exit status: a socket that has outlived
 * its policy must not serve. */
static int check_socket(const struct prepared *p, const struct listener_socket *s)
{
    if (check_protocol(p, s->protocol))
        return EXIT_NOT_ENABLED;
    if (listen_enabled(p->policy, s))
        return 0;
    fprintf(stderr, PROGRAM_FILTER ": %s doesn't enable %s on interface %s: stop that socket\n",
            p->file, protocol_name(s->protocol), s->interface);
    log_say(LOG_ERR, "policy-rejected", "%s doesn't enable %s on interface %s: stop that socket",
            p->file, protocol_name(s->protocol), s->interface);
    return EXIT_NOT_ENABLED;
}

/* Sets what a listening socket serves, by its name: "PROTOCOL-INTERFACE", or the protocol alone.
 * With any other name the command line decides. Returns 0 or an exit status. */
static int describe_socket(struct listener_socket *s, const struct handed *h,
                           const struct options *o)
{
    struct span name = span_str(h->name);

    s->fd = h->fd;
    if (protocol_parse(span_cut(&name, '-'), &s->protocol)) {
        if (!span_copy(s->interface, sizeof s->interface, name))
            return usage_error("invalid socket name %s: the interface name is too long", h->name);
        return 0;
    }
    if (!o->has_protocol)
        return usage_error(
            "invalid socket name %s: expected FileDescriptorName= pop3s, imap4s or smtps", h->name);
    s->protocol = o->protocol;
    return 0;
}

static int serve_listening(struct prepared *p, const struct options *o, const struct handed *handed,
                           size_t count, bool keep_stderr)
{
    static struct listener_socket sockets[LISTENERS_MAX];
    struct err e;

    for (size_t i = 0; i < count; i++) {
        int status = describe_socket(&sockets[i], &handed[i], o);
        if (status == 0)
            status = check_socket(p, &sockets[i]);
        if (status != 0)
            return status;
    }
    if (connection_has_service(p->policy) && priv_drop(USER_FILTER, &e)) {
        log_say(LOG_ERR, "trouble", "%s", e.text);
        fprintf(stderr, PROGRAM_FILTER ": %s\n", e.text);
        return 1;
    }
    log_say(LOG_NOTICE, "started", "%zu listening sockets, policy %s", count, p->file);
    return listen_serve(p, sockets, count, keep_stderr);
}

/* Under inetd standard error is the client's socket: never write to it. */
static bool silence_client(void)
{
    if (!is_network(2))
        return false;
    if (!freopen("/dev/null", "w", stderr))
        close(2);
    return true;
}

int main(int argc, char **argv)
{
    static struct prepared p;
    static struct handed handed[HANDED_MAX];
    struct options o;
    struct err e;

    bool client_on_stderr = silence_client();
    int status = read_options(&o, argc, argv);
    if (status >= 0)
        return status;
    signal(SIGPIPE, SIG_IGN);
    size_t count = handed_sockets(handed);
    if (o.no_tls)
        log_open_sink(PROGRAM_FILTER, LOG_TO_STDERR, LOG_MAIL, LOG_INFO);
    else
        log_open(PROGRAM_FILTER, LOG_MAIL, LOG_INFO);
    if (descriptors_raise(DESCRIPTORS_FILTER, &e)) {
        log_say(LOG_ERR, "trouble", "%s", e.text);
        fprintf(stderr, PROGRAM_FILTER ": %s\n", e.text);
        return 1;
    }
    if (prepare(&p, o.policy, !client_on_stderr))
        return 1;
    if (o.has_protocol && check_protocol(&p, o.protocol))
        return EXIT_NOT_ENABLED;
    if (o.no_tls)
        return serve_by_hand(&p, &o);
    if (count > 0 && handed[0].listening)
        return serve_listening(&p, &o, handed, count, !client_on_stderr);
    return serve_one(&p, &o, count > 0 ? handed[0].fd : 0, !client_on_stderr);
}
