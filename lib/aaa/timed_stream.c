/* SPDX-License-Identifier: ISC */
/* timed_stream - an edge: opens sockets and speaks TLS by GnuTLS; see timed_stream.h. Passes
 * passwords on and keeps none. Under TLS, believes only a server that the CAs vouch for, unless its
 * caller takes any. */
#include "timed_stream.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "host.h"
#include "resolve.h"

/* Small records: a server may want fewer than 512 octets in each (RFC 8449). */
#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:%ALLOW_SMALL_RECORDS"

/* --- the socket ---------------------------------------------------------------------------------*/

bool timed_wait(int fd, short events, uint64_t deadline)
{
    struct pollfd p = {.fd = fd, .events = events};
    uint64_t now;

    while ((now = clock_ms()) < deadline) {
        int ready = poll(&p, 1, (int)(deadline - now));
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return false;
    }
    errno = ETIMEDOUT;
    return false;
}

/* Returns a connected socket, or -1 and errno. */
static int timed_connect(const struct addrinfo *to, uint64_t until)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1, error;
    socklen_t size = sizeof error;

    if (fd < 0)
        return -1;
    error = connect(fd, to->ai_addr, to->ai_addrlen) ? errno : 0;
    if (error == EINPROGRESS &&
        (!timed_wait(fd, POLLOUT, until) || getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size)))
        error = errno;
    if (error) {
        close(fd);
        errno = error;
        return -1;
    }
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

int timed_stream_open(struct timed_stream *s, const char *host, unsigned port, uint64_t deadline)
{
    struct addrinfo *list;
    unsigned left = 0;

    *s = (struct timed_stream){.fd = -1, .deadline = deadline};
    if (resolve(&list, host, port, SOCK_STREAM, deadline, &s->why))
        return -1;
    for (const struct addrinfo *to = list; to; to = to->ai_next)
        left++;
    for (const struct addrinfo *to = list; to && s->fd < 0; to = to->ai_next) {
        uint64_t now = clock_ms(), share = now < deadline ? (deadline - now) / left-- : 0;

        s->fd = timed_connect(to, now + (share < LIMIT_CONNECT_MS ? share : LIMIT_CONNECT_MS));
        if (s->fd < 0)
            err_set(&s->why, "%s", strerror(errno));
    }
    freeaddrinfo(list);
    if (s->fd >= 0)
        s->why.text[0] = '\0';
    return s->fd < 0 ? -1 : 0;
}

void timed_stream_on(struct timed_stream *s, int fd, uint64_t deadline)
{
    *s = (struct timed_stream){.fd = fd, .deadline = deadline};
}

/* --- TLS ----------------------------------------------------------------------------------------*/

static void timed_tls_failed(struct timed_stream *s, int code)
{
    gnutls_datum_t text = {NULL, 0};

    if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR &&
        gnutls_certificate_verification_status_print(
            gnutls_session_get_verify_cert_status(s->session), GNUTLS_CRT_X509, &text, 0) == 0)
        err_set(&s->why, "TLS: %s", (const char *)text.data);
    else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        err_set(&s->why, "TLS: the server's alert: %s",
                gnutls_alert_get_name(gnutls_alert_get(s->session)));
    else
        err_set(&s->why, "TLS: %s", gnutls_strerror(code));
    gnutls_free(text.data);
    errno = code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR ||
                    code == GNUTLS_E_PUSH_ERROR
                ? ECONNRESET
                : EPROTO;
}

/* Whether to repeat the GnuTLS call that returned code, below 0. false: s->why and errno. */
static bool timed_again(struct timed_stream *s, ssize_t code)
{
    short events = gnutls_record_get_direction(s->session) ? POLLOUT : POLLIN;

    if (gnutls_error_is_fatal((int)code)) {
        timed_tls_failed(s, (int)code);
        return false;
    }
    if (code != GNUTLS_E_AGAIN ? clock_ms() < s->deadline : timed_wait(s->fd, events, s->deadline))
        return true;
    err_set(&s->why, s->established ? "no answer" : "no answer to the TLS handshake");
    errno = ETIMEDOUT;
    return false;
}

static int timed_load(struct timed_stream *s, const struct timed_stream_files *f)
{
    bool shown = f->key && *f->key;
    int code = gnutls_certificate_allocate_credentials(&s->credentials);

    if (code < 0)
        return err_set(&s->why, "TLS: %s", gnutls_strerror(code));
    if (f->ca) /* so many certificates, or an error */
        code = *f->ca ? gnutls_certificate_set_x509_trust_file(s->credentials, f->ca,
                                                               GNUTLS_X509_FMT_PEM)
                      : gnutls_certificate_set_x509_system_trust(s->credentials);
    if (f->ca && code <= 0)
        return err_set(&s->why, "no CA certificate in %s%s%s", *f->ca ? f->ca : "the system's list",
                       code ? ": " : "", code ? gnutls_strerror(code) : "");
    code = shown ? gnutls_certificate_set_x509_key_file(s->credentials, f->certificate, f->key,
                                                        GNUTLS_X509_FMT_PEM)
                 : 0;
    return code < 0 ? err_set(&s->why, "can't use certificate %s with key %s: %s", f->certificate,
                              f->key, gnutls_strerror(code))
                    : 0;
}

static int timed_session(struct timed_stream *s, const char *host,
                         const struct timed_stream_files *f)
{
    int code = gnutls_init(&s->session,
                           GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

    if (code == 0 && !span_copy(s->name, sizeof s->name, host_without_dot(span_str(host))))
        code = GNUTLS_E_INVALID_REQUEST;
    if (code == 0)
        code = gnutls_priority_set_direct(s->session, f->priority ? f->priority : PRIORITY, NULL);
    if (code == 0)
        code = gnutls_credentials_set(s->session, GNUTLS_CRD_CERTIFICATE, s->credentials);
    if (code == 0 && !host_is_address(span_str(s->name))) /* RFC 6066 section 3 */
        code = gnutls_server_name_set(s->session, GNUTLS_NAME_DNS, s->name, strlen(s->name));
    if (code)
        return err_set(&s->why, "TLS: %s", gnutls_strerror(code));
    if (f->ca)
        gnutls_session_set_verify_cert(s->session, s->name, 0);
    gnutls_transport_set_int(s->session, s->fd);
    return 0;
}

static int timed_handshake(struct timed_stream *s)
{
    int code;

    while ((code = gnutls_handshake(s->session)) < 0)
        if (!timed_again(s, code)) {
            gnutls_alert_send_appropriate(s->session, code);
            return -1;
        }
    s->established = true;
    return 0;
}

int timed_stream_tls(struct timed_stream *s, const char *host,
                     const struct timed_stream_files *files)
{
    if (timed_load(s, files) == 0 && timed_session(s, host, files) == 0 && timed_handshake(s) == 0)
        return 0;
    timed_stream_close(s);
    return -1;
}

/* --- octets -------------------------------------------------------------------------------------*/

static ssize_t timed_failed(struct timed_stream *s)
{
    int error = errno;

    err_set(&s->why, "%s", error == ETIMEDOUT ? "no answer" : strerror(error));
    errno = error;
    return -1;
}

/* Whether to repeat the call on the socket that failed. */
static bool timed_ready(const struct timed_stream *s, short events)
{
    return errno == EINTR || (errno == EAGAIN && timed_wait(s->fd, events, s->deadline));
}

ssize_t timed_stream_read(struct timed_stream *s, void *room, size_t size)
{
    ssize_t n;

    if (s->session) {
        while ((n = gnutls_record_recv(s->session, room, size)) < 0)
            if (!timed_again(s, n))
                return -1;
    } else {
        while ((n = recv(s->fd, room, size, 0)) < 0)
            if (!timed_ready(s, POLLIN))
                return timed_failed(s);
    }
    if (n == 0 && size > 0)
        err_set(&s->why, "the server closed the connection");
    return n;
}

ssize_t timed_stream_write(struct timed_stream *s, const void *data, size_t size)
{
    ssize_t n;

    if (s->session) {
        while ((n = gnutls_record_send(s->session, data, size)) < 0)
            if (!timed_again(s, n))
                return -1;
    } else {
        while ((n = send(s->fd, data, size, MSG_NOSIGNAL)) < 0)
            if (!timed_ready(s, POLLOUT))
                return timed_failed(s);
    }
    return n;
}

bool timed_stream_pending(const struct timed_stream *s)
{
    return s->session && gnutls_record_check_pending(s->session) > 0;
}

const char *timed_stream_version(const struct timed_stream *s)
{
    return gnutls_protocol_get_name(gnutls_protocol_get_version(s->session));
}

int64_t timed_stream_expires(const struct timed_stream *s)
{
    unsigned n = 0;
    const gnutls_datum_t *chain = gnutls_certificate_get_peers(s->session, &n);
    gnutls_x509_crt_t crt;
    int64_t end = 0;

    if (n == 0 || gnutls_x509_crt_init(&crt))
        return 0;
    if (gnutls_x509_crt_import(crt, &chain[0], GNUTLS_X509_FMT_DER) == 0)
        end = gnutls_x509_crt_get_expiration_time(crt);
    gnutls_x509_crt_deinit(crt);
    return end < 0 ? 0 : end;
}

void timed_stream_close(struct timed_stream *s)
{
    if (s->established)
        gnutls_bye(s->session, GNUTLS_SHUT_WR);
    if (s->session)
        gnutls_deinit(s->session);
    if (s->credentials)
        gnutls_certificate_free_credentials(s->credentials);
    if (s->fd >= 0)
        close(s->fd);
    s->session = NULL;
    s->established = false;
    s->credentials = NULL;
    s->fd = -1;
}
