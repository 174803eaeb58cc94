/* SPDX-License-Identifier: ISC */
/* heap - an edge: prepares glibc's heap for a process that forks per connection; see heap.h. */
#include "heap.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { LARGEST = 65536, SMALL = 1024, LARGE_STEP = 512, SMALL_STEP = 16 };
/* At most so much is free in malloc's caches, which mallinfo2 doesn't count. */
enum { UNCOUNTED = 1 << 20 };

/* Allocates a piece of this size for good. Returns false if none below end is free. */
static bool take_piece(size_t size, uintptr_t end)
{
    char *volatile piece = malloc(size); /* volatile: or the compiler drops it */

    if (piece && (uintptr_t)piece < end)
        return true; /* cppcheck-suppress memleak; it is meant to leak */
    free(piece);
    return false;
}

void heap_close_gaps(void)
{
    struct mallinfo2 heap = mallinfo2();
    size_t left = heap.fordblks + UNCOUNTED;            /* bounds the loop, whatever malloc does */
    uintptr_t end = (uintptr_t)sbrk(0) - heap.keepcost; /* keepcost: the free piece at the end */

    for (size_t size = LARGEST; size > 0; size -= size > SMALL ? LARGE_STEP : SMALL_STEP)
        while (size <= left && take_piece(size, end))
            left -= size;
}
