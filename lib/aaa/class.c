/* SPDX-License-Identifier: ISC */
/* class - finds group policies in RADIUS attributes; see class.h. PURE. Believes nothing. */
#include "class.h"

_Static_assert(LIMIT_POLICY_NAME == 64, "as CLASS_EXPECTED says");

bool class_is_name(struct span s)
{
    if (s.n == 0 || s.n > LIMIT_POLICY_NAME)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i], lower = (char)(c | 0x20);

        if (!(lower >= 'a' && lower <= 'z') && !(c >= '0' && c <= '9') && c != '_' && c != '.' &&
            c != '-')
            return false;
    }
    return true;
}

static struct span unquote(struct span s)
{
    s = span_trim(s);
    if (s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"')
        s = span_trim(span_of(s.p + 1, s.n - 2));
    return s;
}

/* Finds the first field OU= in value, and sets *name to what follows its '='. */
static bool find_ou(struct span value, struct span *name)
{
    while (value.n > 0) {
        struct span field = span_cut(&value, ';');
        size_t equals = span_find(field, '=');

        if (equals == SPAN_NOT_FOUND || !span_ieq(span_trim(span_head(field, equals)), SPAN("OU")))
            continue;
        *name = unquote(span_tail(field, equals + 1));
        return true;
    }
    return false;
}

static void choose(struct class_choice *c, enum class_source from, struct span name)
{
    if (c->from >= from)
        return;
    c->from = from;
    c->bad = !class_is_name(name);
    span_copy(c->name, sizeof c->name, c->bad ? SPAN_NONE : name);
}

void class_take(struct class_choice *c, struct span value)
{
    struct span name;

    if (find_ou(value, &name))
        choose(c, CLASS_OU, name);
    else if (class_is_name(unquote(value)))
        choose(c, CLASS_PLAIN, unquote(value));
}

void class_take_vendor(struct class_choice *c, struct span value)
{
    struct span name;

    choose(c, CLASS_GROUP_POLICY, find_ou(value, &name) ? name : unquote(value));
}
