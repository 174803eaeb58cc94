/* SPDX-License-Identifier: ISC */
/* tls_internal - what the files of lib/tls share. */
#ifndef MW_TLS_INTERNAL_H
#define MW_TLS_INTERNAL_H

#include <gnutls/gnutls.h>

#include "limits.h"
#include "tls.h"

/* The CAs of one file; "" is the system's list. */
struct tls_trust {
    char *ca;
    gnutls_certificate_credentials_t credentials;
};

struct tls_context {
    gnutls_certificate_credentials_t server;
    gnutls_certificate_credentials_t unverified; /* verify="false": no CA */
    gnutls_priority_t priority;
    struct tls_trust trusts[LIMIT_SERVERS * PROTOCOLS];
    size_t trust_count;
    struct client_ca *client_ca; /* NULL: no protocol asks for certificates */
    bool asks[PROTOCOLS];        /* those that do */
    gnutls_datum_t ticket_key;   /* secret; empty: no session is resumed */
    struct err old_response;     /* of OCSP, told by tls_context_stale; "": none */
};

struct tls {
    gnutls_session_t session;
    bool server;
    int failed; /* GnuTLS's code of what ended it, 0: alive */
    char why[200];
    const struct client_ca *client_ca; /* NULL: the client isn't asked for a certificate */
    enum client_verdict verdict;       /* on the client's certificate */
    /* TLS 1.3's application traffic secrets: of what the other side sends, and of ours. */
    unsigned char secret_in[RECORD_SECRET_MAX], secret_out[RECORD_SECRET_MAX];
    size_t secret_size;
};

/* Staples the response in cert->ocsp to the certificate at GnuTLS's index; file is the policy's name.
 * 0, also for one past its nextUpdate (c->old_response tells); -1: e says what is wrong. */
int tls_staple(struct tls_context *c, unsigned index, const char *file,
               const struct policy_certificate *cert, struct err *e);

/* Asks a client for its certificate, in this session: client.c. */
void tls_ask_client(struct tls *t, const struct tls_context *c);

/* Whether the certificate that was asked for is missing although the handshake went through. */
bool tls_lacks_client(const struct tls *t);

/* Sets the verdict where the handshake failed (GnuTLS's code) for want of a certificate. */
void tls_blame_client(struct tls *t, int code);

/* Sends the alert for a certificate that isn't good. */
void tls_refuse_client(struct tls *t);

/* The credentials that verify by ca; NULL: they weren't loaded. */
gnutls_certificate_credentials_t tls_trust_of(const struct tls_context *c, struct span ca);

#endif
