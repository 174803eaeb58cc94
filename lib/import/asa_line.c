/* SPDX-License-Identifier: ISC */
/* asa_line - PURE; believes nothing of the text. See asa_line.h. */
#include "asa_line.h"

#include <string.h>

#include "utf8.h"

static const struct span more = SPAN("<--- More --->");

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* With a pager's prompt, the line is what follows the last carriage return. */
static struct span without_pager(struct span text)
{
    size_t at;

    if (text.n < more.n || !memmem(text.p, text.n, more.p, more.n))
        return text;
    at = span_rfind(text, '\r');
    if (at != SPAN_NOT_FOUND)
        return span_tail(text, at + 1);
    at = (size_t)((const char *)memmem(text.p, text.n, more.p, more.n) - text.p);
    return span_tail(text, at + more.n);
}

/* XML doesn't allow U+FFFE and U+FFFF, so a policy can't have them. */
static bool is_invalid(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (((unsigned char)text.p[i] < ' ' && text.p[i] != '\t') || text.p[i] == 0x7f)
            return true;
    return !utf8_valid(text) || (text.n >= 3 && (memmem(text.p, text.n, "\xef\xbf\xbe", 3) ||
                                                 memmem(text.p, text.n, "\xef\xbf\xbf", 3)));
}

/* Up to the closing quote. A backslash and the quote after it stay. */
static struct span quoted_word(struct span *rest)
{
    struct span word;
    size_t n = 0;

    while (n < rest->n && (rest->p[n] != '"' || (n > 0 && rest->p[n - 1] == '\\')))
        n++;
    word = span_head(*rest, n);
    *rest = span_tail(*rest, n + 1);
    return word;
}

static struct span next_word(struct span *rest)
{
    struct span word;
    size_t n = 0;

    *rest = span_trim(*rest);
    if (rest->n > 0 && rest->p[0] == '"') {
        *rest = span_tail(*rest, 1);
        return quoted_word(rest);
    }
    while (n < rest->n && !is_blank(rest->p[n]))
        n++;
    word = span_head(*rest, n);
    *rest = span_tail(*rest, n);
    return word;
}

static void split(struct asa_line *l)
{
    struct span rest = l->text;
    struct span first = next_word(&rest);

    l->no = span_eq(first, SPAN("no")) && span_trim(rest).n > 0;
    if (!l->no)
        rest = l->text;
    for (l->count = 0; l->count < ASA_WORDS && span_trim(rest).n > 0; l->count++)
        l->words[l->count] = next_word(&rest);
    for (size_t i = l->count; i < ASA_WORDS; i++)
        l->words[i] = SPAN_NONE;
}

bool asa_line_next(struct span *rest, struct asa_line *l)
{
    struct span text;
    bool first = l->number == 0;

    if (rest->n == 0)
        return false;
    text = span_cut(rest, '\n');
    l->number++;
    if (first && span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_tail(text, 3);
    while (text.n > 0 && text.p[text.n - 1] == '\r')
        text.n--;
    text = without_pager(text);
    l->text = span_trim(text);
    l->indent = 0;
    while (l->indent < text.n && is_blank(text.p[l->indent]))
        l->indent++;
    l->count = 0;
    l->words[0] = SPAN_NONE;
    l->no = false;
    if (l->text.n == 0 || l->text.p[0] == '!' || l->text.p[0] == ':')
        l->kind = ASA_LINE_EMPTY;
    else
        l->kind = is_invalid(l->text) ? ASA_LINE_INVALID : ASA_LINE_COMMAND;
    if (l->kind == ASA_LINE_COMMAND)
        split(l);
    return true;
}

struct span asa_line_from(const struct asa_line *l, size_t word)
{
    const char *from, *end = l->text.p + l->text.n;
    struct span value;

    if (word >= l->count)
        return SPAN_NONE;
    from = l->words[word].p;
    if (!from) /* "" at the line's end */
        return SPAN_NONE;
    if (from > l->text.p && from[-1] == '"')
        from--;
    value = span_of(from, (size_t)(end - from));
    if (word == l->count - 1)
        value = l->words[word];
    return value;
}

bool asa_line_is_hex(struct span text)
{
    for (size_t i = 0; i < text.n; i++)
        if (!memchr("0123456789abcdefABCDEF \t", text.p[i], 24))
            return false;
    return true;
}
