/* SPDX-License-Identifier: ISC */
/*
 * users - the file of local users. Each entry is a line "name:crypt(3) hash:group policy"; the last
 * part may be missing. A line that begins with '#' is a comment. Empty lines and lines without ':'
 * are ignored. If a name has two entries, the first counts.
 */
#ifndef MW_USERS_H
#define MW_USERS_H

#include <stdio.h>

#include "err.h"
#include "span.h"

struct users_entry {
    struct span name, hash, group_policy; /* parts of a line; empty if missing */
};

/* Splits a line, with or without its newline, into parts. false: the line is not an entry. */
bool users_parse(struct span line, struct users_entry *out);

/* Whether a name can be in the file: 1 to LIMIT_NAME octets of UTF-8, without ':' and control
 * characters, without blanks at either end, without '#' in front. */
bool users_name_valid(struct span name);

/* Opens the file for reading. It must be a regular file of at most LIMIT_USERS_FILE octets. NULL: e
 * says why. */
FILE *users_open(const char *file, struct err *e);

/* Replaces the entry of the same name, or appends entry. Keeps the rest of the file, and with an
 * empty group_policy also that of the old entry. The new file replaces the old one at once, with
 * its mode and owner. A file that did not exist has mode 0640 and, if root makes it, the group of
 * the user reader (may be NULL). Concurrent calls wait for each other. 0, or -1 and e; then the
 * file is unchanged. */
int users_put(const char *file, const struct users_entry *entry, const char *reader, struct err *e);

#endif
