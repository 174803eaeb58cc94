/* SPDX-License-Identifier: ISC */
/* stapling - an edge: reads the OCSP response (RFC 6960) for one of our certificates. GnuTLS sends
 * it to clients that ask (RFC 6066 section 8), but not after its nextUpdate. */
#include <errno.h>
#include <gnutls/ocsp.h>
#include <string.h>

#include "tls_internal.h"

/* DER starts with a SEQUENCE; anything else is taken for PEM. */
static gnutls_x509_crt_fmt_t format_of(const gnutls_datum_t *response)
{
    return response->size > 0 && response->data[0] == 0x30 ? GNUTLS_X509_FMT_DER
                                                           : GNUTLS_X509_FMT_PEM;
}

/* Loads the response in file for the certificate at index. Returns 0 or GnuTLS's code;
 * GNUTLS_E_EXPIRED: it is for that certificate but past its nextUpdate. */
static int load_response(gnutls_certificate_credentials_t server, unsigned index, const char *file)
{
    gnutls_datum_t response;

    errno = 0;
    int failed = gnutls_load_file(file, &response);

    if (failed)
        return failed;
    failed = gnutls_certificate_set_ocsp_status_request_mem(server, &response, index,
                                                            format_of(&response));
    gnutls_free(response.data);
    return failed < 0 ? failed : 0;
}

int tls_staple(gnutls_certificate_credentials_t credentials, unsigned index, const char *file,
               const struct policy_certificate *cert, struct err *unsent, struct err *e)
{
    switch (load_response(credentials, index, cert->ocsp)) {
    case 0:
        return 0;
    case GNUTLS_E_EXPIRED:
        err_set(unsent,
                "%s:%d: element <certificate>: ocsp %s is past its nextUpdate and is not sent: "
                "renew it, then reload",
                file, cert->line, cert->ocsp);
        return 0;
    case GNUTLS_E_FILE_ERROR:
        return err_set(e, "%s:%d: element <certificate>: can't read ocsp %s: %s", file, cert->line,
                       cert->ocsp, errno ? strerror(errno) : gnutls_strerror(GNUTLS_E_FILE_ERROR));
    case GNUTLS_E_OCSP_MISMATCH_WITH_CERTS: /* so it is after a renewal of the certificate */
        err_set(unsent,
                "%s:%d: element <certificate>: ocsp %s is for another certificate and is not sent: "
                "fetch this certificate's, then reload",
                file, cert->line, cert->ocsp);
        return 0;
    default:
        return err_set(e,
                       "%s:%d: element <certificate>: invalid ocsp %s: expected an OCSP response "
                       "in DER or PEM",
                       file, cert->line, cert->ocsp);
    }
}
