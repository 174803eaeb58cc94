/* SPDX-License-Identifier: ISC */
/* replace_files - replaces files that running programs will read. */
#ifndef MW_REPLACE_FILES_H
#define MW_REPLACE_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "err.h"
#include "limits.h"

#define REPLACE_NAME_MAX (LIMIT_PATH + 32)

struct replacement {
    const char *file;    /* absolute */
    const void *data[2]; /* one after the other; the second may be NULL */
    size_t size[2];
    mode_t mode;  /* of a file that doesn't exist yet */
    bool changed; /* set by replace_files: the file had other contents */
    char new[REPLACE_NAME_MAX], old[REPLACE_NAME_MAX]; /* for replace_files */
};

/* Replaces the files, each atomically, once all new ones are on the disk beside them. If one can't
 * be replaced, those before it get their old contents back. A file that exists keeps its owner,
 * group and mode. A file that has these contents isn't touched. Returns 0, or -1 with e set and no
 * file changed. */
int replace_files(struct replacement *list, size_t count, struct err *e);

#endif
