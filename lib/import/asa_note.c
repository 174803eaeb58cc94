/* SPDX-License-Identifier: ISC */
/* asa_note - PURE: the reader's memory, and its notes. A note never shows a value of a line that is
 * not carried over: any value may be a secret. */
#include "asa_internal.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "num.h"

#define SHOWN_MAX 64 /* octets of a name in a note */

void *asa_get(struct asa *a, size_t size)
{
    size_t align = _Alignof(max_align_t), left = a->room.size - a->room.used;
    void *p;

    size = (size + align - 1) / align * align;
    if (size > left || a->full) {
        a->full = true;
        return memset(a->spare, 0, sizeof a->spare);
    }
    p = a->room.p + a->room.used;
    a->room.used += size;
    return memset(p, 0, size);
}

struct span asa_copy(struct asa *a, struct span s)
{
    char *kept = asa_get(a, s.n);

    if (a->full || s.n == 0)
        return SPAN_NONE;
    memcpy(kept, s.p, s.n);
    return span_of(kept, s.n);
}

struct span asa_keep(struct asa *a, const char *format, ...)
{
    char text[LIMIT_IMPORT_NOTE];
    va_list arguments;
    int n;

    va_start(arguments, format);
    n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return n < 0 || (size_t)n >= sizeof text ? SPAN_NONE : asa_copy(a, span_of(text, (size_t)n));
}

bool asa_keep_line(struct asa *a, struct asa_later **list, const struct asa_line *l)
{
    struct asa_later *later = asa_get(a, sizeof *later);

    *later = (struct asa_later){.next = *list, .line = l->number};
    if (!a->full)
        *list = later;
    return true;
}

struct span asa_shown(struct span s)
{
    struct span shown = span_head(s, SHOWN_MAX);

    while (shown.n < s.n && shown.n > 0 && ((unsigned char)s.p[shown.n] & 0xc0) == 0x80)
        shown.n--;
    return shown;
}

void asa_note(struct asa *a, enum asa_note_kind kind, int line, const char *format, ...)
{
    char text[LIMIT_IMPORT_NOTE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    a->note(a->context, &(struct asa_note){.kind = kind, .line = line, .text = text});
}

void asa_drop(struct asa *a, enum asa_note_kind kind, int line, unsigned lines, const char *format,
              ...)
{
    char text[LIMIT_IMPORT_NOTE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    a->taken -= lines;
    a->note(a->context,
            &(struct asa_note){.kind = kind, .line = line, .lines = lines, .text = text});
}

/* The command, with its "no". What follows may be a secret. */
static struct span command_of(const struct asa_line *l)
{
    struct span what = SPAN("a line");

    if (l->kind != ASA_LINE_COMMAND || l->words[0].n == 0 || l->words[0].n > SHOWN_MAX)
        return what;
    for (size_t i = 0; i < l->words[0].n; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
                    l->words[0].p[i]))
            return what;
    return span_of(l->text.p, (size_t)(l->words[0].p + l->words[0].n - l->text.p));
}

void asa_flush(struct asa *a)
{
    struct asa_pending p = a->pending;
    char text[LIMIT_IMPORT_NOTE];

    a->pending.lines = 0;
    if (p.lines == 0)
        return;
    if (p.lines == 1)
        snprintf(text, sizeof text, "%.*s: %s", SPAN_FMT(p.what), p.hint);
    else
        snprintf(text, sizeof text, "%.*s (%u lines, to line %d): %s", SPAN_FMT(p.what), p.lines,
                 p.last, p.hint);
    a->note(a->context,
            &(struct asa_note){.kind = p.kind, .line = p.line, .lines = p.lines, .text = text});
}

void asa_left(struct asa *a, const struct asa_line *l, enum asa_note_kind kind, const char *hint)
{
    struct span what = command_of(l);
    struct asa_pending *p = &a->pending;

    if (p->lines == 0 || p->hint != hint || p->kind != kind || !span_eq(p->what, what)) {
        asa_flush(a);
        *p = (struct asa_pending){.kind = kind, .what = what, .hint = hint, .line = l->number};
    }
    p->lines++;
    p->last = l->number;
}

bool asa_because(struct asa *a, const char *why)
{
    a->why = why;
    return false;
}

bool asa_other(struct asa *a, const char *why)
{
    a->why_other = true;
    return asa_because(a, why);
}

bool asa_take_not(struct asa *a, const struct asa_line *l)
{
    (void)a;
    return l->no;
}

bool asa_number(struct span s, unsigned least, unsigned max, unsigned *to)
{
    uint64_t value;

    if (!num_parse(s, max, &value) || value < least)
        return false;
    *to = (unsigned)value;
    return true;
}
