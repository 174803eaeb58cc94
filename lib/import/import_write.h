/* SPDX-License-Identifier: ISC */
/*
 * import_write - writes the policy of an appliance's configuration (asa.h), with libxml2.
 *
 * The appliance's defaults are written out if Mailwicket's differ, or if an administrator will look
 * for them.
 */
#ifndef MW_IMPORT_WRITE_H
#define MW_IMPORT_WRITE_H

#include "asa.h"

/* Returns the policy's text, *n octets; the caller frees it. NULL: no memory (ENOMEM), or more than
 * LIMIT_POLICY_FILE octets (EFBIG). */
char *import_write(const struct asa *a, size_t *n);

#endif
