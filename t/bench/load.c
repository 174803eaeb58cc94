/* SPDX-License-Identifier: ISC */
/*
 * load - a TLS mail client that measures a proxy from outside.
 *
 *   load login PROTO HOST PORT USER PASS COUNT PARALLEL  makes COUNT full logins on PARALLEL threads
 *   load hold PROTO HOST PORT USER PASS COUNT            holds COUNT sessions, prints "ready N"
 *   load flood PROTO HOST PORT COUNT                     holds COUNT connections that never log in,
 *                                                        prints how many are alive
 *   load fetch HOST PORT USER PASS REPEAT                IMAP: fetches message 1 REPEAT times
 *
 * PROTO is imap, pop3 or smtp. hold and flood end with standard input. Every connection makes a full
 * handshake, without resumption. Environment: PLAIN turns TLS off, TLS12 limits it to TLS 1.2.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static SSL_CTX *ctx;
static const char *proto, *host, *user, *pass;
static int port, plain;

struct conn {
    int fd;
    SSL *ssl;
    char buf[32768];
    int len, pos;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

static int c_open(struct conn *c)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    int one = 1;
    c->len = c->pos = 0;
    c->ssl = NULL;
    inet_pton(AF_INET, host, &a.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct timeval tv = {60, 0};
    setsockopt(c->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof tv);
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (void *)&a, sizeof a)) {
        close(c->fd);
        return -1;
    }
    if (plain)
        return 0;
    c->ssl = SSL_new(ctx);
    SSL_set_fd(c->ssl, c->fd);
    if (SSL_connect(c->ssl) != 1) {
        SSL_free(c->ssl);
        close(c->fd);
        return -1;
    }
    return 0;
}
static void c_close(struct conn *c)
{
    if (c->ssl) {
        SSL_shutdown(c->ssl);
        SSL_free(c->ssl);
    }
    close(c->fd);
}
static int c_read(struct conn *c, void *b, int n)
{
    return c->ssl ? SSL_read(c->ssl, b, n) : (int)read(c->fd, b, n);
}
static int c_puts(struct conn *c, const char *s)
{
    int n = strlen(s);
    return (c->ssl ? SSL_write(c->ssl, s, n) : (int)write(c->fd, s, n)) == n ? 0 : -1;
}
static int c_line(struct conn *c, char *out, int max)
{
    int o = 0;
    for (;;) {
        if (c->pos == c->len) {
            int r = c_read(c, c->buf, sizeof c->buf);
            if (r <= 0)
                return -1;
            c->len = r;
            c->pos = 0;
        }
        char ch = c->buf[c->pos++];
        if (o < max - 1)
            out[o++] = ch;
        if (ch == '\n') {
            out[o] = 0;
            return o;
        }
    }
}
static int b64(const unsigned char *in, int n, char *out)
{
    return EVP_EncodeBlock((unsigned char *)out, in, n);
}

static int expect_tag(struct conn *c, const char *tag)
{
    char l[8192];
    int n = strlen(tag);
    for (;;) {
        if (c_line(c, l, sizeof l) < 0)
            return -1;
        if (!strncmp(l, tag, n))
            return strncmp(l + n, " OK", 3) ? -2 : 0;
    }
}
static int expect_smtp(struct conn *c, char want)
{
    char l[8192];
    for (;;) {
        if (c_line(c, l, sizeof l) < 0)
            return -1;
        if (l[3] != '-')
            return l[0] == want ? 0 : -2;
    }
}
static int login_smtp(struct conn *c)
{
    char q[4096];
    unsigned char raw[1024];
    char enc[2048];
    int n = 0;
    if (expect_smtp(c, '2') || c_puts(c, "EHLO load.example\r\n") || expect_smtp(c, '2'))
        return -1;
    raw[n++] = 0;
    n += sprintf((char *)raw + n, "%s", user);
    raw[n++] = 0;
    n += sprintf((char *)raw + n, "%s", pass);
    b64(raw, n, enc);
    snprintf(q, sizeof q, "AUTH PLAIN %s\r\n", enc);
    return c_puts(c, q) || expect_smtp(c, '2') ? -2 : 0;
}
static int login(struct conn *c)
{
    char l[8192], q[4096];
    if (!strcmp(proto, "imap")) {
        if (c_line(c, l, sizeof l) < 0)
            return -1;
        snprintf(q, sizeof q, "a LOGIN \"%s\" \"%s\"\r\n", user, pass);
        return c_puts(c, q) ? -1 : expect_tag(c, "a");
    }
    if (!strcmp(proto, "pop3")) {
        if (c_line(c, l, sizeof l) < 0 || l[0] != '+')
            return -1;
        snprintf(q, sizeof q, "USER %s\r\n", user);
        if (c_puts(c, q) || c_line(c, l, sizeof l) < 0 || l[0] != '+')
            return -2;
        snprintf(q, sizeof q, "PASS %s\r\n", pass);
        if (c_puts(c, q) || c_line(c, l, sizeof l) < 0 || l[0] != '+')
            return -2;
        return 0;
    }
    return login_smtp(c);
}
static void logout(struct conn *c)
{
    char l[4096];
    c_puts(c, !strcmp(proto, "imap") ? "z LOGOUT\r\n" : "QUIT\r\n");
    while (c_line(c, l, sizeof l) > 0)
        ;
}

static atomic_int next_, failed, done;
static int total;
static double *lat;
static void *worker(void *unused)
{
    (void)unused;
    static __thread struct conn c;
    for (;;) {
        int i = atomic_fetch_add(&next_, 1);
        if (i >= total)
            return NULL;
        double t = now();
        if (c_open(&c)) {
            atomic_fetch_add(&failed, 1);
            lat[i] = -1;
            continue;
        }
        int r = login(&c);
        lat[i] = r ? -1 : now() - t;
        if (r)
            atomic_fetch_add(&failed, 1);
        else {
            logout(&c);
            atomic_fetch_add(&done, 1);
        }
        c_close(&c);
    }
}
static int compare_times(const void *a, const void *b)
{
    double x = *(double *)a, y = *(double *)b;
    return x < y ? -1 : x > y;
}

static int run_login(int parallel)
{
    pthread_t th[1024];
    if (parallel < 1 || parallel > 1024)
        return 2;
    lat = calloc(total, sizeof *lat);
    double t = now();
    for (int i = 0; i < parallel; i++)
        pthread_create(&th[i], NULL, worker, NULL);
    for (int i = 0; i < parallel; i++)
        pthread_join(th[i], NULL);
    double w = now() - t;
    int ok = 0;
    for (int i = 0; i < total; i++)
        if (lat[i] >= 0)
            lat[ok++] = lat[i];
    qsort(lat, ok, sizeof *lat, compare_times);
    printf("ok %d failed %d wall %.2f s rate %.1f/s p50 %.2f ms p99 %.2f ms\n", ok, failed, w,
           ok / w, ok ? lat[ok / 2] * 1e3 : 0, ok ? lat[ok * 99 / 100] * 1e3 : 0);
    return failed != 0;
}

static int wait_for_stdin(void)
{
    char ch;
    fflush(stdout);
    while (read(0, &ch, 1) > 0)
        ;
    return 0;
}

static int run_hold(int n)
{
    static struct conn c;
    int ok = 0;
    for (int i = 0; i < n; i++)
        if (c_open(&c) == 0 && login(&c) == 0)
            ok++;
    printf("ready %d\n", ok);
    return wait_for_stdin();
}

static int run_flood(int n)
{
    static struct conn c;
    int *fd = calloc(n, sizeof *fd), alive = 0;
    char b;
    plain = 1;
    for (int i = 0; i < n; i++)
        fd[i] = c_open(&c) ? -1 : c.fd;
    sleep(2);
    for (int i = 0; i < n; i++)
        if (fd[i] >= 0 && recv(fd[i], &b, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN)
            alive++;
    printf("opened %d alive %d\n", n, alive);
    return wait_for_stdin();
}

/* Fetches message 1 once. Returns its octets, or -1: the connection ended. */
static double fetch_once(struct conn *c)
{
    static char b[65536];
    char tail[600] = "";
    int tl = 0, r;
    double bytes = 0;
    c_puts(c, "f FETCH 1 BODY.PEEK[]\r\n");
    do {
        if (c->pos < c->len) {
            r = c->len - c->pos;
            memcpy(b, c->buf + c->pos, r);
            c->pos = c->len;
        } else
            r = c_read(c, b, sizeof b);
        if (r <= 0)
            return -1;
        bytes += r;
        int k = r < 250 ? r : 250;
        if (tl + k > 590) {
            memmove(tail, tail + tl - 250, 250);
            tl = 250;
        }
        memcpy(tail + tl, b + r - k, k);
        tl += k;
        tail[tl] = 0;
    } while (tail[tl - 1] != '\n' || !memmem(tail, tl, "\r\nf OK", 6));
    return bytes;
}

static int run_fetch(int repeat)
{
    static struct conn c;
    double bytes = 0;
    if (c_open(&c) || login(&c)) {
        puts("login failed");
        return 1;
    }
    c_puts(&c, "s SELECT INBOX\r\n");
    if (expect_tag(&c, "s")) {
        puts("select failed");
        return 1;
    }
    double t = now();
    for (int i = 0; i < repeat; i++) {
        double n = fetch_once(&c);
        if (n < 0) {
            puts("short");
            return 1;
        }
        bytes += n;
    }
    double w = now() - t;
    printf("bytes %.0f wall %.3f s rate %.1f MB/s\n", bytes, w, bytes / w / 1e6);
    return 0;
}

static void prepare(void)
{
    struct rlimit rl;
    signal(SIGPIPE, SIG_IGN);
    getrlimit(RLIMIT_NOFILE, &rl);
    rl.rlim_cur = rl.rlim_max;
    setrlimit(RLIMIT_NOFILE, &rl);
    plain = getenv("PLAIN") != NULL;
    ctx = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    if (getenv("TLS12"))
        SSL_CTX_set_max_proto_version(ctx, TLS1_2_VERSION);
}

/* Reads [PROTO] HOST PORT [USER PASS]. */
static void set_target(char **argv, const char *protocol, bool has_user)
{
    proto = protocol;
    host = argv[0];
    port = atoi(argv[1]);
    user = has_user ? argv[2] : NULL;
    pass = has_user ? argv[3] : NULL;
}

int main(int argc, char **argv)
{
    prepare();
    if (argc == 9 && !strcmp(argv[1], "login")) {
        set_target(argv + 3, argv[2], true);
        total = atoi(argv[7]);
        return run_login(atoi(argv[8]));
    }
    if (argc == 8 && !strcmp(argv[1], "hold")) {
        set_target(argv + 3, argv[2], true);
        return run_hold(atoi(argv[7]));
    }
    if (argc == 6 && !strcmp(argv[1], "flood")) {
        set_target(argv + 3, argv[2], false);
        return run_flood(atoi(argv[5]));
    }
    if (argc == 7 && !strcmp(argv[1], "fetch")) {
        set_target(argv + 2, "imap", true);
        return run_fetch(atoi(argv[6]));
    }
    return 2;
}
