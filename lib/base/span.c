/* SPDX-License-Identifier: ISC */
/* span - PURE; see span.h. */
#include "span.h"

#include <string.h>

struct span span_str(const char *s)
{
    return (struct span){s, s ? strlen(s) : 0};
}

struct span span_of(const void *p, size_t n)
{
    return (struct span){p, n};
}

bool span_eq(struct span a, struct span b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool span_ieq(struct span a, struct span b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

bool span_starts(struct span s, struct span prefix)
{
    return s.n >= prefix.n && span_eq(span_head(s, prefix.n), prefix);
}

bool span_istarts(struct span s, struct span prefix)
{
    return s.n >= prefix.n && span_ieq(span_head(s, prefix.n), prefix);
}

bool span_iends(struct span s, struct span suffix)
{
    return s.n >= suffix.n && span_ieq(span_tail(s, s.n - suffix.n), suffix);
}

size_t span_find(struct span s, char c)
{
    const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
    return at ? (size_t)(at - s.p) : SPAN_NOT_FOUND;
}

size_t span_rfind(struct span s, char c)
{
    for (size_t i = s.n; i > 0; i--)
        if (s.p[i - 1] == c)
            return i - 1;
    return SPAN_NOT_FOUND;
}

struct span span_head(struct span s, size_t n)
{
    return (struct span){s.p, n < s.n ? n : s.n};
}

struct span span_tail(struct span s, size_t n)
{
    if (n >= s.n)
        return SPAN_NONE;
    return (struct span){s.p + n, s.n - n};
}

static bool blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim(struct span s)
{
    while (s.n && blank(s.p[0]))
        s = span_tail(s, 1);
    while (s.n && blank(s.p[s.n - 1]))
        s.n--;
    return s;
}

struct span span_cut(struct span *s, char c)
{
    size_t at = span_find(*s, c);
    struct span word = span_head(*s, at);

    *s = at == SPAN_NOT_FOUND ? SPAN_NONE : span_tail(*s, at + 1);
    return word;
}

bool span_copy(char *dst, size_t size, struct span s)
{
    dst[0] = '\0';
    if (s.n >= size || span_find(s, '\0') != SPAN_NOT_FOUND)
        return false;
    if (s.n)
        memcpy(dst, s.p, s.n);
    dst[s.n] = '\0';
    return true;
}
