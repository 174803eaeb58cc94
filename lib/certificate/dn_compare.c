/* SPDX-License-Identifier: ISC */
/* dn_compare - PURE; see dn_compare.h. */
#include "dn_compare.h"

#include "der.h"
#include "directory_string.h"
#include "limits.h"
#include "user.h"

/* One attribute: its type, and its value with tag. */
struct ava {
    struct span type;
    struct der value;
};

struct rdn {
    size_t count;
    struct ava values[DN_VALUES_MAX];
};

static bool ava_read(struct span *rest, struct ava *out)
{
    struct der pair, type;
    struct span inside;

    if (!der_next(rest, &pair) || pair.tag != DER_SEQUENCE_OF)
        return false;
    inside = pair.content;
    if (!der_next(&inside, &type) || type.tag != DER_OBJECT)
        return false;
    out->type = type.content;
    return der_next(&inside, &out->value) && inside.n == 0;
}

/* Cuts the first RDN off *rest. */
static bool rdn_read(struct span *rest, struct rdn *out)
{
    struct der set;
    struct span inside;

    out->count = 0;
    if (!der_next(rest, &set) || set.tag != DER_SET_OF)
        return false;
    for (inside = set.content; inside.n > 0; out->count++)
        if (out->count == DN_VALUES_MAX || !ava_read(&inside, &out->values[out->count]))
            return false;
    return out->count > 0;
}

static bool is_white(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Makes each run of white space one blank, and drops those at either end. */
static struct span fold_white(struct buf *text)
{
    size_t n = 0;

    for (size_t i = 0; i < text->len; i++) {
        if (!is_white(text->p[i]))
            text->p[n++] = text->p[i];
        else if (n > 0 && text->p[n - 1] != ' ')
            text->p[n++] = ' ';
    }
    if (n > 0 && text->p[n - 1] == ' ')
        n--;
    return span_of(text->p, n);
}

static enum dn_comparison compare_values(const struct der *a, const struct der *b)
{
    char a_room[LIMIT_NAME], b_room[LIMIT_NAME];
    struct buf a_text = BUF(a_room), b_text = BUF(b_room);

    if (!directory_is_string(a->tag) || !directory_is_string(b->tag))
        return span_eq(a->whole, b->whole) ? DN_MATCHES : DN_DIFFERS;
    if (!directory_string(&a_text, a->tag, a->content) ||
        !directory_string(&b_text, b->tag, b->content) || a_text.overflow || b_text.overflow)
        return DN_UNREADABLE;
    return user_same(USER_CASE_IGNORE, fold_white(&a_text), fold_white(&b_text)) ? DN_MATCHES
                                                                                 : DN_DIFFERS;
}

/* Returns whether every value of a is in b too. */
static enum dn_comparison is_subset(const struct rdn *a, const struct rdn *b)
{
    for (size_t i = 0; i < a->count; i++) {
        enum dn_comparison found = DN_DIFFERS;
        for (size_t k = 0; found == DN_DIFFERS && k < b->count; k++)
            if (span_eq(a->values[i].type, b->values[k].type))
                found = compare_values(&a->values[i].value, &b->values[k].value);
        if (found != DN_MATCHES)
            return found;
    }
    return DN_MATCHES;
}

static enum dn_comparison compare_rdns(const struct rdn *a, const struct rdn *b)
{
    enum dn_comparison result = is_subset(a, b);

    return result == DN_MATCHES ? is_subset(b, a) : result;
}

enum dn_comparison dn_is_below(struct span name, struct span base)
{
    struct rdn a, b;
    enum dn_comparison result = DN_MATCHES;

    if (!der_only(name, DER_SEQUENCE_OF, &name) || !der_only(base, DER_SEQUENCE_OF, &base))
        return DN_UNREADABLE;
    while (base.n > 0 && result == DN_MATCHES) {
        if (!rdn_read(&base, &b))
            return DN_UNREADABLE;
        if (name.n == 0)
            return DN_DIFFERS;
        if (!rdn_read(&name, &a))
            return DN_UNREADABLE;
        result = compare_rdns(&a, &b);
    }
    return result;
}
