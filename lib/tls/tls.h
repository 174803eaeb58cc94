/* SPDX-License-Identifier: ISC */
/*
 * tls - TLS by GnuTLS: contexts that are loaded once, TLS sessions over non-blocking sockets, and
 * the export of their keys for the relay.
 *
 * TLS 1.2 and 1.3, with the ciphers that lib/record speaks: AES-128-GCM, AES-256-GCM and
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

/* What TLS sessions share: certificates and keys (SNI chooses one), priorities, the CA lists that
 * verify the policy's mail servers, and the client CA, if a protocol has the method certificate.
 * Doesn't refer to the policy. */
struct tls_context;

/* Loads everything. Returns NULL on failure, and e says which file and why. Free the result with
 * tls_context_free, which accepts NULL. */
struct tls_context *tls_context_load(const struct policy *p, struct err *e);
void tls_context_free(struct tls_context *c);

/* Returns whether the policy's priority allows finite fields (FFDHE); e says so. */
bool tls_context_costly(const struct tls_context *c, struct err *e);

/* Returns whether an OCSP response was out of date or for another certificate when loaded, or a CRL
 * for client certificates is out of date now; e says which. */
bool tls_context_stale(const struct tls_context *c, struct err *e);

/* One TLS session over one socket: on the heap, owned by the caller, freed by tls_free. It refers
 * to the context. */
struct tls;

/* Starts a session as the server of a mail program that speaks protocol. If the policy lists
 * certificate among the protocol's methods, the handshake fails without a good client certificate,
 * and sessions are not resumed; otherwise no certificate is asked for. Returns NULL if there is no
 * memory. */
struct tls *tls_accept(const struct tls_context *c, int fd, enum protocol protocol);

/* Starts a session as the client of the mail server host. With verify, the server's certificate
 * must be valid for host and signed by a CA in file ca ("": the system's list). Returns NULL on
 * failure, and e says why (that CA list was not loaded, no memory). */
struct tls *tls_connect(const struct tls_context *c, int fd, const char *host, bool verify,
                        struct span ca, struct err *e);
void tls_free(struct tls *t); /* sends nothing */

enum tls_status { TLS_DONE, TLS_WAIT_READ, TLS_WAIT_WRITE, TLS_FAILED };

/* Does what it can of the handshake without waiting. TLS_FAILED: the alert is sent, tls_why has the
 * reason. */
enum tls_status tls_handshake(struct tls *t);
const char *tls_why(const struct tls *t); /* for the log; valid until the next call */

/* What was wrong with the client's certificate, if the handshake failed for that reason; otherwise
 * CLIENT_GOOD. */
enum client_verdict tls_verdict(const struct tls *t);

/* Returns the client's certificate in DER, or an empty span if none was asked for; the span belongs
 * to the session. Appends the rest of its chain to issuers, concatenated; issuers has room for
 * LIMIT_ISSUERS octets, or is NULL. Once the handshake is done, the client has proved that it holds
 * the key. */
struct span tls_certificate(const struct tls *t, struct buf *issuers);

/* Like read(2) and write(2) on a non-blocking socket. 0 from tls_read: the peer sent close_notify.
 * -1 with EAGAIN: wait for the socket. -1 with ECONNRESET: the peer went away without close_notify
 * or broke the protocol. After EAGAIN a write must be repeated with the same octets. */
ssize_t tls_read(struct tls *t, void *room, size_t size);
ssize_t tls_write(struct tls *t, const void *data, size_t size);
size_t tls_pending(const struct tls *t); /* octets to read that need no input from the socket */

/* Sends close_notify, if the socket takes it at once and the session has not failed. */
void tls_bye(struct tls *t);

/* "TLS1.3", "AES-256-GCM": static. */
const char *tls_version(const struct tls *t);
const char *tls_cipher(const struct tls *t);

/* Exports the current keys of both directions. Nothing may be pending, and the session must not be
 * used afterwards. Returns false, with params wiped, if lib/record can't use the keys. params is
 * secret. */
bool tls_export(struct tls *t, struct record_params *params);

#endif
