/* SPDX-License-Identifier: ISC */
/* certificates - the certificates of a file, by GnuTLS. An edge: reads the file. */
#ifndef MW_CERTIFICATES_H
#define MW_CERTIFICATES_H

#include <gnutls/x509.h>

/* Reads all certificates in PEM, in the file's order; what the file holds else, such as a key, is
 * wiped from memory. Returns 0, and the caller frees the n > 0 certificates by certificates_free;
 * else *crts is NULL and *n 0, and the code is GNUTLS_E_FILE_ERROR: the file can't be read, errno
 * says why (0: not known), or another one of GnuTLS: it has none, or there is no memory. */
int certificates_read(const char *file, gnutls_x509_crt_t **crts, unsigned *n);

/* Accepts NULL with 0. */
void certificates_free(gnutls_x509_crt_t *crts, unsigned n);

#endif
