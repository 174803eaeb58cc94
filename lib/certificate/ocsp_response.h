/* SPDX-License-Identifier: ISC */
/* ocsp_response - OCSP responses (RFC 6960) for our own certificates, by GnuTLS. */
#ifndef MW_OCSP_RESPONSE_H
#define MW_OCSP_RESPONSE_H

#include <gnutls/ocsp.h>
#include <gnutls/x509.h>

#include "err.h"

/* Reads DER or PEM. Returns the response, which the caller frees by gnutls_ocsp_resp_deinit, or
 * NULL if it is neither, or there is no memory. */
gnutls_ocsp_resp_t ocsp_response_read(const gnutls_datum_t *data);

/* Returns the number of the response's statement on the certificate, or -1 if it has none. */
int ocsp_response_index(gnutls_ocsp_resp_t response, gnutls_x509_crt_t certificate);

/* Checks whether the response may be stapled to the certificate now: the issuer, or a responder that
 * the issuer has named, signed it, it says that the certificate is good, and it is in date. now is
 * in seconds since 1970. Returns 0, or -1 with the reason in e. */
int ocsp_response_check(gnutls_ocsp_resp_t response, gnutls_x509_crt_t certificate,
                        gnutls_x509_crt_t issuer, int64_t now, struct err *e);

#endif
