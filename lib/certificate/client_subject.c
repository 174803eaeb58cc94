/* SPDX-License-Identifier: ISC */
/* client_subject - reads the subject of a client's certificate; see client_subject.h. */
#include "client_subject.h"

#include <gnutls/x509.h>
#include <stdint.h>

void client_subject(struct span certificate, char *room, size_t size)
{
    gnutls_datum_t der = {(unsigned char *)(uintptr_t)certificate.p, (unsigned)certificate.n};
    gnutls_datum_t name = {NULL, 0};
    gnutls_x509_crt_t crt;

    room[0] = '\0';
    if (certificate.n == 0 || gnutls_x509_crt_init(&crt) < 0)
        return;
    if (gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER) == 0 &&
        gnutls_x509_crt_get_dn3(crt, &name, 0) == 0)
        span_copy(room, size, span_head(span_of(name.data, name.size), size - 1));
    gnutls_free(name.data);
    gnutls_x509_crt_deinit(crt);
}
