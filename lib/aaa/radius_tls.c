/* SPDX-License-Identifier: ISC */
/* radius_tls - an edge: RADIUS over TLS (RFC 6614, RFC 6613) by GnuTLS; see radius_transport.h. Holds
 * the proxy's key and the user's password; believes only a server that the CA vouches for. */
#include <arpa/inet.h>
#include <errno.h>
#include <gnutls/gnutls.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "radius_transport.h"
#include "resolve.h"

#define PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"

struct radius_tls {
    const struct aaa_server *server;
    unsigned port;
    int fd;
    bool established; /* the handshake is done, and nothing has failed since */
    gnutls_certificate_credentials_t credentials;
    gnutls_session_t session;
    char room[RADIUS_PACKET];
    struct buf in; /* what came and is not yet cut into packets */
};

enum tls_end {
    TLS_DONE,
    TLS_CLOSED, /* the connection is closed */
    TLS_FAILED, /* anything else */
};

/* --- connecting ---------------------------------------------------------------------------------*/

static int tls_dial_address(const struct addrinfo *to, uint64_t deadline, struct err *e)
{
    int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1, error = 0;
    socklen_t size = sizeof error;

    if (fd < 0)
        return err_set(e, "%s", strerror(errno));
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(fd, to->ai_addr, to->ai_addrlen) < 0)
        error = errno;
    if (error == EINPROGRESS && !radius_wait(fd, POLLOUT, deadline))
        error = ETIMEDOUT;
    else if (error == EINPROGRESS && getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size))
        error = errno;
    if (error == 0)
        return fd;
    close(fd);
    return err_set(e, "%s", strerror(error));
}

/* Each address has its share of the time, so that the last one has its turn. */
static int tls_dial(const struct radius_exchange *x, struct err *e)
{
    struct addrinfo *all;
    unsigned left = 0;
    int fd = -1;

    if (resolve(&all, x->server->host, x->port, SOCK_STREAM, x->deadline, e))
        return -1;
    for (const struct addrinfo *to = all; to; to = to->ai_next)
        left++;
    for (const struct addrinfo *to = all; to && fd < 0; to = to->ai_next, left--) {
        uint64_t now = clock_ms(), share = x->deadline > now ? (x->deadline - now) / left : 0;
        fd = tls_dial_address(to, now + share, e);
    }
    freeaddrinfo(all);
    return fd;
}

/* The CA that vouches for the server, and what we show it. */
static int tls_load(struct radius_tls *t, struct err *e)
{
    const struct aaa_server *s = t->server;
    int r = gnutls_certificate_allocate_credentials(&t->credentials);

    if (r < 0)
        return err_set(e, "TLS: %s", gnutls_strerror(r));
    r = gnutls_certificate_set_x509_trust_file(t->credentials, s->ca, GNUTLS_X509_FMT_PEM);
    if (r <= 0)
        return err_set(e, "no CA certificate in %s%s%s", s->ca, r < 0 ? ": " : "",
                       r < 0 ? gnutls_strerror(r) : "");
    r = *s->key ? gnutls_certificate_set_x509_key_file(t->credentials, s->certificate, s->key,
                                                       GNUTLS_X509_FMT_PEM)
                : 0;
    return r < 0 ? err_set(e, "can't use certificate %s with key %s: %s", s->certificate, s->key,
                           gnutls_strerror(r))
                 : 0;
}

static bool is_address(const char *host)
{
    unsigned char room[sizeof(struct in6_addr)];

    return inet_pton(AF_INET, host, room) == 1 || inet_pton(AF_INET6, host, room) == 1;
}

static int tls_set_up(struct radius_tls *t, struct err *e)
{
    const char *host = t->server->host;
    int r = gnutls_init(&t->session,
                        GNUTLS_CLIENT | GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

    if (r == 0)
        r = gnutls_priority_set_direct(t->session, PRIORITY, NULL);
    if (r == 0)
        r = gnutls_credentials_set(t->session, GNUTLS_CRD_CERTIFICATE, t->credentials);
    if (r == 0 && !is_address(host))
        r = gnutls_server_name_set(t->session, GNUTLS_NAME_DNS, host, strlen(host));
    if (r < 0)
        return err_set(e, "TLS: %s", gnutls_strerror(r));
    gnutls_session_set_verify_cert(t->session, host, 0);
    gnutls_handshake_set_timeout(t->session, GNUTLS_INDEFINITE_TIMEOUT);
    gnutls_transport_set_int(t->session, t->fd);
    return 0;
}

/* --- speaking -----------------------------------------------------------------------------------*/

static enum tls_end tls_fail(struct radius_tls *t, int code, struct err *e)
{
    gnutls_datum_t text = {NULL, 0};

    t->established = false;
    if (code == GNUTLS_E_CERTIFICATE_VERIFICATION_ERROR &&
        gnutls_certificate_verification_status_print(
            gnutls_session_get_verify_cert_status(t->session), GNUTLS_CRT_X509, &text, 0) == 0)
        err_set(e, "TLS: %s", (const char *)text.data);
    else if (code == GNUTLS_E_FATAL_ALERT_RECEIVED)
        err_set(e, "TLS: the server's alert: %s",
                gnutls_alert_get_name(gnutls_alert_get(t->session)));
    else
        err_set(e, "TLS: %s", gnutls_strerror(code));
    gnutls_free(text.data);
    gnutls_alert_send_appropriate(t->session, code);
    return code == GNUTLS_E_PREMATURE_TERMINATION || code == GNUTLS_E_PULL_ERROR ||
                   code == GNUTLS_E_PUSH_ERROR
               ? TLS_CLOSED
               : TLS_FAILED;
}

/* After a call of GnuTLS's that returned code. TLS_DONE: call it again. */
static enum tls_end tls_again(struct radius_tls *t, int code, uint64_t deadline, struct err *e)
{
    short events = gnutls_record_get_direction(t->session) ? POLLOUT : POLLIN;

    if (gnutls_error_is_fatal(code))
        return tls_fail(t, code, e);
    if (code == GNUTLS_E_AGAIN ? radius_wait(t->fd, events, deadline) : clock_ms() < deadline)
        return TLS_DONE;
    err_set(e, t->established ? "no answer" : "no answer to the TLS handshake");
    return TLS_FAILED;
}

static int tls_handshake(struct radius_tls *t, uint64_t deadline, struct err *e)
{
    int r;

    while ((r = gnutls_handshake(t->session)) < 0)
        if (tls_again(t, r, deadline, e) != TLS_DONE)
            return -1;
    t->established = true;
    return 0;
}

static enum tls_end tls_say(struct radius_tls *t, const struct radius_exchange *x, struct err *e)
{
    size_t done = 0;

    while (done < x->sent.size) {
        ssize_t n = gnutls_record_send(t->session, x->sent.p + done, x->sent.size - done);
        enum tls_end end = n < 0 ? tls_again(t, (int)n, x->deadline, e) : TLS_DONE;

        if (end != TLS_DONE)
            return end;
        done += n > 0 ? (size_t)n : 0;
    }
    return TLS_DONE;
}

/* Adds to t->in what comes next: room is left, since no packet is longer than t->room. */
static enum tls_end tls_receive(struct radius_tls *t, uint64_t deadline, struct err *e)
{
    ssize_t n = gnutls_record_recv(t->session, buf_end(&t->in), buf_room(&t->in));

    if (n < 0)
        return tls_again(t, (int)n, deadline, e);
    buf_grew(&t->in, (size_t)n);
    if (n > 0 && clock_ms() < deadline)
        return TLS_DONE;
    err_set(e, n > 0 ? "no answer" : "the server closed the connection");
    return n > 0 ? TLS_FAILED : TLS_CLOSED;
}

/* Cuts the next packet off the stream into x->reply, and judges it. PACKET_FOREIGN, too: there is
 * none yet. */
static enum packet_verdict tls_take(struct radius_tls *t, struct radius_exchange *x, bool *more)
{
    struct span stream = buf_span(&t->in), packet;
    enum packet_stream cut = packet_cut(&stream, &packet);

    *more = cut == STREAM_MORE;
    if (cut != STREAM_PACKET)
        return cut == STREAM_MORE ? PACKET_FOREIGN : PACKET_BROKEN;
    memcpy(x->reply.p, packet.p, packet.n);
    x->reply.size = packet.n;
    buf_consume(&t->in, packet.n);
    return packet_judge(&x->sent, span_of(x->reply.p, x->reply.size), x->secret,
                        x->server->require_signature);
}

/* Skips packets that answer another request. After any other fault the stream can't be believed any
 * more (RFC 6613 section 2.6.4). */
static enum tls_end tls_hear(struct radius_tls *t, struct radius_exchange *x, struct err *e)
{
    static const char *const faults[] = {
        [PACKET_BROKEN] = "the server sent a broken packet",
        [PACKET_FORGED] = "the answer can't be believed: is the secret right?",
        [PACKET_UNSIGNED] = "the answer has no Message-Authenticator",
    };
    enum packet_verdict verdict;
    bool more;

    while ((verdict = tls_take(t, x, &more)) == PACKET_FOREIGN) {
        enum tls_end end = more ? tls_receive(t, x->deadline, e) : TLS_DONE;
        if (end != TLS_DONE)
            return end;
    }
    if (verdict == PACKET_GOOD)
        return TLS_DONE;
    err_set(e, "%s", faults[verdict]);
    return TLS_FAILED;
}

/* --- connections --------------------------------------------------------------------------------*/

static struct radius_tls *tls_open(const struct radius_exchange *x, struct err *e)
{
    struct radius_tls *t = calloc(1, sizeof *t);

    if (!t) {
        err_set(e, "%s", strerror(errno));
        return NULL;
    }
    t->server = x->server;
    t->port = x->port;
    t->fd = -1;
    t->in = BUF(t->room);
    if (tls_load(t, e) == 0 && (t->fd = tls_dial(x, e)) >= 0 && tls_set_up(t, e) == 0 &&
        tls_handshake(t, x->deadline, e) == 0)
        return t;
    radius_tls_close(&t);
    return NULL;
}

void radius_tls_close(struct radius_tls **kept)
{
    struct radius_tls *t = *kept;

    *kept = NULL;
    if (!t)
        return;
    if (t->established)
        gnutls_bye(t->session, GNUTLS_SHUT_WR);
    if (t->session)
        gnutls_deinit(t->session);
    if (t->credentials)
        gnutls_certificate_free_credentials(t->credentials);
    if (t->fd >= 0)
        close(t->fd);
    free(t);
}

static enum tls_end tls_exchange(struct radius_exchange *x, struct radius_tls **kept, struct err *e)
{
    enum tls_end end = TLS_FAILED;

    if (!*kept && !(*kept = tls_open(x, e)))
        return TLS_FAILED;
    if (radius_build(x, (*kept)->fd, e) == 0)
        end = tls_say(*kept, x, e);
    if (end == TLS_DONE)
        end = tls_hear(*kept, x, e);
    if (end != TLS_DONE)
        radius_tls_close(kept);
    return end;
}

/* A connection that was kept may have been closed meanwhile, and one that was not may be closed by a
 * server that restarts: in both cases a new one gets a try. */
int radius_tls(struct radius_exchange *x, struct radius_tls **kept, struct err *e)
{
    struct radius_tls *own = NULL;
    enum tls_end end = TLS_CLOSED;

    kept = kept ? kept : &own;
    if (*kept && ((*kept)->server != x->server || (*kept)->port != x->port))
        radius_tls_close(kept);
    for (int tries = 0; tries < 2 && end == TLS_CLOSED; tries++)
        end = tls_exchange(x, kept, e);
    radius_tls_close(&own);
    return end == TLS_DONE ? 0 : -1;
}
