/* SPDX-License-Identifier: ISC */
/*
 * stream - an edge: a TCP connection to an AAA server, or a probe's to a mail server, in clear or under TLS. No call lasts beyond
 * the deadline.
 *
 *     if (stream_open(&s, host, port, deadline) || stream_tls(&s, host, ca)) s.why ...
 *     stream_write(&s, ...); stream_read(&s, ...);
 *     stream_close(&s);    after a failure too
 */
#ifndef MW_STREAM_H
#define MW_STREAM_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "limits.h"

struct stream {
    int fd;                                       /* non-blocking; -1: closed */
    uint64_t deadline;                            /* clock_ms */
    gnutls_session_t session;                     /* NULL: in clear */
    gnutls_certificate_credentials_t credentials; /* the session's */
    char name[LIMIT_HOST + 1];                    /* the server's, without a final dot */
    struct err why;                               /* why the last call failed, or empty */
};

/* Connects to host, a name or a numeric address. Its addresses are tried in turn; each has its share
 * of the time that is left, at most LIMIT_CONNECT_MS. 0, or -1 and s->why. */
int stream_open(struct stream *s, const char *host, unsigned port, uint64_t deadline);

/* Begins TLS 1.2 or 1.3 as the client. The server's certificate must be good for host, a name or a
 * numeric address (RFC 6125), by the CAs in the file ca, or the system's where ca is ""; NULL: any
 * certificate is good. 0, or -1 and s->why: the stream is closed, so that nothing can go out in
 * clear. */
int stream_tls(struct stream *s, const char *host, const char *ca);

/* As read(2) and write(2), but they wait until the socket is ready. The octets; 0: the server has
 * closed; -1: errno, never EAGAIN, and s->why. */
ssize_t stream_read(struct stream *s, void *room, size_t size);
ssize_t stream_write(struct stream *s, const void *data, size_t size);

/* Whether octets wait for stream_read that poll(2) on fd doesn't tell of. */
bool stream_pending(const struct stream *s);

/* Ends TLS with close_notify, and closes. Does nothing to a stream that is closed. */
void stream_close(struct stream *s);

#endif
