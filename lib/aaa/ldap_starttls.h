/* SPDX-License-Identifier: ISC */
/*
 * ldap_starttls - an LDAP server's TLS by StartTLS (RFC 4511 section 4.14), before libcurl speaks.
 *
 * libcurl's own is not safe: from 7.87 to 8.5 it goes on in clear behind the server's answer, and
 * sends the password so. Here StartTLS is said on the socket as it is opened, and libcurl is told
 * that it is one for ldaps: it begins with the TLS handshake or not at all. What libcurl does well,
 * looking up the name, trying its addresses, verifying the certificate, stays its own.
 */
#ifndef MW_LDAP_STARTTLS_H
#define MW_LDAP_STARTTLS_H

#include <curl/curl.h>
#include <stdint.h>

#include "err.h"
#include "span.h"

struct ldap_starttls {
    uint64_t deadline; /* clock_ms; the caller's */
    struct err why;    /* of the last address that failed; the caller empties it */
};

/* Has h open its sockets so. c must last as long as h. */
void ldap_starttls_use(CURL *h, struct ldap_starttls *c);

enum starttls_answer { STARTTLS_MORE, STARTTLS_YES, STARTTLS_NO, STARTTLS_BAD };

/* What the server said so far. Bytes behind the answer's end are BAD: they came in clear.
 * STARTTLS_NO with the result code. PURE. */
enum starttls_answer starttls_read(struct span said, unsigned *code);

#endif
