/* SPDX-License-Identifier: ISC */
/* client_ca_internal - what loading and judging share. */
#ifndef MW_CLIENT_CA_INTERNAL_H
#define MW_CLIENT_CA_INTERNAL_H

#include <gnutls/x509.h>

#include "client_ca.h"

struct client_ca {
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t *cas; /* the array is ours, the certificates are the list's */
    unsigned ca_count;
    gnutls_x509_crl_t *crls; /* ours; of one CA there may be several */
    unsigned crl_count;
    bool revokes; /* there is a file of CRLs */
};

bool client_crl_fresh(gnutls_x509_crl_t crl); /* in date now */

#endif
