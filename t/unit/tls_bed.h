/* SPDX-License-Identifier: ISC */
/* tls_bed - for tests of lib/tls: a certificate, and one TLS session of ours with plain GnuTLS as its
 * peer. */
#ifndef MW_TLS_BED_H
#define MW_TLS_BED_H

#include <errno.h>
#include <fcntl.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tls.h"

static char directory[] = "/tmp/mailwicket-tls.XXXXXX", chain[64], key[64];
static struct tls_context *context;
static gnutls_certificate_credentials_t server_cred, client_cred;
static char big[60000];

static inline void write_file(char name[64], const char *base, const gnutls_datum_t *text)
{
    snprintf(name, 64, "%s/%s", directory, base);
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text->data, 1, text->size, f), text->size);
    assert_int_equal(fclose(f), 0);
}

/* A certificate that is signed by its own key. */
static inline void make_certificate(void)
{
    gnutls_x509_privkey_t k;
    gnutls_x509_crt_t c;
    gnutls_datum_t pem;

    assert_non_null(mkdtemp(directory));
    assert_int_equal(gnutls_x509_privkey_init(&k), 0);
    assert_int_equal(gnutls_x509_privkey_generate(
                         k, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0),
                     0);
    assert_int_equal(gnutls_x509_crt_init(&c), 0);
    gnutls_x509_crt_set_version(c, 3);
    gnutls_x509_crt_set_serial(c, "\1", 1);
    gnutls_x509_crt_set_activation_time(c, time(NULL) - 60);
    gnutls_x509_crt_set_expiration_time(c, time(NULL) + 3600);
    gnutls_x509_crt_set_key(c, k);
    assert_int_equal(gnutls_x509_crt_set_dn(c, "CN=localhost", NULL), 0);
    assert_int_equal(gnutls_x509_crt_sign2(c, c, k, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(c, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_file(chain, "chain.pem", &pem);
    gnutls_free(pem.data);
    assert_int_equal(gnutls_x509_privkey_export2(k, GNUTLS_X509_FMT_PEM, &pem), 0);
    write_file(key, "key.pem", &pem);
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(c);
    gnutls_x509_privkey_deinit(k);
}

static inline int start(void **unused)
{
    (void)unused;
    char none[] = "";
    struct err e;

    make_certificate();
    struct policy_certificate certificate = {.chain = chain, .key = key, .ocsp = none};
    struct policy p = {.tls_priority = none,
                       .client_ca = none,
                       .crl = none,
                       .tickets = true,
                       .certificates = &certificate,
                       .certificate_count = 1};

    context = tls_context_load(&p, &e);
    assert_non_null(context);
    gnutls_certificate_allocate_credentials(&client_cred);
    gnutls_certificate_allocate_credentials(&server_cred);
    assert_true(
        gnutls_certificate_set_x509_key_file(server_cred, chain, key, GNUTLS_X509_FMT_PEM) >= 0);
    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)(i * 7 + i / 251);
    return 0;
}

static inline int stop(void **unused)
{
    (void)unused;
    tls_context_free(context);
    gnutls_certificate_free_credentials(client_cred);
    gnutls_certificate_free_credentials(server_cred);
    unlink(chain);
    unlink(key);
    return rmdir(directory);
}

/* Our session and the peer's, over a pair of sockets. */
struct scene {
    int us, them;
    struct tls *tls;
    gnutls_session_t peer;
};

struct peer {
    const char *name;
    bool server; /* we are the server */
    int version; /* 2: TLS 1.2, 3: TLS 1.3 */
    /* What the peer negotiates, in octets; 0: nothing. Beside record_size_limit, size is offered as
     * max_fragment_length too. */
    size_t size, receive;
    uint16_t out; /* the limit that we keep then; 0: 16384 */
};

static inline void set_sizes(gnutls_session_t session, const struct peer *row)
{
    if (row->size)
        assert_int_equal(gnutls_record_set_max_size(session, row->size), 0);
    if (row->receive)
        assert_int_equal(gnutls_record_set_max_recv_size(session, row->receive), 0);
}

static inline void meet(struct scene *s, const struct peer *row)
{
    char priority[128];
    int pair[2];
    struct err e;

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair), 0);
    s->us = pair[0];
    s->them = pair[1];
    snprintf(priority, sizeof priority, "NORMAL:-VERS-ALL:+VERS-TLS1.%d:%%ALLOW_SMALL_RECORDS",
             row->version);
    gnutls_init(&s->peer,
                (row->server ? GNUTLS_CLIENT : GNUTLS_SERVER) | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL);
    assert_int_equal(gnutls_priority_set_direct(s->peer, priority, NULL), 0);
    gnutls_credentials_set(s->peer, GNUTLS_CRD_CERTIFICATE,
                           row->server ? client_cred : server_cred);
    gnutls_transport_set_int(s->peer, s->them);
    set_sizes(s->peer, row);
    s->tls = row->server ? tls_accept(context, s->us, PROTOCOL_IMAP4S)
                         : tls_connect(context, s->us, "localhost", false, SPAN(""), &e);
    assert_non_null(s->tls);
}

static inline void shake_hands(struct scene *s)
{
    int peer = GNUTLS_E_AGAIN;
    enum tls_status us = TLS_WAIT_READ;

    for (int i = 0; i < 20 && (peer || us != TLS_DONE); i++) {
        if (peer)
            peer = gnutls_handshake(s->peer);
        if (us != TLS_DONE)
            us = tls_handshake(s->tls);
        assert_int_not_equal(us, TLS_FAILED);
        if (gnutls_error_is_fatal(peer))
            print_message("the peer: %s\n", gnutls_strerror(peer));
        assert_true(peer == 0 || !gnutls_error_is_fatal(peer));
    }
    assert_int_equal(peer, 0);
    assert_int_equal(us, TLS_DONE);
}

static inline void part(struct scene *s)
{
    gnutls_deinit(s->peer);
    tls_free(s->tls);
    close(s->us);
    close(s->them);
}

/* Writes octets past TLS until the socket takes no more. */
static inline size_t fill_socket(int fd)
{
    size_t n = 0;
    ssize_t w;

    while ((w = write(fd, big, sizeof big)) > 0)
        n += (size_t)w;
    assert_int_equal(errno, EAGAIN);
    return n;
}

static inline void empty_socket(int fd, size_t n)
{
    static char room[4096];

    while (n > 0) {
        ssize_t r = read(fd, room, n < sizeof room ? n : sizeof room);
        assert_true(r > 0);
        n -= (size_t)r;
    }
}

#endif
