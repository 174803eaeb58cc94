/* SPDX-License-Identifier: ISC */
/*
 * user - whether two user names are the same user's (R2.6). PURE.
 *
 * Without regard to case means Unicode's simple case folding (CaseFolding.txt, statuses C and S, of
 * Unicode 14.0): one code point becomes one, so that "ß" isn't "ss". Nothing is normalized: an "é"
 * of one code point differs from "e" with a combining accent. The table is our own (user_fold.h):
 * of the libraries that we link, GnuTLS folds domain names only.
 *
 * Names are UTF-8 (name.h). Octets that are none are compared as they are.
 */
#ifndef MW_USER_H
#define MW_USER_H

#include "span.h"

enum user_case { USER_CASE_IGNORE, USER_CASE_EXACT };

bool user_same(enum user_case rule, struct span a, struct span b);

/* Folding makes a name up to half as long again: "Ⱥ" has two octets, "ⱥ" three. */
#define USER_FOLDED(size) ((size) / 2 * 3 + 1)

/* Writes the folded name to room, without a NUL, and returns its length. It ends in front of the
 * first code point that no longer fits. */
size_t user_fold(struct span name, char *room, size_t size);

#endif
