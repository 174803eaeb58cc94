/* SPDX-License-Identifier: ISC */
/*
 * escape - a user's name or password as a part of something else that has a syntax. PURE.
 *
 * Each appends to out all of s or, where it doesn't fit, something that buf.h's overflow tells.
 */
#ifndef MW_ESCAPE_H
#define MW_ESCAPE_H

#include "buf.h"

/* A value in an LDAP filter: NUL ( ) * and \ become \XX (RFC 4515 section 3). */
void escape_filter(struct buf *out, struct span s);

/* A value in a DN (RFC 4514 section 2.4): what has a meaning there becomes \XX. */
void escape_dn(struct buf *out, struct span s);

/* A part of a URL or of a form: everything but letters, digits and -._~ becomes %XX (RFC 3986
 * section 2.1). */
void escape_url(struct buf *out, struct span s);

/* Appends template with each %u replaced by name, escaped by how. */
void escape_into(struct buf *out, const char *template, void (*how)(struct buf *out, struct span s),
                 struct span name);

#endif
