/* SPDX-License-Identifier: ISC */
/* ocsp_response - see ocsp_response.h. Believes nothing that a responder says. */
#include "ocsp_response.h"

#include <stdbool.h>
#include <time.h>

#define CLOCKS_APART 300 /* s that a responder's clock may be ahead of ours */

gnutls_ocsp_resp_t ocsp_response_read(const gnutls_datum_t *data)
{
    bool der = data->size > 0 && data->data[0] == 0x30; /* DER begins with a SEQUENCE */
    gnutls_ocsp_resp_t response;

    if (gnutls_ocsp_resp_init(&response))
        return NULL;
    if (gnutls_ocsp_resp_import2(response, data, der ? GNUTLS_X509_FMT_DER : GNUTLS_X509_FMT_PEM) ==
        0)
        return response;
    gnutls_ocsp_resp_deinit(response);
    return NULL;
}

int ocsp_response_index(gnutls_ocsp_resp_t response, gnutls_x509_crt_t certificate)
{
    gnutls_datum_t serial = {NULL, 0};

    for (unsigned i = 0; gnutls_ocsp_resp_get_single(response, i, NULL, NULL, NULL, &serial, NULL,
                                                     NULL, NULL, NULL, NULL) == 0;
         i++) {
        gnutls_free(serial.data);
        serial.data = NULL;
        if (gnutls_ocsp_resp_check_crt(response, i, certificate) == 0)
            return (int)i;
    }
    return -1;
}

static int check_statement(gnutls_ocsp_resp_t response, unsigned i, int64_t now, struct err *e)
{
    time_t from, until;
    unsigned status;

    if (gnutls_ocsp_resp_get_single(response, i, NULL, NULL, NULL, NULL, &status, &from, &until,
                                    NULL, NULL))
        return err_set(e, "invalid response: its statement can't be read");
    if (status == GNUTLS_OCSP_CERT_REVOKED)
        return err_set(e, "the certificate is revoked: get a new one");
    if (status != GNUTLS_OCSP_CERT_GOOD)
        return err_set(e, "the responder doesn't know the certificate");
    if (from > now + CLOCKS_APART)
        return err_set(e, "the response is not valid yet: check the clock");
    if (until == (time_t)-1)
        return err_set(e, "the response has no nextUpdate: expected one");
    if (until < now)
        return err_set(e, "the response is past its nextUpdate");
    return 0;
}

int ocsp_response_check(gnutls_ocsp_resp_t response, gnutls_x509_crt_t certificate,
                        gnutls_x509_crt_t issuer, int64_t now, struct err *e)
{
    int status = gnutls_ocsp_resp_get_status(response), i;
    unsigned bad = 0;

    if (status != GNUTLS_OCSP_RESP_SUCCESSFUL)
        return err_set(e, "the responder refuses to answer (OCSPResponseStatus %d)", status);
    i = ocsp_response_index(response, certificate);
    if (i < 0)
        return err_set(e, "the response is for another certificate");
    if (gnutls_ocsp_resp_verify_direct(response, issuer, &bad, 0) || bad)
        return err_set(e,
                       "the response is not signed by the certificate's issuer, or by a responder "
                       "that the issuer has named");
    return check_statement(response, (unsigned)i, now, e);
}
