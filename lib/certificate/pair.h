/* SPDX-License-Identifier: ISC */
/* pair - a server certificate's chain with its key, which are to replace older ones. Holds a key:
 * pair_free wipes it. */
#ifndef MW_PAIR_H
#define MW_PAIR_H

#include <gnutls/x509.h>

#include "err.h"

struct pair {
    gnutls_datum_t chain, key;       /* the files, in PEM; key is secret */
    gnutls_x509_crt_t *certificates; /* of the chain, in its order */
    unsigned count;
};

/* Reads both files and checks them: the chain is in order, all of it is valid now, and the key is
 * the one of its first certificate, not encrypted. now is in seconds since 1970. Returns 0, or -1
 * with p empty, and e names the file and says what is wrong. */
int pair_load(struct pair *p, const char *chain, const char *key, int64_t now, struct err *e);

/* Accepts an empty pair. */
void pair_free(struct pair *p);

enum pair_fit {
    PAIR_OTHER,      /* not for all names of the older certificate, or that has no name */
    PAIR_SAME_NAMES, /* for all its DNS names and addresses, with another kind of key */
    PAIR_SAME_KIND,  /* for all its names, with the same kind of key */
};

/* Says how well the pair replaces an older chain in PEM, by the first certificate of each. */
enum pair_fit pair_fit(const struct pair *p, const gnutls_datum_t *older);

#endif
