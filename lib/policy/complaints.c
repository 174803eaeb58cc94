/* SPDX-License-Identifier: ISC */
/* complaints - what is wrong with a policy file. */
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

static size_t put_place(const struct complaints *c, int line, const char *element, char *room)
{
    size_t n = (size_t)snprintf(room, TEXT_MAX / 2, "%.*s", TEXT_MAX / 4, c->file);

    if (line > 0)
        n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, ":%d", line);
    n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, ": ");
    if (element)
        n += (size_t)snprintf(room + n, TEXT_MAX / 2 - n, "element <%.64s>: ", element);
    return n;
}

/* Keeps the list in the order of lines, and of coming within a line. */
static void insert(struct complaints *c, enum complaint_kind kind, int line, const char *text)
{
    struct complaint **at = &c->first;

    for (; *at && (*at)->line <= line; at = &(*at)->next)
        if (strcmp((*at)->text, text) == 0)
            return;
    struct complaint *one = arena_get(c->arena, 1, sizeof *one);
    *one = (struct complaint){*at, kind, line, arena_copy(c->arena, text)};
    *at = one;
    c->count++;
}

void complain_at(struct complaints *c, enum complaint_kind kind, int line, const char *element,
                 const char *format, ...)
{
    char text[TEXT_MAX];
    size_t n = put_place(c, line, element, text);
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
        insert(c, kind, line, text);
}

void complaints_tell(const struct complaints *c, policy_complain complain, void *context)
{
    for (const struct complaint *one = c->first; one; one = one->next)
        complain(context, one->kind, one->text);
}
