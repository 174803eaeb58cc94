/* SPDX-License-Identifier: ISC */
/* arena - memory that lives and ends with one policy. What is asked for here is bounded by
 * LIMIT_POLICY_FILE; where even that can't be had the program ends by abort(): it has nothing to
 * run with. */
#ifndef MW_ARENA_H
#define MW_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *last;
};

void *arena_get(struct arena *a, size_t count, size_t size); /* zeroed, aligned for anything */
char *arena_copy(struct arena *a, const char *s);
void arena_free(struct arena *a); /* all of it */

#endif
