/* SPDX-License-Identifier: ISC */
/* dn_field - the sixteen DN fields of authorization-dn: what the policy calls them, and which
 * attribute types they are. PURE. */
#ifndef MW_DN_FIELD_H
#define MW_DN_FIELD_H

#include "policy.h"

const char *dn_field_name(enum dn_field f); /* "CN", "None": static */
const char *dn_field_oid(enum dn_field f);  /* "2.5.4.3"; DN_NONE: "". Static. */

#endif
