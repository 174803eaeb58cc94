/* SPDX-License-Identifier: ISC */
/*
 * shrink - TLS in front of a mail server, which takes small records only: it negotiates a
 * record_size_limit (RFC 8449), and a record that is longer ends the connection. For tests.
 *
 *   shrink PORT CHAIN KEY LIMIT VERSION TARGET
 *
 * Listens on 127.0.0.1:PORT, says "listening", and passes each connection on to 127.0.0.1:TARGET.
 * LIMIT: octets of data in a record, 64 to 16384. VERSION: 1.2 or 1.3.
 */
#include <arpa/inet.h>
#include <gnutls/gnutls.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct pair {
    gnutls_session_t session;
    int server;
};

static struct sockaddr_in loopback(const char *port)
{
    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)atoi(port)),
                                .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
}

static void fail(const char *what, int code)
{
    printf("shrink: %s: %s\n", what, gnutls_strerror(code));
    fflush(stdout);
    _exit(1);
}

/* The server's data, as far as the client takes it. */
static void *pass_down(void *argument)
{
    const struct pair *p = argument;
    char room[20000];
    ssize_t n, sent;

    while ((n = read(p->server, room, sizeof room)) > 0)
        for (ssize_t at = 0; at < n; at += sent)
            if ((sent = gnutls_record_send(p->session, room + at, (size_t)(n - at))) < 0)
                fail("to the client", (int)sent);
    gnutls_bye(p->session, GNUTLS_SHUT_WR);
    return NULL;
}

static void pass_up(const struct pair *p)
{
    char room[20000];
    ssize_t n;

    while ((n = gnutls_record_recv(p->session, room, sizeof room)) > 0)
        if (write(p->server, room, (size_t)n) != n)
            break;
    if (n < 0)
        fail("from the client", (int)n);
    shutdown(p->server, SHUT_WR);
}

/* Serves one connection, in a process of its own. */
static void serve(int client, gnutls_certificate_credentials_t credentials, char **argv)
{
    struct sockaddr_in target = loopback(argv[6]);
    struct pair p = {.server = socket(AF_INET, SOCK_STREAM, 0)};
    char priority[64];
    pthread_t down;
    int failed;

    snprintf(priority, sizeof priority, "NORMAL:-VERS-ALL:+VERS-TLS%s:%%ALLOW_SMALL_RECORDS",
             argv[5]);
    gnutls_init(&p.session, GNUTLS_SERVER);
    if ((failed = gnutls_priority_set_direct(p.session, priority, NULL)) ||
        (failed = (int)gnutls_record_set_max_recv_size(p.session, (size_t)atoi(argv[4]))))
        fail("settings", failed);
    gnutls_credentials_set(p.session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_transport_set_int(p.session, client);
    do
        failed = gnutls_handshake(p.session);
    while (failed && !gnutls_error_is_fatal(failed));
    if (failed)
        fail("handshake", failed);
    if (connect(p.server, (struct sockaddr *)&target, sizeof target) ||
        pthread_create(&down, NULL, pass_down, &p))
        _exit(1);
    pass_up(&p);
    pthread_join(down, NULL);
    _exit(0);
}

int main(int argc, char **argv)
{
    gnutls_certificate_credentials_t credentials;
    int one = 1, l = socket(AF_INET, SOCK_STREAM, 0), client;

    if (argc != 7)
        return 2;
    struct sockaddr_in a = loopback(argv[1]);
    signal(SIGCHLD, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    gnutls_certificate_allocate_credentials(&credentials);
    if (gnutls_certificate_set_x509_key_file(credentials, argv[2], argv[3], GNUTLS_X509_FMT_PEM) <
        0)
        return 1;
    setsockopt(l, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(l, (struct sockaddr *)&a, sizeof a) || listen(l, 16))
        return 1;
    printf("listening\n");
    fflush(stdout);
    while ((client = accept(l, NULL, NULL)) >= 0) {
        if (fork() == 0)
            serve(client, credentials, argv);
        close(client);
    }
    return 1;
}
