/* SPDX-License-Identifier: ISC */
/*
 * span - a pointer and a length: a string that somebody else owns. PURE.
 *
 * A span is valid as long as the bytes it points to. It may hold any octet, NUL too. An empty span
 * has n == 0; its p may be anything, NULL too. Nothing here allocates or fails.
 */
#ifndef MW_SPAN_H
#define MW_SPAN_H

#include <stdbool.h>
#include <stddef.h>

struct span {
    const char *p;
    size_t n; /* octets */
};

#define SPAN(literal) ((struct span){(literal), sizeof(literal) - 1})
#define SPAN_NONE     ((struct span){NULL, 0})
/* The arguments for "%.*s". Only for spans without NUL. */
#define SPAN_FMT(s) (int)(s).n, ((s).p ? (s).p : "")

struct span span_str(const char *s); /* s: NUL-terminated, or NULL for an empty span */
struct span span_of(const void *p, size_t n);

bool span_eq(struct span a, struct span b);
bool span_ieq(struct span a, struct span b); /* span_i…: ASCII letters in either case */
bool span_starts(struct span s, struct span prefix);
bool span_istarts(struct span s, struct span prefix);
bool span_iends(struct span s, struct span suffix);

#define SPAN_NOT_FOUND ((size_t)-1)
size_t span_find(struct span s, char c);  /* offset of the first c, or SPAN_NOT_FOUND */
size_t span_rfind(struct span s, char c); /* offset of the last c, or SPAN_NOT_FOUND */

struct span span_head(struct span s, size_t n); /* the first n octets, or all if there are fewer */
struct span span_tail(struct span s, size_t n); /* everything after the first n octets */
struct span span_trim(struct span s);           /* without blanks and tabs at either end */

/* Returns the part of *s before the first c and removes it and the c from *s. Without a c it returns
 * all of *s, and *s becomes empty. */
struct span span_cut(struct span *s, char c);

/* Copies s to dst and terminates it with NUL. false, and dst is an empty string, if that takes more
 * than size octets or s holds a NUL. size > 0. */
bool span_copy(char *dst, size_t size, struct span s);

#endif
