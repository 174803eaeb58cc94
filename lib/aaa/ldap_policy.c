/* SPDX-License-Identifier: ISC */
/* ldap_policy - PURE; see ldap_policy.h. */
#include "ldap_policy.h"

#include "class.h"

/* The next octet that counts, in small letters; -1 at the end. *comma: the one before was one that
 * separates. */
static int next(struct span *s, bool *comma, bool *escaped)
{
    int c;

    while (*comma && s->n > 0 && s->p[0] == ' ')
        *s = span_tail(*s, 1);
    if (s->n == 0)
        return -1;
    c = (unsigned char)s->p[0];
    *s = span_tail(*s, 1);
    *comma = c == ',' && !*escaped;
    *escaped = c == '\\' && !*escaped;
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

bool ldap_same(struct span a, struct span b)
{
    bool comma_a = false, comma_b = false, escaped_a = false, escaped_b = false;
    int c;

    do {
        c = next(&a, &comma_a, &escaped_a);
        if (c != next(&b, &comma_b, &escaped_b))
            return false;
    } while (c >= 0);
    return true;
}

static void take_mapped(struct ldap_policy *p, struct span value)
{
    size_t end = p->found ? p->map : p->group->map_count;

    for (size_t i = 0; i < end; i++)
        if (ldap_same(span_str(p->group->maps[i].value), value)) {
            p->found = true;
            p->map = i;
            span_copy(p->name, sizeof p->name, span_str(p->group->maps[i].group_policy));
            return;
        }
}

static void take_itself(struct ldap_policy *p, struct span value)
{
    if (p->found)
        return;
    p->found = true;
    if (span_find(value, '=') != SPAN_NOT_FOUND) {
        span_cut(&value, '=');
        value = span_cut(&value, ',');
        value = span_cut(&value, '+');
        value = span_cut(&value, ';'); /* OU=NAME; as in RADIUS's Class */
    }
    value = span_trim(value);
    if (class_is_name(value))
        span_copy(p->name, sizeof p->name, value);
}

void ldap_policy_take(struct ldap_policy *p, struct span attribute, struct span value)
{
    struct span wanted = span_str(p->group->attribute);

    if (wanted.n == 0 || !span_ieq(span_cut(&attribute, ';'), wanted))
        return;
    if (p->group->map_count > 0)
        take_mapped(p, value);
    else
        take_itself(p, value);
}
