/* SPDX-License-Identifier: ISC */
/* complaints - see complaints.h. */
#include "complaints.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "limits.h"

#define TEXT_MAX 1024 /* octets of one complaint; a longer one is cut */

struct complaint {
    struct complaint *next;
    enum complaint_kind kind;
    int line;
    char *text;
};

/* "FILE:LINE: element <ELEMENT>: " */
static size_t write_position(const struct complaints *c, int line, const char *element, char *room)
{
    size_t n = (size_t)snprintf(room, TEXT_MAX / 2, "%.*s", TEXT_MAX / 4, c->file);

    if (line > 0)
        n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, ":%d", line);
    n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, ": ");
    if (element)
        n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, "element <%.64s>: ", element);
    return n;
}

/* Keeps the list sorted by line; complaints of one line stay in the order in which they came. */
static void insert_complaint(struct complaints *c, enum complaint_kind kind, int line,
                             const char *text)
{
    struct complaint **at = &c->first;

    for (; *at && (*at)->line <= line; at = &(*at)->next)
        if (strcmp((*at)->text, text) == 0)
            return;
    struct complaint *added = arena_get(c->arena, 1, sizeof *added);
    *added = (struct complaint){*at, kind, line, arena_copy(c->arena, text)};
    *at = added;
    c->count++;
}

void complain_at(struct complaints *c, enum complaint_kind kind, int line, const char *element,
                 const char *format, ...)
{
    char text[TEXT_MAX];
    size_t n = write_position(c, line, element, text);
    va_list arguments;

    if (c->quiet)
        return;
    if (kind == COMPLAINT_ERROR)
        c->errors++;
    va_start(arguments, format);
    vsnprintf(text + n, sizeof text - n, format, arguments);
    va_end(arguments);
    for (char *p = text; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            *p = '?';
    if (c->count < LIMIT_COMPLAINTS)
        insert_complaint(c, kind, line, text);
}

void complain_invalid(struct complaints *c, int line, const char *element, const char *attribute,
                      const char *value, const char *expected)
{
    complain_at(c, COMPLAINT_ERROR, line, element, "invalid %s \"%.80s\": expected %s", attribute,
                value, expected);
}

void complaints_report(const struct complaints *c, policy_complain complain, void *context)
{
    for (const struct complaint *it = c->first; it; it = it->next)
        complain(context, it->kind, it->text);
}
