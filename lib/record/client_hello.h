/* SPDX-License-Identifier: ISC */
/*
 * client_hello - reads what a ClientHello says about our certificate: the name that the client asks
 * for, and the keys that it takes (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2). PURE.
 *
 * It only helps to choose a certificate. GnuTLS reads the same message, and refuses it if it is wrong.
 */
#ifndef MW_CLIENT_HELLO_H
#define MW_CLIENT_HELLO_H

#include "span.h"

enum server_key {
    SERVER_KEY_RSA,
    SERVER_KEY_RSA_PSS, /* may sign by RSASSA-PSS alone (RFC 5756) */
    SERVER_KEY_P256,
    SERVER_KEY_P384,
    SERVER_KEY_P521,
    SERVER_KEY_ED25519,
    SERVER_KEY_ED448,
    SERVER_KEY_OTHER, /* no client takes it */
};

struct client_hello {
    struct span name; /* SNI (RFC 6066 section 3), in the message; empty: none */
    bool offers_13;   /* TLS 1.3 */
    /* Bits 1 << enum server_key. In TLS 1.3 signatures alone count. */
    unsigned signatures_13, signatures_12, suites_12, curves_12;
};

/* Reads the body of a ClientHello, without the handshake header. false: it is invalid or has no
 * extensions, without which no client takes any of our certificates. */
bool client_hello_read(struct span body, struct client_hello *h);

/* Returns whether the client takes a certificate with this key. tls13: we speak TLS 1.3. */
bool client_hello_takes(const struct client_hello *h, enum server_key key, bool tls13);

#endif
