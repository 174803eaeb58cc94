/* SPDX-License-Identifier: ISC */
/*
 * buf - bytes in fixed-size storage that the caller owns. PURE.
 *
 *     char room[512];
 *     struct buf b = BUF(room);
 *
 * An append adds everything or nothing. If it doesn't fit, `overflow` is set and stays set until
 * buf_clear or buf_wipe, so several appends in a row need only one check at the end. Nothing is
 * NUL-terminated.
 */
#ifndef MW_BUF_H
#define MW_BUF_H

#include "span.h"

struct buf {
    char *p;
    size_t cap;    /* octets of storage */
    size_t len;    /* octets held */
    bool overflow; /* since the last clear an append didn't fit */
    size_t high;   /* the most octets that were in use since the last wipe */
};

#define BUF(array) ((struct buf){(array), sizeof(array), 0, false, 0})

struct buf buf_on(void *storage, size_t cap);
struct span buf_span(const struct buf *b); /* valid until the next change of b */
size_t buf_room(const struct buf *b);      /* octets that still fit */
char *buf_end(struct buf *b);           /* where the next octet goes: write there, then buf_grew */
void buf_grew(struct buf *b, size_t n); /* the caller wrote n octets at buf_end; n <= room */

/* Append. false if it doesn't fit: nothing is appended and overflow is set. */
bool buf_put(struct buf *b, struct span s);
bool buf_puts(struct buf *b, const char *s);
bool buf_putc(struct buf *b, char c);
bool buf_putnum(struct buf *b, unsigned long long value); /* in decimal */

void buf_consume(struct buf *b, size_t n); /* drops the first n octets; n <= len */
void buf_clear(struct buf *b);
void buf_wipe(struct buf *b); /* for secrets: clears b and overwrites all storage that it used */

#endif
