/* SPDX-License-Identifier: ISC */
/* identifier - PURE; see identifier.h. */
#include "identifier.h"

#include "limits.h"

#define DEVICE_MAX 15 /* IFNAMSIZ without the NUL */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Whether s has only letters, digits and the characters in others. */
static bool has_only(struct span s, struct span others)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_letter(s.p[i]) && !is_digit(s.p[i]) && span_find(others, s.p[i]) == SPAN_NOT_FOUND)
            return false;
    return s.n > 0;
}

bool identifier_is_name(struct span s)
{
    return has_only(s, SPAN("_.-")) && s.p[0] != '-' && s.p[0] != '.' && s.n <= LIMIT_POLICY_NAME;
}

bool identifier_is_device(struct span s)
{
    return has_only(s, SPAN("_.-@")) && s.n <= DEVICE_MAX && !span_eq(s, SPAN(".")) &&
           !span_eq(s, SPAN(".."));
}

static bool is_digits(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!is_digit(s.p[i]))
            return false;
    return s.n > 0;
}

bool identifier_is_vlan(struct span device)
{
    size_t dot = span_rfind(device, '.');

    return (dot != SPAN_NOT_FOUND && is_digits(span_tail(device, dot + 1))) ||
           (span_starts(device, SPAN("vlan")) && is_digits(span_tail(device, 4)));
}
