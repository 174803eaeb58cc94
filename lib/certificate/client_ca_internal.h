/* SPDX-License-Identifier: ISC */
/* client_ca_internal - shared by client_ca.c (loading) and client_verify.c. */
#ifndef MW_CLIENT_CA_INTERNAL_H
#define MW_CLIENT_CA_INTERNAL_H

#include <gnutls/x509.h>

#include "client_ca.h"

struct client_ca {
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t *cas; /* the array is owned here, the certificates by the list */
    unsigned ca_count;
    gnutls_x509_crl_t *crls; /* owned; a CA may have several */
    unsigned crl_count;
    bool revokes; /* the policy has a file of CRLs */
};

bool client_crl_fresh(gnutls_x509_crl_t crl); /* whether it is in date now */

#endif
