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

/* The pager clears its prompt with as many blanks, between carriage returns or backspaces. If a log
 * lost these, the blanks are still there. */
static struct span without_pager(struct span text)
{
    const char *at;

    while (text.n >= more.n && (at = memmem(text.p, text.n, more.p, more.n))) {
        size_t end = (size_t)(at - text.p) + more.n, blanks = 0;
        text = span_tail(text, end);
        for (end = text.n; end > 0 && text.p[end - 1] != '\r' && text.p[end - 1] != '\b';)
            end--;
        while (end == 0 && blanks < more.n && blanks < text.n && text.p[blanks] == ' ')
            blanks++;
        text = span_tail(text, end > 0 ? end : blanks == more.n ? blanks : 0);
    }
    return text;
}

/* Octets of a no-break space, in UTF-8. 0: the text doesn't begin with one. */
static size_t no_break_space(struct span text)
{
    return span_starts(text, SPAN("\xc2\xa0")) ? 2 : 0;
}

/* Octets of what can stand before a line's first word; 0xa0 is a no-break space in ISO 8859-1. */
static size_t depth_octets(struct span text)
{
    if (is_blank(text.p[0]) || text.p[0] == '>' || text.p[0] == '\xa0')
        return 1;
    return no_break_space(text);
}

/* Octets of a character that a policy can't have: a control, or U+FFFE and U+FFFF, which XML doesn't
 * allow. 0: the text doesn't begin with one. */
static size_t forbidden(struct span text)
{
    unsigned char c = (unsigned char)text.p[0];

    if (span_starts(text, SPAN("\xef\xbf\xbe")) || span_starts(text, SPAN("\xef\xbf\xbf")))
        return 3;
    return (c < ' ' && c != '\t') || c == 0x7f;
}

static bool is_unclean(struct span text)
{
    if (!utf8_valid(text))
        return true;
    for (; text.n > 0; text = span_tail(text, 1))
        if (forbidden(text) || no_break_space(text))
            return true;
    return false;
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

/* "gate# show running-config", "gate/admin#" */
static bool is_prompt(const struct asa_line *l)
{
    struct span first = l->words[0];

    return first.n > 1 && (first.p[first.n - 1] == '#' || first.p[first.n - 1] == '>') &&
           (l->count == 1 || span_starts(l->words[1], SPAN("sh")) ||
            span_eq(l->words[1], SPAN("more")));
}

/* Reads the words of a clean text. */
static void read_text(struct asa_line *l)
{
    l->count = 0;
    l->words[0] = SPAN_NONE;
    l->no = false;
    l->kind = ASA_LINE_EMPTY;
    if (l->text.n == 0 || l->text.p[0] == '!' || l->text.p[0] == ':')
        return;
    split(l);
    if (!is_prompt(l))
        l->kind = ASA_LINE_COMMAND;
}

bool asa_line_next(struct span *rest, struct asa_line *l)
{
    struct span text;
    bool first = l->number == 0;
    size_t n;

    if (rest->n == 0)
        return false;
    text = span_cut(rest, '\n');
    l->number++;
    if (first && span_starts(text, SPAN("\xef\xbb\xbf")))
        text = span_tail(text, 3);
    while (text.n > 0 && text.p[text.n - 1] == '\r')
        text.n--;
    text = without_pager(text);
    l->width = text.n;
    l->latin = l->controls = false;
    for (l->indent = 0; text.n > 0 && (n = depth_octets(text)) > 0; l->indent++)
        text = span_tail(text, n);
    l->text = span_trim(text);
    read_text(l);
    if (l->kind == ASA_LINE_COMMAND && is_unclean(l->text)) {
        l->kind = ASA_LINE_UNCLEAN;
        l->count = 0;
        l->words[0] = SPAN_NONE;
    }
    return true;
}

/* What stands for the first *n octets of the text in a clean line; two has room for a character. */
static struct span replacement(struct span text, bool latin, char *two, size_t *n)
{
    unsigned char c = (unsigned char)text.p[0];

    *n = latin ? c == 0xa0 : no_break_space(text);
    if (*n > 0)
        return SPAN(" ");
    *n = latin && c >= 0x80 ? 0 : forbidden(text);
    if (*n > 0)
        return SPAN("\xef\xbf\xbd");
    *n = 1;
    if (!latin || c < 0x80)
        return span_head(text, 1);
    two[0] = (char)(0xc0 | c >> 6);
    two[1] = (char)(0x80 | (c & 0x3f));
    return span_of(two, 2);
}

void asa_line_clean(struct asa_line *l, char *room)
{
    struct span rest = l->text, by;
    size_t n, used = 0;
    char two[2];

    l->latin = !utf8_valid(rest);
    for (; rest.n > 0; rest = span_tail(rest, n)) {
        by = replacement(rest, l->latin, two, &n);
        l->controls = l->controls || by.n == 3;
        memcpy(room + used, by.p, by.n);
        used += by.n;
    }
    l->text = span_trim(span_of(room, used));
    read_text(l);
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
