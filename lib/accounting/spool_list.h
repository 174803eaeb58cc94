/* SPDX-License-Identifier: ISC */
/* spool_list - the sessions in one of the spool's directories. */
#ifndef MW_SPOOL_LIST_H
#define MW_SPOOL_LIST_H

#include <stddef.h>

#include "spool.h"

struct spool_item {
    struct spool_key key;
    int64_t changed; /* s since 1970 */
};

/* *items, which the caller frees, are those of directory, the longest unchanged first. Returns how
 * many; where memory runs out, not all of them. */
size_t spool_list(int directory, struct spool_item **items);

#endif
