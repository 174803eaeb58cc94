/* SPDX-License-Identifier: ISC */
/* client - the mail program's certificate, if the policy wants one: asks for it, verifies it during
 * the handshake (client_ca), and answers a bad one with the matching alert; see tls.h. Believes
 * nothing in it. */
#include <stdio.h>

#include "tls_internal.h"

/* The chain that the client sent, its own certificate first. Returns the count; 0: none. */
static size_t peer_chain(gnutls_session_t session, struct span chain[LIMIT_CHAIN + 1])
{
    unsigned n = 0;
    const gnutls_datum_t *list = gnutls_certificate_get_peers(session, &n);

    for (unsigned i = 0; list && i < n && i <= LIMIT_CHAIN; i++)
        chain[i] = span_of(list[i].data, list[i].size);
    return !list ? 0 : n < LIMIT_CHAIN + 1 ? n : LIMIT_CHAIN + 1;
}

/* GnuTLS calls it during the handshake. A result other than 0 ends the handshake. */
static int verify_client(gnutls_session_t session)
{
    struct tls *t = gnutls_session_get_ptr(session);
    struct span chain[LIMIT_CHAIN + 1]; /* one more than allowed, to notice it */

    t->verdict = client_ca_verify(t->client_ca, chain, peer_chain(session, chain));
    return t->verdict ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

void tls_ask_client(struct tls *t, const struct tls_context *c)
{
    t->client_ca = c->client_ca;
    gnutls_certificate_server_set_request(t->session, GNUTLS_CERT_REQUIRE);
    gnutls_session_set_verify_function(t->session, verify_client);
}

bool tls_lacks_client(const struct tls *t)
{
    struct span chain[LIMIT_CHAIN + 1];

    return t->client_ca && peer_chain(t->session, chain) == 0;
}

void tls_blame_client(struct tls *t, int code)
{
    if (!t->client_ca || t->verdict)
        return;
    if (code == GNUTLS_E_NO_CERTIFICATE_FOUND || code == GNUTLS_E_CERTIFICATE_REQUIRED)
        t->verdict = CLIENT_NONE;
    if (code == GNUTLS_E_KEY_USAGE_VIOLATION) /* GnuTLS finds it before we verify */
        t->verdict = CLIENT_PURPOSE;
}

/* Alerts: RFC 8446 section 6.2. TLS 1.2 has no alert for a missing certificate. */
void tls_refuse_client(struct tls *t)
{
    static const gnutls_alert_description_t alerts[CLIENT_VERDICTS] = {
        [CLIENT_NONE] = GNUTLS_A_CERTIFICATE_REQUIRED,
        [CLIENT_UNREADABLE] = GNUTLS_A_BAD_CERTIFICATE,
        [CLIENT_UNKNOWN_CA] = GNUTLS_A_UNKNOWN_CA,
        [CLIENT_BAD] = GNUTLS_A_BAD_CERTIFICATE,
        [CLIENT_NOT_YET] = GNUTLS_A_CERTIFICATE_EXPIRED,
        [CLIENT_EXPIRED] = GNUTLS_A_CERTIFICATE_EXPIRED,
        [CLIENT_REVOKED] = GNUTLS_A_CERTIFICATE_REVOKED,
        [CLIENT_PURPOSE] = GNUTLS_A_UNSUPPORTED_CERTIFICATE,
        [CLIENT_NO_CRL] = GNUTLS_A_CERTIFICATE_UNKNOWN,
        [CLIENT_OLD_CRL] = GNUTLS_A_CERTIFICATE_UNKNOWN,
        [CLIENT_NAMES] = GNUTLS_A_CERTIFICATE_UNKNOWN,
        [CLIENT_PATH] = GNUTLS_A_CERTIFICATE_UNKNOWN,
        [CLIENT_EXTENSION] = GNUTLS_A_CERTIFICATE_UNKNOWN,
        [CLIENT_LIMITS] = GNUTLS_A_CERTIFICATE_UNKNOWN,
    };
    gnutls_alert_description_t alert = alerts[t->verdict];

    if (t->verdict == CLIENT_NONE && gnutls_protocol_get_version(t->session) == GNUTLS_TLS1_2)
        alert = GNUTLS_A_HANDSHAKE_FAILURE;
    gnutls_alert_send(t->session, GNUTLS_AL_FATAL, alert);
}

enum client_verdict tls_verdict(const struct tls *t)
{
    return t->verdict;
}

struct span tls_certificate(const struct tls *t, struct buf *issuers)
{
    struct span chain[LIMIT_CHAIN + 1] = {SPAN_NONE};
    size_t n = t->client_ca ? peer_chain(t->session, chain) : 0;

    for (size_t i = 1; issuers && i < n; i++)
        buf_put(issuers, chain[i]);
    return chain[0];
}
