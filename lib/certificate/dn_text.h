/* SPDX-License-Identifier: ISC */
/*
 * dn_text - writes parts of a DN as text (RFC 4514), always the same text for the same DN. PURE.
 *
 * GnuTLS's own writer is not used: it writes a TeletexString that isn't ASCII as "#" and digits,
 * which another value may also look like.
 */
#ifndef MW_DN_TEXT_H
#define MW_DN_TEXT_H

#include "buf.h"

/* Appends TYPE=value. If authorization-dn or RFC 4514 has a name for the type, TYPE is its LDAP
 * name (RFC 4519; "emailAddress" is from PKCS #9), and the value is text with a backslash before
 * each of "+,;<>\, before a blank at either end and before a "#" at the start. Otherwise TYPE is
 * the OID, and the value "#" and its encoding in hex. Returns false if the value is not a string
 * (directory_string.h). If the text doesn't fit, out->overflow is set. */
bool dn_text_put(struct buf *out, struct span oid, unsigned long tag, struct span value);

#endif
