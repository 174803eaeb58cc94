/* SPDX-License-Identifier: ISC */
/*
 * buf - bytes in a storage of fixed size that the caller owns. PURE.
 *
 *     char room[512];
 *     struct buf b = BUF(room);
 *
 * Appending takes all or nothing; what did not fit is remembered in `overflow` until buf_clear or
 * buf_wipe, so that a chain of appends needs one look at its end. Nothing is NUL-terminated.
 */
#ifndef MW_BUF_H
#define MW_BUF_H

#include "span.h"

struct buf {
    char *p;
    size_t cap;    /* octets of storage */
    size_t len;    /* octets held */
    bool overflow; /* an append did not fit since the last clear */
    size_t high;   /* octets of storage that were ever used since the last wipe */
};

#define BUF(array) ((struct buf){(array), sizeof(array), 0, false, 0})

struct buf buf_on(void *storage, size_t cap);
struct span buf_span(const struct buf *b); /* valid until the next change of b */
size_t buf_room(const struct buf *b);      /* octets that still fit */
char *buf_end(struct buf *b);              /* where the next octet goes: fill it, then buf_grew */
void buf_grew(struct buf *b, size_t n);    /* n octets were written at buf_end; n <= room */

/* false, nothing appended and overflow set, where it doesn't fit. */
bool buf_put(struct buf *b, struct span s);
bool buf_puts(struct buf *b, const char *s);
bool buf_putc(struct buf *b, char c);
bool buf_putnum(struct buf *b, unsigned long long value); /* in decimal */

void buf_consume(struct buf *b, size_t n); /* drops the first n octets; n <= len */
void buf_clear(struct buf *b);
void buf_wipe(struct buf *b); /* clear, and all storage that was used overwritten: for secrets */

#endif
