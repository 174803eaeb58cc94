/* SPDX-License-Identifier: ISC */
/*
 * import_write - a policy file's text for what was read of an appliance (asa.h); through libxml2.
 *
 * What the appliance has by default is written out where Mailwicket's default is another one, and
 * also where an administrator will look for it.
 */
#ifndef MW_IMPORT_WRITE_H
#define MW_IMPORT_WRITE_H

#include "asa.h"

/* The text, *n octets, for free(). NULL: no memory (ENOMEM), or more than the LIMIT_POLICY_FILE
 * octets that a policy may have (EFBIG). */
char *import_write(const struct asa *a, size_t *n);

#endif
