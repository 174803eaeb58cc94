/* SPDX-License-Identifier: ISC */
/*
 * timed_stream - an edge: a TCP connection to an AAA server, or a probe's to a mail server, in clear
 * or under TLS. No call lasts beyond the deadline.
 *
 *     if (timed_stream_open(&s, host, port, deadline) || timed_stream_tls(&s, host, &files)) s.why ...
 *     timed_stream_write(&s, ...); timed_stream_read(&s, ...);
 *     timed_stream_close(&s);    after a failure too
 */
#ifndef MW_TIMED_STREAM_H
#define MW_TIMED_STREAM_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "limits.h"

struct timed_stream {
    int fd;                                       /* non-blocking; -1: closed */
    uint64_t deadline;                            /* clock_ms */
    gnutls_session_t session;                     /* NULL: in clear */
    bool established;                             /* the session's handshake is done */
    gnutls_certificate_credentials_t credentials; /* the session's */
    char name[LIMIT_HOST + 1];                    /* the server's, without a final dot */
    struct err why;                               /* why the last call failed, or empty */
};

struct timed_stream_files {
    const char *ca; /* verifies the server; "": the system's CAs; NULL: any is good */
    const char *certificate, *key; /* what we show; NULL or "": nothing */
    const char *priority;          /* GnuTLS's; NULL: NORMAL, with TLS 1.2 and 1.3 */
};

/* Waits until fd is ready for events (poll(2)). false: it is deadline (clock_ms), and errno is
 * ETIMEDOUT; or poll failed. */
bool timed_wait(int fd, short events, uint64_t deadline);

/* Connects to host, a name or a numeric address. Its addresses are tried in turn; each has its share
 * of the time that is left, at most LIMIT_CONNECT_MS. 0, or -1 and s->why. */
int timed_stream_open(struct timed_stream *s, const char *host, unsigned port, uint64_t deadline);

/* Takes over fd, a connected and non-blocking socket. */
void timed_stream_on(struct timed_stream *s, int fd, uint64_t deadline);

/* Begins TLS 1.2 or 1.3 as the client. The server's certificate must be good for host, a name or a
 * numeric address (RFC 6125). 0, or -1 and s->why: the stream is closed, so that nothing can go out
 * in clear. */
int timed_stream_tls(struct timed_stream *s, const char *host,
                     const struct timed_stream_files *files);

/* As read(2) and write(2), but they wait until the socket is ready. The octets; 0: the server has
 * closed; -1: errno, and s->why in either case. errno is ETIMEDOUT at the deadline, ECONNRESET or
 * EPIPE where the connection is gone, and never EAGAIN. */
ssize_t timed_stream_read(struct timed_stream *s, void *room, size_t size);
ssize_t timed_stream_write(struct timed_stream *s, const void *data, size_t size);

/* Whether octets wait for stream_read that poll(2) on fd doesn't tell of. */
bool timed_stream_pending(const struct timed_stream *s);

/* Under TLS: its version ("TLS1.3", static), and the end of the server's certificate (s since 1970;
 * 0: unknown). */
const char *timed_stream_version(const struct timed_stream *s);
int64_t timed_stream_expires(const struct timed_stream *s);

/* Ends TLS with close_notify, and closes. Does nothing to a stream that is closed. */
void timed_stream_close(struct timed_stream *s);

#endif
