/* SPDX-License-Identifier: ISC */
/* buf - PURE; see buf.h. */
#include "buf.h"

#include <string.h>

#include "num.h"

struct buf buf_on(void *storage, size_t cap)
{
    return (struct buf){storage, cap, 0, false, 0};
}

struct span buf_span(const struct buf *b)
{
    return (struct span){b->p, b->len};
}

size_t buf_room(const struct buf *b)
{
    return b->cap - b->len;
}

char *buf_end(struct buf *b)
{
    return b->p + b->len;
}

void buf_grew(struct buf *b, size_t n)
{
    b->len += n;
    if (b->len > b->high)
        b->high = b->len;
}

bool buf_put(struct buf *b, struct span s)
{
    if (s.n > buf_room(b)) {
        b->overflow = true;
        return false;
    }
    if (s.n)
        memcpy(b->p + b->len, s.p, s.n);
    buf_grew(b, s.n);
    return true;
}

bool buf_puts(struct buf *b, const char *s)
{
    return buf_put(b, span_str(s));
}

bool buf_putc(struct buf *b, char c)
{
    return buf_put(b, span_of(&c, 1));
}

bool buf_putnum(struct buf *b, unsigned long long value)
{
    char digits[NUM_DIGITS];

    return buf_put(b, num_format(digits, value));
}

void buf_consume(struct buf *b, size_t n)
{
    if (n < b->len)
        memmove(b->p, b->p + n, b->len - n);
    b->len -= n;
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->overflow = false;
}

void buf_wipe(struct buf *b)
{
    if (b->high)
        explicit_bzero(b->p, b->high);
    b->high = 0;
    buf_clear(b);
}
