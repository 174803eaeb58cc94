/* SPDX-License-Identifier: ISC */
/*
 * client_path - the chain by which GnuTLS verified a client's certificate, from it up to its root,
 * and what RFC 5280 demands of such a chain beyond GnuTLS's own checks.
 */
#ifndef MW_CLIENT_PATH_H
#define MW_CLIENT_PATH_H

#include <gnutls/x509.h>
#include <stdbool.h>

#include "limits.h"

/* Certificates that a client may send, and CAs of ours above them. */
#define PATH_MAX_LENGTH (2 * LIMIT_CHAIN)

/* crts[0] is the client's certificate, each next one the issuer of the one before. The certificates
 * belong to the caller of client_path_verify and to its list. */
struct client_path {
    gnutls_x509_crt_t crts[PATH_MAX_LENGTH];
    unsigned count;
};

/* Verifies crts[0] by GnuTLS, for client authentication, and fills *path. Returns GnuTLS's code;
 * *status becomes its bits. If the status isn't 0, the path may end early. */
int client_path_verify(gnutls_x509_trust_list_t list, gnutls_x509_crt_t *crts, unsigned count,
                       unsigned flags, unsigned *status, struct client_path *path);

/* Returns whether all names on the path are allowed by the NameConstraints of all CAs above them. A
 * self-issued certificate between client and root is not judged (RFC 5280 section 6.1.3). */
bool client_path_names_allowed(const struct client_path *path);

/* Returns whether a CA has more CAs below it than its basicConstraints allow (section 6.1.4). */
bool client_path_too_long(const struct client_path *path);

#endif
