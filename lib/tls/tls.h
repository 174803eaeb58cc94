/* SPDX-License-Identifier: ISC */
/*
 * tls - TLS by GnuTLS: contexts loaded once, sessions over non-blocking sockets, and their keys on
 * the way to the relay.
 *
 * TLS 1.2 and 1.3, and only the suites that lib/record speaks: AES-128-GCM, AES-256-GCM and
 * ChaCha20-Poly1305.
 */
#ifndef MW_TLS_H
#define MW_TLS_H

#include <sys/types.h>

#include "buf.h"
#include "client_ca.h"
#include "err.h"
#include "policy.h"
#include "record.h"

/* What both sides need: certificates and keys (chosen by SNI), priorities, a list of CAs for each
 * name that the policy's mail servers are verified by, and, where a protocol has the method
 * certificate, the client CA. Holds no reference to the policy. */
struct tls_context;

/* Loads all of it. NULL, and e says which file and why. Free with tls_context_free (NULL is fine). */
struct tls_context *tls_context_load(const struct policy *p, struct err *e);
void tls_context_free(struct tls_context *c);

/* Whether an OCSP response was out of date when it was loaded, or a CRL of client certificates is now;
 * e says which. */
bool tls_context_stale(const struct tls_context *c, struct err *e);

/* One session over one socket: heap, owned by the caller, ended by tls_free. It refers to the
 * context. */
struct tls;

/* As the server of a mail program that speaks protocol. Where the policy lists certificate among the
 * protocol's methods the handshake fails without a good one, and no session is resumed; elsewhere
 * none is asked for. NULL: no memory. */
struct tls *tls_accept(const struct tls_context *c, int fd, enum protocol protocol);

/* As the client of the mail server host. verify: its certificate must be good for host by the CAs
 * in file ca ("" : the system's). NULL: e says why (no such CA list was loaded, no memory). */
struct tls *tls_connect(const struct tls_context *c, int fd, const char *host, bool verify,
                        struct span ca, struct err *e);
void tls_free(struct tls *t); /* sends nothing */

enum tls_status { TLS_DONE, TLS_WAIT_READ, TLS_WAIT_WRITE, TLS_FAILED };

/* One go at the handshake. TLS_FAILED: the alert is sent, tls_why has the reason. */
enum tls_status tls_handshake(struct tls *t);
const char *tls_why(const struct tls *t); /* for the log; valid until the next call */

/* What was wrong with the client's certificate, where that is why the handshake failed. */
enum client_verdict tls_verdict(const struct tls *t);

/* The certificate that the client showed, DER, and appended to issuers those that came behind it, one
 * behind the other: proven where the handshake is done. The span is the session's; empty: none was
 * asked for. issuers has room for LIMIT_ISSUERS octets, or is NULL. */
struct span tls_certificate(const struct tls *t, struct buf *issuers);

/* As read(2) and write(2) of a non-blocking socket: -1 with EAGAIN: wait for tls_wants (mostly the
 * obvious); ECONNRESET: the peer is gone without close_notify, or broke the protocol; 0: the peer
 * sent close_notify. A write that was answered by EAGAIN must be repeated with the same octets. */
ssize_t tls_read(struct tls *t, void *room, size_t size);
ssize_t tls_write(struct tls *t, const void *data, size_t size);
size_t tls_pending(const struct tls *t); /* octets that tls_read gives without the socket */

/* close_notify, once, as far as the socket takes it. */
void tls_bye(struct tls *t);

/* "TLS1.3", "AES-256-GCM": static. */
const char *tls_version(const struct tls *t);
const char *tls_cipher(const struct tls *t);

/* The keys of both directions as they stand; nothing may be pending. The session must not be used
 * afterwards. false: keys that the record layer can't go on with. params is secret. */
bool tls_export(struct tls *t, struct record_params *params);

#endif
