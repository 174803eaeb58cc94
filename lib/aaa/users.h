/* SPDX-License-Identifier: ISC */
/*
 * users - the file of local users: lines of "name:crypt(3) hash:group policy", the last part may be
 * missing. '#' begins a comment line; empty lines and lines without ':' are nobody's. Of two
 * entries for one name the first counts.
 */
#ifndef MW_USERS_H
#define MW_USERS_H

#include <stdio.h>

#include "err.h"
#include "span.h"

struct users_entry {
    struct span name, hash, group_policy; /* of a line; empty where missing */
};

/* The parts of a line (with or without its newline). false: it is nobody's. */
bool users_parse(struct span line, struct users_entry *out);

/* Whether a name can stand in the file: not empty, no ':', no control, no blank at either end, no
 * '#' in front, UTF-8, at most LIMIT_NAME octets. */
bool users_name_valid(struct span name);

/* Opens the file for reading: a regular one of at most LIMIT_USERS_FILE octets. NULL: e says why.
 */
FILE *users_open(const char *file, struct err *e);

/* Writes entry in the place of the same name's, or behind the others, and keeps all else as it was;
 * an empty group_policy keeps the one of before. The new file takes the old one's place at once,
 * with its mode and owner; a new one has mode 0640 and, made by root, the group of the user reader
 * (may be NULL). Several at once wait for each other. 0, or -1 and e; then the file is as it was.
 */
int users_put(const char *file, const struct users_entry *entry, const char *reader, struct err *e);

#endif
