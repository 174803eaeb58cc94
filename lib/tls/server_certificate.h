/* SPDX-License-Identifier: ISC */
/*
 * server_certificate - one of our own certificates with its key, chain and OCSP response, and the
 * choice between several.
 *
 * GnuTLS by itself takes the certificate for the suite that comes first, whatever the name, and knows
 * no wildcards. So each certificate has credentials of its own, and the ClientHello decides which of
 * them a TLS session gets.
 */
#ifndef MW_SERVER_CERTIFICATE_H
#define MW_SERVER_CERTIFICATE_H

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "client_hello.h"
#include "err.h"
#include "policy.h"

struct server_certificate {
    gnutls_certificate_credentials_t credentials;
    gnutls_x509_crt_t certificate; /* for its names */
    enum server_key key;
};

/* Loads a certificate as file's policy names it. Returns 0, or -1 and e says what is wrong. An OCSP
 * response that can't be sent is no failure: *unsent says so. Free it with server_certificate_free in
 * either case. */
int server_certificate_load(struct server_certificate *s, const char *file,
                            const struct policy_certificate *cert, struct err *unsent,
                            struct err *e);
void server_certificate_free(struct server_certificate *s);

/* Returns the index of the certificate for a client. Of those whose key the client takes: one with
 * exactly the name that it asks for, else one with a wildcard for it, else the first of the list,
 * else any. Among equals one with another key than RSA, because that signs faster, else the first. If
 * the client takes no key of the list, the same without regard to keys: GnuTLS refuses it then.
 * tls13: we speak TLS 1.3. count > 0. */
size_t server_certificate_choose(const struct server_certificate *list, size_t count,
                                 const struct client_hello *h, bool tls13);

#endif
