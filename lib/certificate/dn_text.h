/* SPDX-License-Identifier: ISC */
/*
 * dn_text - parts of a DN as text (RFC 4514), always the same text for the same DN. PURE.
 *
 * GnuTLS's own writer is not used: it writes a TeletexString that isn't ASCII like another value
 * that is, a "#" in front of digits.
 */
#ifndef MW_DN_TEXT_H
#define MW_DN_TEXT_H

#include "buf.h"

/* Appends TYPE=value. A type that authorization-dn or RFC 4514 has a name for has that of LDAP
 * (RFC 4519; "emailAddress" is PKCS #9's), and its value is text in which a backslash stands before
 * each of "+,;<>\ and before a blank at either end or a "#" in front. Any other type is its OID,
 * and the value its octets in hex behind "#". false: the value is no string (directory_string.h).
 * Where it doesn't fit buf.h's overflow tells. */
bool dn_text_put(struct buf *out, struct span oid, unsigned long tag, struct span value);

#endif
