/* SPDX-License-Identifier: ISC */
/* client_subject - whose a client's certificate says it is, for the log. By GnuTLS; believes nothing. */
#ifndef MW_CLIENT_SUBJECT_H
#define MW_CLIENT_SUBJECT_H

#include "span.h"

/* The whole subject of a certificate (DER), "CN=jo,O=Example"; "" where it can't be read, cut where
 * it is longer than size octets with its NUL. */
void client_subject(struct span certificate, char *room, size_t size);

#endif
