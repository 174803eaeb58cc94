/* SPDX-License-Identifier: ISC */
/* tls - one TLS session over a non-blocking socket, until its keys are exported; see tls.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"
#include "tls_internal.h"

static int keep_secrets(gnutls_session_t session, gnutls_record_encryption_level_t level,
                        const void *secret_read, const void *secret_write, size_t size)
{
    struct tls *t = gnutls_session_get_ptr(session);

    if (level != GNUTLS_ENCRYPTION_LEVEL_APPLICATION || size > RECORD_SECRET_MAX)
        return 0;
    if (secret_read)
        memcpy(t->secret_in, secret_read, size);
    if (secret_write)
        memcpy(t->secret_out, secret_write, size);
    t->secret_size = size;
    return 0;
}

static struct tls *tls_new(const struct tls_context *c, int fd, unsigned flags,
                           gnutls_certificate_credentials_t credentials)
{
    struct tls *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->server = flags & GNUTLS_SERVER;
    t->context = c;
    if (gnutls_init(&t->session, flags | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL)) {
        free(t);
        return NULL;
    }
    gnutls_session_set_ptr(t->session, t);
    gnutls_priority_set(t->session, c->priority);
    gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, credentials);
    gnutls_handshake_set_secret_function(t->session, keep_secrets);
    gnutls_handshake_set_timeout(t->session, GNUTLS_INDEFINITE_TIMEOUT);
    gnutls_transport_set_int(t->session, fd);
    return t;
}

/* RFC 7301. A client may leave ALPN out; one that offers only other protocols is refused, so that
 * nobody's HTTPS is answered by a mail server (ALPACA). Submission has no registered name; these
 * two are what mail programs send. */
#define ALPN_MAX 2
static const char *const alpn[PROTOCOLS][ALPN_MAX] = {
    [PROTOCOL_POP3S] = {"pop3"},
    [PROTOCOL_IMAP4S] = {"imap"},
    [PROTOCOL_SMTPS] = {"smtp", "esmtp"},
};

static void set_alpn(struct tls *t, enum protocol protocol)
{
    gnutls_datum_t names[ALPN_MAX];
    unsigned n = 0;

    for (const char *const *name = alpn[protocol]; n < ALPN_MAX && name[n]; n++)
        names[n] = (gnutls_datum_t){(unsigned char *)(uintptr_t)name[n], (unsigned)strlen(name[n])};
    gnutls_alpn_set_protocols(t->session, names, n, GNUTLS_ALPN_MANDATORY);
}

/* GnuTLS calls it with the ClientHello's body, before it reads that itself. */
static int choose_certificate(gnutls_session_t session, unsigned type, unsigned when,
                              unsigned incoming, const gnutls_datum_t *message)
{
    const struct tls *t = gnutls_session_get_ptr(session);
    const struct tls_context *c = t->context;
    struct client_hello h;

    (void)type;
    (void)when;
    (void)incoming;
    if (!client_hello_read(span_of((const char *)message->data, message->size), &h))
        return 0;
    size_t i = server_certificate_choose(c->certificates, c->certificate_count, &h, c->tls13);
    return gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, c->certificates[i].credentials);
}

struct tls *tls_accept(const struct tls_context *c, int fd, enum protocol protocol)
{
    struct tls *t = tls_new(c, fd, GNUTLS_SERVER, c->certificates[0].credentials);

    if (!t)
        return NULL;
    set_alpn(t, protocol);
    if (c->certificate_count > 1) /* else there is nothing to choose */
        gnutls_handshake_set_hook_function(t->session, GNUTLS_HANDSHAKE_CLIENT_HELLO,
                                           GNUTLS_HOOK_PRE, choose_certificate);
    if (c->asks[protocol]) { /* without tickets: the certificate may be revoked in between */
        tls_ask_client(t, c);
        return t;
    }
    gnutls_certificate_server_set_request(t->session, GNUTLS_CERT_IGNORE);
    if (c->ticket_key.data)
        gnutls_session_ticket_enable_server(t->session, &c->ticket_key);
    return t;
}

struct tls *tls_connect(const struct tls_context *c, int fd, const char *host, bool verify,
                        struct span ca, struct err *e)
{
    gnutls_certificate_credentials_t trust = verify ? tls_trust_of(c, ca) : c->unverified;

    if (!trust) {
        err_set(e, "CA list %.*s is not loaded: reload mailwicket", SPAN_FMT(ca));
        return NULL;
    }
    struct tls *t = tls_new(c, fd, GNUTLS_CLIENT | GNUTLS_NO_TICKETS, trust);
    if (!t) {
        err_set(e, "no memory for TLS");
        return NULL;
    }
    if (!host_is_valid_address(span_str(host))) /* RFC 6066 section 3 */
        gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, host, strlen(host));
    if (verify)
        gnutls_session_set_verify_cert(t->session, host, 0);
    return t;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    gnutls_deinit(t->session);
    explicit_bzero(t, sizeof *t);
    free(t);
}

/* Keeps the reason why the TLS session failed; a bad certificate's in words. */
static void tls_fail(struct tls *t, int code)
{
    gnutls_datum_t text = {NULL, 0};

    t->failed = code;
    tls_blame_client(t, code);
    if (t->verdict)
        snprintf(t->why, sizeof t->why, "%s", client_verdict_text(t->verdict));
    else if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR &&
             !gnutls_certificate_verification_status_print(
                 gnutls_session_get_verify_cert_status(t->session), GNUTLS_CRT_X509, &text, 0))
        snprintf(t->why, sizeof t->why, "%s", (const char *)text.data);
    else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        snprintf(t->why, sizeof t->why, "the %s's alert: %s", t->server ? "client" : "server",
                 gnutls_alert_get_name(gnutls_alert_get(t->session)));
    else
        snprintf(t->why, sizeof t->why, "%s", gnutls_strerror(code));
    gnutls_free(text.data);
}

static enum tls_status tls_waiting(const struct tls *t)
{
    return gnutls_record_get_direction(t->session) ? TLS_WAIT_WRITE : TLS_WAIT_READ;
}

enum tls_status tls_handshake(struct tls *t)
{
    int r;

    do
        r = gnutls_handshake(t->session);
    while (r < 0 && r != GNUTLS_E_AGAIN && !gnutls_error_is_fatal(r));
    if (r == GNUTLS_E_AGAIN)
        return tls_waiting(t);
    if (r == GNUTLS_E_SUCCESS && !tls_lacks_client(t))
        return TLS_DONE;
    if (r == GNUTLS_E_SUCCESS)
        r = GNUTLS_E_NO_CERTIFICATE_FOUND;
    tls_fail(t, r);
    if (t->verdict)
        tls_refuse_client(t);
    else
        gnutls_alert_send_appropriate(t->session, r);
    return TLS_FAILED;
}

const char *tls_why(const struct tls *t)
{
    return t->why;
}

/* Turns GnuTLS's result into that of read(2). Refuses a renegotiation that the peer asks for, and
 * goes on (RFC 5246 section 7.2.2). */
static ssize_t tls_result(struct tls *t, ssize_t r)
{
    if (r >= 0)
        return r;
    if (r == GNUTLS_E_AGAIN || r == GNUTLS_E_INTERRUPTED || r == GNUTLS_E_WARNING_ALERT_RECEIVED) {
        errno = EAGAIN;
        return -1;
    }
    if (r == GNUTLS_E_REHANDSHAKE) {
        gnutls_alert_send(t->session, GNUTLS_AL_WARNING, GNUTLS_A_NO_RENEGOTIATION);
        errno = EAGAIN;
        return -1;
    }
    tls_fail(t, (int)r);
    errno = ECONNRESET;
    return -1;
}

ssize_t tls_read(struct tls *t, void *room, size_t size)
{
    return tls_result(t, gnutls_record_recv(t->session, room, size));
}

/* record_size_limit (RFC 8449) shows in the session's limit for sending alone,
 * max_fragment_length (RFC 6066 section 4) in that for receiving: in TLS 1.2 GnuTLS forgets it for
 * sending when the handshake ends. gnutls_range_split is the only call that tells the former. */
size_t tls_send_limit(const struct tls *t)
{
    const gnutls_range_st all = {RECORD_PLAIN_MAX, RECORD_PLAIN_MAX};
    gnutls_range_st first, rest;
    size_t receive = gnutls_record_get_max_size(t->session);

    if (gnutls_range_split(t->session, &all, &first, &rest))
        return receive;
    return first.high < receive ? first.high : receive;
}

ssize_t tls_write(struct tls *t, const void *data, size_t size)
{
    size_t limit = tls_send_limit(t);

    return tls_result(t, gnutls_record_send(t->session, data, size < limit ? size : limit));
}

size_t tls_pending(const struct tls *t)
{
    return gnutls_record_check_pending(t->session);
}

void tls_bye(struct tls *t)
{
    if (!t->failed)
        gnutls_bye(t->session, GNUTLS_SHUT_WR);
}

const char *tls_version(const struct tls *t)
{
    return gnutls_protocol_get_name(gnutls_protocol_get_version(t->session));
}

const char *tls_cipher(const struct tls *t)
{
    return gnutls_cipher_get_name(gnutls_cipher_get(t->session));
}
