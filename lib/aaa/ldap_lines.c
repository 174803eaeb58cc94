/* SPDX-License-Identifier: ISC */
/* ldap_lines - PURE; reads what a directory says; see ldap_lines.h. */
#include "ldap_lines.h"

#include <string.h>

#include "base64.h"

static enum ldap_event bad(struct ldap_lines *l)
{
    l->bad = true;
    return LDAP_BAD;
}

/* A value behind the attribute's colon. The data of base64 takes the place of its text. */
static bool read_value(struct ldap_lines *l, struct span rest, struct span *out)
{
    *out = span_tail(rest, span_starts(rest, SPAN(" ")));
    if (!span_starts(rest, SPAN(":")))
        return rest.n == 0 || span_starts(rest, SPAN(" "));
    if (!span_starts(rest, SPAN(": ")))
        return false;
    struct span text = span_tail(rest, 2);
    struct buf data = buf_on(l->line + (text.p - l->line), text.n);

    if (!base64_decode(text, &data))
        return false;
    *out = buf_span(&data);
    return true;
}

/* LDAP_MORE: a line that says nothing. */
static enum ldap_event read_line(struct ldap_lines *l, struct span line, struct ldap_item *out)
{
    if (line.n == 0)
        return l->entry ? LDAP_MORE : bad(l);
    if (span_starts(line, SPAN("DN:"))) {
        struct span dn = span_tail(line, 3);

        l->entry = true;
        out->value = span_tail(dn, 1);
        return dn.n == 0 || dn.p[0] == ' ' ? LDAP_ENTRY : bad(l);
    }
    if (!l->entry || line.p[0] != '\t')
        return bad(l);
    line = span_tail(line, 1);
    if (span_find(line, ':') == SPAN_NOT_FOUND)
        return bad(l);
    out->name = span_cut(&line, ':');
    return out->name.n && read_value(l, line, &out->value) ? LDAP_VALUE : bad(l);
}

enum ldap_event ldap_next(struct ldap_lines *l, struct span *in, struct ldap_item *out)
{
    enum ldap_event event = LDAP_MORE;

    *out = (struct ldap_item){SPAN_NONE, SPAN_NONE};
    while (!l->bad && event == LDAP_MORE && in->n > 0) {
        size_t end = span_find(*in, '\n');
        struct span part = end == SPAN_NOT_FOUND ? *in : span_head(*in, end);

        if (part.n > sizeof l->line - l->len)
            return bad(l);
        memcpy(l->line + l->len, part.p, part.n);
        l->len += part.n;
        *in = span_tail(*in, end == SPAN_NOT_FOUND ? part.n : end + 1);
        if (end == SPAN_NOT_FOUND)
            break;
        event = read_line(l, span_of(l->line, l->len), out);
        l->len = 0;
    }
    return l->bad ? LDAP_BAD : event;
}

bool ldap_whole(const struct ldap_lines *l)
{
    return !l->bad && l->len == 0;
}
