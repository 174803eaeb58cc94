/* SPDX-License-Identifier: ISC */
/* arena - memory of one policy. */
#include "arena.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *before;
    max_align_t memory[];
};

void *arena_get(struct arena *a, size_t count, size_t size)
{
    if (count > 0 && size > (SIZE_MAX - sizeof(struct arena_block)) / count)
        abort();
    struct arena_block *b = calloc(1, sizeof *b + count * size);
    if (!b)
        abort();
    b->before = a->last;
    a->last = b;
    return b->memory;
}

char *arena_copy(struct arena *a, const char *s)
{
    size_t n = strlen(s) + 1;

    return memcpy(arena_get(a, n, 1), s, n);
}

void arena_free(struct arena *a)
{
    while (a->last) {
        struct arena_block *b = a->last;
        a->last = b->before;
        free(b);
    }
}
