/* SPDX-License-Identifier: ISC */
/*
 * arena - memory that belongs to one policy and is freed with it.
 *
 * What is asked for here is bounded by LIMIT_POLICY_FILE. Where the system can't give even that,
 * the program calls abort(): it can't run without a policy.
 */
#ifndef MW_ARENA_H
#define MW_ARENA_H

#include <stddef.h>

struct arena_block;
struct arena {
    struct arena_block *last;
};

/* count items of size octets: zeroed, and aligned for any type. */
void *arena_get(struct arena *a, size_t count, size_t size);

char *arena_copy(struct arena *a, const char *s);

/* Frees everything that the arena gave out. */
void arena_free(struct arena *a);

#endif
