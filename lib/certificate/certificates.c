/* SPDX-License-Identifier: ISC */
/* certificates - see certificates.h. */
#include "certificates.h"

#include <errno.h>
#include <string.h>

int certificates_read(const char *file, gnutls_x509_crt_t **crts, unsigned *n)
{
    gnutls_datum_t pem;

    *crts = NULL;
    *n = 0;
    errno = 0;
    if (gnutls_load_file(file, &pem))
        return GNUTLS_E_FILE_ERROR;
    int code = gnutls_x509_crt_list_import2(crts, n, &pem, GNUTLS_X509_FMT_PEM, 0);
    explicit_bzero(pem.data, pem.size); /* the key may be in the same file */
    gnutls_free(pem.data);
    if (code >= 0 && *n > 0)
        return 0;
    *crts = NULL;
    *n = 0;
    return code < 0 ? code : GNUTLS_E_NO_CERTIFICATE_FOUND;
}

void certificates_free(gnutls_x509_crt_t *crts, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        gnutls_x509_crt_deinit(crts[i]);
    gnutls_free(crts);
}
