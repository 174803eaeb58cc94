/* SPDX-License-Identifier: ISC */
/* heap - an edge: glibc's malloc before a process forks for every connection; see heap.h. */
#include "heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST = 65536, SMALL = 1024, LARGE_STEP = 512, SMALL_STEP = 16 };
enum {
    UNCOUNTED = 1 << 20
}; /* at most so much is free in malloc's caches, which it doesn't count */

/* Takes a piece of this size for good. false: no free one below end is left. */
static bool take(size_t size, uintptr_t end)
{
    char *volatile piece = malloc(size); /* volatile: else nobody would need it */

    if (piece && (uintptr_t)piece < end)
        return true; /* cppcheck-suppress memleak; that is the point */
    free(piece);
    return false;
}

void heap_close_gaps(void)
{
    struct mallinfo2 heap = mallinfo2();
    size_t left = heap.fordblks + UNCOUNTED; /* another malloc's pieces may all lie below end */
    uintptr_t end = (uintptr_t)sbrk(0) - heap.keepcost; /* keepcost: the free piece at the end */

    for (size_t size = LARGEST; size > 0; size -= size > SMALL ? LARGE_STEP : SMALL_STEP)
        while (size <= left && take(size, end))
            left -= size;
}
