/* SPDX-License-Identifier: ISC */
/* mailwicket - the filter: TLS with the mail program, its login, the mail server's login, and the
 * relay exec'd in its place. What it may touch, and when, stands in lib/session. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dial.h"
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
    "PROTOCOL is pop3s, imap4s or smtps. The first form serves sockets that systemd or inetd\n"
    "hands over, the second talks to you on standard input and output. See mailwicket(8).\n";

static int wrong(const char *what, const char *which)
{
    fprintf(stderr, "mailwicket: %s%s\n%s", what, which, usage);
    return EXIT_USAGE;
}

/* -1: go on; otherwise the exit status. */
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
            puts("mailwicket " PACKAGE_VERSION);
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
        return wrong("unknown protocol: ", argv[optind]);
    o->has_protocol = optind < argc;
    if (argc - optind > 1)
        return wrong("too much: ", argv[optind + 1]);
    if (o->no_tls != (o->peer != NULL) || (o->no_tls && !o->has_protocol))
        return wrong("--no-tls, --peer ADDRESS and PROTOCOL belong together", "");
    return -1;
}

static bool is_network(int fd)
{
    struct sockaddr_storage a;
    socklen_t size = sizeof a;

    return !getsockname(fd, (struct sockaddr *)&a, &size) &&
           (a.ss_family == AF_INET || a.ss_family == AF_INET6);
}

static int served(const struct prepared *p, enum protocol protocol)
{
    if (p->policy->protocols[protocol].present)
        return 0;
    fprintf(stderr, "mailwicket: %s has no %s\n", p->file, protocol_name(protocol));
    log_say(LOG_ERR, "policy-rejected", "%s has no %s", p->file, protocol_name(protocol));
    return EXIT_NOT_ENABLED;
}

/* By hand, on standard input and output, for trying things out. */
static int by_hand(struct prepared *p, const struct options *o)
{
    struct dial_addresses address;
    struct arrival a = {.protocol = o->protocol, .peer = o->peer, .keep_stderr = true};

    if (is_network(0) || is_network(1))
        return wrong("--no-tls on a network socket: that would speak in clear", "");
    if (!dial_numeric(&address, o->peer))
        return wrong("--peer wants an IPv4 or IPv6 address: ", o->peer);
    return connection_serve(p, &a);
}

/* One connection, on descriptor 0 (inetd) or handed over (Accept=yes). */
static int one_connection(struct prepared *p, const struct options *o, int handed, bool keep_stderr)
{
    struct arrival a = {.protocol = o->protocol, .keep_stderr = keep_stderr};

    if (handed > 0 && dup2(handed, 0) < 0)
        return 1;
    if (!is_network(0))
        return wrong("standard input is no network socket: start me from systemd or inetd", "");
    if (!o->has_protocol)
        return wrong("which PROTOCOL?", "");
    return connection_serve(p, &a);
}

/* Whether the socket's pair is enabled: a socket that outlived its policy must not serve. */
static int enabled(const struct prepared *p, const struct listener_socket *s)
{
    if (served(p, s->protocol))
        return EXIT_NOT_ENABLED;
    if (listen_enabled(p->policy, s))
        return 0;
    fprintf(stderr, "mailwicket: %s doesn't enable %s on interface %s: stop that socket\n", p->file,
            protocol_name(s->protocol), s->interface);
    log_say(LOG_ERR, "policy-rejected", "%s doesn't enable %s on interface %s: stop that socket",
            p->file, protocol_name(s->protocol), s->interface);
    return EXIT_NOT_ENABLED;
}

/* What a listening socket serves, by its name: "PROTOCOL-INTERFACE", or the protocol alone; with
 * any other name what the command line says. 0, or an exit status. */
static int describe(struct listener_socket *s, const struct handed *h, const struct options *o)
{
    struct span name = span_str(h->name);

    s->fd = h->fd;
    if (protocol_parse(span_cut(&name, '-'), &s->protocol)) {
        if (!span_copy(s->interface, sizeof s->interface, name))
            return wrong("no interface has so long a name: ", h->name);
        return 0;
    }
    if (!o->has_protocol)
        return wrong("a listening socket needs FileDescriptorName= pop3s, imap4s or smtps: ",
                     h->name);
    s->protocol = o->protocol;
    return 0;
}

static int listening(struct prepared *p, const struct options *o, const struct handed *handed,
                     size_t count, bool keep_stderr)
{
    static struct listener_socket sockets[LISTENERS_MAX];
    struct err e;

    for (size_t i = 0; i < count; i++) {
        int status = describe(&sockets[i], &handed[i], o);
        if (status == 0)
            status = enabled(p, &sockets[i]);
        if (status != 0)
            return status;
    }
    if (connection_has_service(p->policy) && priv_drop(USER_FILTER, &e)) {
        log_say(LOG_ERR, "trouble", "%s", e.text);
        fprintf(stderr, "mailwicket: %s\n", e.text);
        return 1;
    }
    log_say(LOG_NOTICE, "started", "%zu listening sockets, policy %s", count, p->file);
    return listen_serve(p, sockets, count, keep_stderr);
}

/* Under inetd standard error is the client's socket: not one word may go there. */
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
    if (prepare(&p, o.policy, !client_on_stderr))
        return 1;
    if (o.has_protocol && served(&p, o.protocol))
        return EXIT_NOT_ENABLED;
    if (o.no_tls)
        return by_hand(&p, &o);
    if (count > 0 && handed[0].listening)
        return listening(&p, &o, handed, count, !client_on_stderr);
    return one_connection(&p, &o, count > 0 ? handed[0].fd : 0, !client_on_stderr);
}
