/* SPDX-License-Identifier: ISC */
/*
 * escape - writes a user's name or password into a text that has a syntax. PURE.
 *
 * Each function appends all of s to out. If it does not fit, out's overflow is set (buf.h).
 */
#ifndef MW_ESCAPE_H
#define MW_ESCAPE_H

#include "buf.h"

/* As a value in an LDAP filter: NUL ( ) * and \ become \XX (RFC 4515 section 3). */
void escape_filter(struct buf *out, struct span s);

/* As a value in a DN (RFC 4514 section 2.4): characters with a meaning there become \XX. */
void escape_dn(struct buf *out, struct span s);

/* As a part of a URL or a form: all but letters, digits and -._~ become %XX (RFC 3986 section
 * 2.1). */
void escape_url(struct buf *out, struct span s);

/* Appends template with each %u replaced by name, escaped by how. */
void escape_into(struct buf *out, const char *template, void (*how)(struct buf *out, struct span s),
                 struct span name);

#endif
