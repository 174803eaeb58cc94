/* SPDX-License-Identifier: ISC */
/* tls_internal - what the files of lib/tls share. */
#ifndef MW_TLS_INTERNAL_H
#define MW_TLS_INTERNAL_H

#include <gnutls/gnutls.h>

#include "limits.h"
#include "server_certificate.h"
#include "tls.h"

/* The CAs of one file; "": the system's list. */
struct tls_trust {
    char *ca;
    gnutls_certificate_credentials_t credentials;
};

struct tls_context {
    struct server_certificate *certificates;     /* ours, in the policy's order */
    size_t certificate_count;                    /* > 0 */
    bool tls13;                                  /* we speak TLS 1.3 */
    gnutls_certificate_credentials_t unverified; /* verify="false": no CA */
    gnutls_priority_t priority;
    struct tls_trust trusts[LIMIT_SERVERS * PROTOCOLS];
    size_t trust_count;
    struct client_ca *client_ca; /* NULL: no protocol asks for a client certificate */
    bool asks[PROTOCOLS];        /* the protocols that do */
    gnutls_datum_t ticket_key;   /* secret; empty: sessions are not resumed */
    struct err costly;           /* the priority allows finite fields; "": no */
    struct err old_response; /* OCSP response that is not sent, for tls_context_stale; "": none */
};

struct tls {
    gnutls_session_t session;
    bool server;
    const struct tls_context *context;
    int failed; /* GnuTLS's code of the failure; 0: none */
    char why[200];
    const struct client_ca *client_ca; /* NULL: no client certificate is asked for */
    enum client_verdict verdict;       /* on the client's certificate */
    /* TLS 1.3's application traffic secrets: the peer's and ours. */
    unsigned char secret_in[RECORD_SECRET_MAX], secret_out[RECORD_SECRET_MAX];
    size_t secret_size;
};

/* Staples the response in cert->ocsp to the certificate at GnuTLS's index; file is the policy's
 * name. Returns 0, also if the response is past its nextUpdate or for another certificate, which
 * *unsent then says, or -1, and e says what is wrong. */
int tls_staple(gnutls_certificate_credentials_t credentials, unsigned index, const char *file,
               const struct policy_certificate *cert, struct err *unsent, struct err *e);

/* Returns the most data in one record that the peer takes, after the handshake. */
size_t tls_send_limit(const struct tls *t);

/* Makes this TLS session ask for a client certificate. This and the next three: client.c. */
void tls_ask_client(struct tls *t, const struct tls_context *c);

/* Returns whether the handshake succeeded without the certificate that was asked for. */
bool tls_lacks_client(const struct tls *t);

/* Sets the verdict if the handshake failed, with GnuTLS's code, because the certificate was missing
 * or not for signing. */
void tls_blame_client(struct tls *t, int code);

/* Sends the alert for a bad or missing certificate. */
void tls_refuse_client(struct tls *t);

/* Returns the credentials with the CAs of file ca, or NULL if they were not loaded. */
gnutls_certificate_credentials_t tls_trust_of(const struct tls_context *c, struct span ca);

#endif
