/* SPDX-License-Identifier: ISC */
/* radius_bed - for tests: certificates, and a RADIUS server over TLS, a process that a script tells how
 * to behave. */
#ifndef MW_RADIUS_BED_H
#define MW_RADIUS_BED_H

#include <arpa/inet.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "issue.h"
#include "radius_make.h"

#define SECRET       "radsec" /* RFC 6614 section 2.3 */
#define OTHER_SECRET "xyzzy5461"

#define LONG_MS 120000 /* more than any answer takes */

enum act {
    ANSWER,        /* each request, until the client leaves */
    ONCE,          /* answers one request and closes */
    SILENT,        /* hears requests and says nothing */
    SILENT_TCP,    /* not even to the handshake */
    NONSENSE,      /* says something else than TLS */
    CLOSE_AT_ONCE, /* in place of a handshake */
    CLOSE,         /* in place of an answer, with close_notify */
    DROP,          /* the same without */
    HALF,          /* closes in the middle of an answer */
    BYTES,         /* answers with a record for each octet */
    OTHER_FIRST,   /* answers another request, and then this one */
    EXTRA,         /* says more behind its answer */
    FLOOD,         /* answers other requests without end */
    TOO_SHORT,     /* a packet's length is 19 */
    TOO_LONG,      /* it is 4097 */
    BROKEN,        /* an attribute's length is 0 */
    FORGED,        /* signed with OTHER_SECRET */
    UNSIGNED,      /* without Message-Authenticator */
    REJECT,
};

enum certificate { GOOD, EXPIRED, OTHER_NAME, OTHER_CA, CERTIFICATES };

/* Shared with the server's process. */
struct seen {
    atomic_int connections, ended, requests;
    atomic_int goodbyes;  /* connections that ended with the client's close_notify */
    atomic_int unsigned_; /* requests that SECRET doesn't sign */
};

static struct {
    char dir[64], ca[128], certificate[128], key[128];
    gnutls_certificate_credentials_t server[CERTIFICATES];
    struct seen *seen;
    int fd; /* listens */
    unsigned port;
    pid_t pid;
} bed;

/* --- certificates -------------------------------------------------------------------------------*/

static inline void write_key(const char *file, const struct party *p)
{
    gnutls_datum_t pem;

    MUST(gnutls_x509_privkey_export2(p->key, GNUTLS_X509_FMT_PEM, &pem));
    append_pem(file, &pem);
}

static inline gnutls_certificate_credentials_t credentials_of(const struct party *p)
{
    gnutls_certificate_credentials_t c;
    gnutls_x509_crt_t crt = p->crt;

    MUST(gnutls_certificate_allocate_credentials(&c));
    MUST(gnutls_certificate_set_x509_key(c, &crt, 1, p->key));
    MUST(gnutls_certificate_set_x509_trust_file(c, bed.ca, GNUTLS_X509_FMT_PEM));
    return c;
}

static inline void make_certificates(void)
{
    static const struct wish ca_wish = {.cn = "CA", .serial = 1, .ca = true};
    static const struct wish other_wish = {.cn = "Other CA", .serial = 1, .ca = true};
    static const struct wish wishes[] = {
        [GOOD] = {.cn = "localhost", .serial = 2},
        [EXPIRED] = {.cn = "localhost", .serial = 3, .from = -9 * DAY, .until = -DAY},
        [OTHER_NAME] = {.cn = "mail.example.org", .serial = 4},
        [OTHER_CA] = {.cn = "localhost", .serial = 5},
    };
    static const struct wish client_wish = {.cn = "mailwicket", .serial = 6};
    struct party ca = issue(&ca_wish, NULL), other = issue(&other_wish, NULL), p;

    append_certificate(bed.ca, &ca);
    for (int i = 0; i < CERTIFICATES; i++) {
        p = issue(&wishes[i], i == OTHER_CA ? &other : &ca);
        bed.server[i] = credentials_of(&p);
        party_free(&p);
    }
    p = issue(&client_wish, &ca);
    append_certificate(bed.certificate, &p);
    write_key(bed.key, &p);
    party_free(&p);
    party_free(&ca);
    party_free(&other);
}

static inline int make_bed(void **unused)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;

    (void)unused;
    strcpy(bed.dir, "/tmp/mailwicket-radius.XXXXXX");
    assert_non_null(mkdtemp(bed.dir));
    snprintf(bed.ca, sizeof bed.ca, "%s/ca.pem", bed.dir);
    snprintf(bed.certificate, sizeof bed.certificate, "%s/client.pem", bed.dir);
    snprintf(bed.key, sizeof bed.key, "%s/client.key", bed.dir);
    make_certificates();
    bed.seen =
        mmap(NULL, sizeof *bed.seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(bed.seen != MAP_FAILED);
    bed.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(bed.fd, (struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(bed.fd, 8), 0);
    assert_int_equal(getsockname(bed.fd, (struct sockaddr *)&at, &size), 0);
    bed.port = ntohs(at.sin_port);
    return 0;
}

static inline int remove_bed(void **unused)
{
    (void)unused;
    for (int i = 0; i < CERTIFICATES; i++)
        gnutls_certificate_free_credentials(bed.server[i]);
    unlink(bed.ca);
    unlink(bed.certificate);
    unlink(bed.key);
    rmdir(bed.dir);
    close(bed.fd);
    munmap(bed.seen, sizeof *bed.seen);
    return 0;
}

/* --- the server ---------------------------------------------------------------------------------*/

struct script {
    enum act acts[2];             /* of the first connection, and of all others */
    enum certificate certificate; /* the server's */
    const char *priority;         /* GnuTLS's; NULL: NORMAL */
    bool asks;                    /* for the client's certificate */
};

static inline void say(gnutls_session_t tls, const void *p, size_t n)
{
    gnutls_record_send(tls, p, n);
}

static inline bool is_signed(const unsigned char *p, size_t size)
{
    unsigned char copy[RADIUS_PACKET], made[MD5_DIGEST_SIZE];
    struct hmac_md5_ctx h;

    if (p[0] != RADIUS_ACCESS_REQUEST)
        return true;
    memcpy(copy, p, size);
    memset(copy + RADIUS_HEADER + 2, 0, MD5_DIGEST_SIZE);
    hmac_md5_set_key(&h, strlen(SECRET), (const uint8_t *)SECRET);
    hmac_md5_update(&h, size, copy);
    hmac_md5_digest(&h, sizeof made, made);
    return p[RADIUS_HEADER] == RADIUS_MESSAGE_AUTHENTICATOR &&
           memcmp(made, p + RADIUS_HEADER + 2, sizeof made) == 0;
}

/* The answer to the request p that act is about. */
static inline struct radius_packet answer_to(const unsigned char *p, enum act act)
{
    unsigned char code = p[0] == RADIUS_ACCOUNTING_REQUEST ? RADIUS_ACCOUNTING_RESPONSE
                         : act == REJECT                   ? RADIUS_ACCESS_REJECT
                                                           : RADIUS_ACCESS_ACCEPT;
    struct radius_packet k =
        make_answer(p, code, act == UNSIGNED ? SPAN(STAFF) : SPAN(SIGNED STAFF),
                    act == FORGED ? OTHER_SECRET : SECRET);

    if (act == TOO_SHORT || act == TOO_LONG)
        memcpy(k.p + 2, act == TOO_SHORT ? "\0\x13" : "\x10\x01", 2);
    if (act == BROKEN)
        k.p[RADIUS_HEADER + SIGNATURE + 1] = 0;
    return k;
}

/* Answers one request. false: nothing more is to be heard. */
static inline bool answer(gnutls_session_t tls, const unsigned char *request, enum act act)
{
    struct radius_packet k = answer_to(request, act), other = k;
    size_t n = act == HALF ? k.size / 2 : k.size;

    other.p[1]++;
    if (act == SILENT)
        return true;
    if (act == CLOSE || act == DROP)
        return false;
    while (act == FLOOD && gnutls_record_send(tls, other.p, other.size) > 0)
        ;
    if (act == OTHER_FIRST)
        say(tls, other.p, other.size);
    if (act == EXTRA) {
        memcpy(k.p + n, other.p, other.size);
        n += other.size;
    }
    for (size_t i = 0; act == BYTES && i < n; i++)
        say(tls, k.p + i, 1);
    if (act != BYTES)
        say(tls, k.p, n);
    return act != ONCE && act != HALF;
}

static inline void converse(gnutls_session_t tls, enum act act, struct seen *seen)
{
    unsigned char request[RADIUS_PACKET];
    bool more = true;
    ssize_t n = 1;

    while (more && (n = gnutls_record_recv(tls, request, sizeof request)) > 0) {
        seen->requests++;
        seen->unsigned_ += !is_signed(request, (size_t)n);
        more = answer(tls, request, act);
    }
    seen->goodbyes += n == 0;
    if (act == CLOSE || act == ONCE)
        gnutls_bye(tls, GNUTLS_SHUT_WR);
}

/* One connection, from accept to its end. */
static inline void play(int fd, const struct script *s, enum act act, struct seen *seen)
{
    gnutls_session_t tls;
    char room[512];
    int r;

    if (act == NONSENSE)
        (void)!write(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    while ((act == SILENT_TCP || act == NONSENSE) && read(fd, room, sizeof room) > 0)
        ;
    if (act == SILENT_TCP || act == NONSENSE || act == CLOSE_AT_ONCE)
        return;
    MUST(gnutls_init(&tls, GNUTLS_SERVER | GNUTLS_NO_SIGNAL));
    MUST(gnutls_priority_set_direct(tls, s->priority ? s->priority : "NORMAL", NULL));
    MUST(gnutls_credentials_set(tls, GNUTLS_CRD_CERTIFICATE, bed.server[s->certificate]));
    if (s->asks) {
        gnutls_certificate_server_set_request(tls, GNUTLS_CERT_REQUIRE);
        gnutls_session_set_verify_cert(tls, NULL, 0);
    }
    gnutls_transport_set_int(tls, fd);
    while ((r = gnutls_handshake(tls)) < 0 && !gnutls_error_is_fatal(r))
        ;
    if (r == 0)
        converse(tls, act, seen);
    else
        gnutls_alert_send_appropriate(tls, r);
    gnutls_deinit(tls);
}

static inline _Noreturn void serve(const struct script *s, struct seen *seen)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL); /* a test that fails doesn't stop it */
    for (;;) {
        int fd = accept(bed.fd, NULL, NULL);
        if (fd < 0)
            _exit(1);
        play(fd, s, s->acts[seen->connections++ > 0], seen);
        close(fd);
        seen->ended++;
    }
}

static inline void start(const struct script *s)
{
    memset(bed.seen, 0, sizeof *bed.seen);
    bed.pid = fork();
    assert_true(bed.pid >= 0);
    if (bed.pid == 0)
        serve(s, bed.seen);
}

/* Once it has seen its connections end, and so many at least. */
static inline void stop(int connections)
{
    uint64_t end = clock_ms() + LONG_MS;

    while ((bed.seen->ended < connections || bed.seen->ended < bed.seen->connections) &&
           clock_ms() < end)
        usleep(1000);
    assert_int_equal(bed.seen->ended, bed.seen->connections);
    kill(bed.pid, SIGKILL);
    assert_int_equal(waitpid(bed.pid, NULL, 0), bed.pid);
}

#endif
