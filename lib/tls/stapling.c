/* SPDX-License-Identifier: ISC */
/* stapling - an edge: the OCSP response (RFC 6960) that goes with a certificate of ours, read once;
 * GnuTLS sends it to who asks (RFC 6066 section 8), and none that is past its nextUpdate. */
#include <gnutls/ocsp.h>

#include "tls_internal.h"

/* DER is a SEQUENCE; what is none is taken for PEM. */
static gnutls_x509_crt_fmt_t format_of(const gnutls_datum_t *response)
{
    return response->size > 0 && response->data[0] == 0x30 ? GNUTLS_X509_FMT_DER
                                                           : GNUTLS_X509_FMT_PEM;
}

/* GnuTLS's code, 0: it is the response for the certificate at index. GNUTLS_E_EXPIRED: it was. */
static int take(gnutls_certificate_credentials_t server, unsigned index, const char *file)
{
    gnutls_datum_t response;
    int failed = gnutls_load_file(file, &response);

    if (failed)
        return failed;
    failed = gnutls_certificate_set_ocsp_status_request_mem(server, &response, index,
                                                            format_of(&response));
    gnutls_free(response.data);
    return failed < 0 ? failed : 0;
}

static const char *why(int code)
{
    switch (code) {
    case GNUTLS_E_FILE_ERROR:
        return "it can't be read";
    case GNUTLS_E_OCSP_MISMATCH_WITH_CERTS:
        return "it is for another certificate";
    default:
        return "it is no OCSP response in DER or PEM";
    }
}

int tls_staple(struct tls_context *c, unsigned index, const char *file,
               const struct policy_certificate *cert, struct err *e)
{
    int failed = take(c->server, index, cert->ocsp);

    if (failed && failed != GNUTLS_E_EXPIRED)
        return err_set(e, "%s:%d: certificate: ocsp %s: %s", file, cert->line, cert->ocsp,
                       why(failed));
    if (failed)
        err_set(&c->old_response,
                "%s:%d: certificate: ocsp %s is past its nextUpdate: it is not stapled; "
                "right is one renewed in time, and then a reload",
                file, cert->line, cert->ocsp);
    return 0;
}
