/* SPDX-License-Identifier: ISC */
/* ctl_table - tables and JSON; see ctl_table.h. Believes nothing about the texts it is given. */
#include "ctl_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include "num.h"
#include "program.h"
#include "utf8.h"

#define GAP    2 /* blanks between columns */
#define INDENT 4 /* of the second line */

/* Returns how many octets the character at p has. p is not at the end. Sets *good if the character
 * is UTF-8 and not a control character. */
static size_t utf8_character(const char *p, bool *good)
{
    unsigned char c = (unsigned char)*p;

    for (size_t n = 1; n <= 4; n++) {
        if (utf8_valid(span_of(p, n))) {
            bool c1 = c == 0xc2 && (unsigned char)p[1] < 0xa0;
            *good = c >= 0x20 && c != 0x7f && !c1;
            return n;
        }
        if (p[n] == '\0')
            break;
    }
    *good = false;
    return 1;
}

/* Format characters that reverse, hide or split the text after them on a terminal. */
static const struct {
    uint32_t first, last;
} unsafe[] = {
    {0x061c, 0x061c}, {0x180e, 0x180e}, {0x200b, 0x200f}, {0x2028, 0x202e},
    {0x2060, 0x206f}, {0xfeff, 0xfeff}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
};

/* Returns the code point of the n octets at p, which are valid UTF-8. */
static uint32_t code_point(const char *p, size_t n)
{
    static const unsigned char bits[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
    uint32_t c = (unsigned char)p[0] & bits[n];

    for (size_t i = 1; i < n; i++)
        c = c << 6 | ((unsigned char)p[i] & 0x3f);
    return c;
}

/* As utf8_character, for a terminal. Sets *good if the character may be shown, and *width to its
 * columns, 0 to 2. */
static size_t glyph(const char *p, bool *good, size_t *width)
{
    size_t n = utf8_character(p, good);
    uint32_t c = *good ? code_point(p, n) : 0;

    for (size_t i = 0; i < sizeof unsafe / sizeof *unsafe; i++)
        if (c >= unsafe[i].first && c <= unsafe[i].last)
            *good = false;
    int columns = *good ? wcwidth((wchar_t)c) : 1;
    *width = columns < 0 ? 1 : (size_t)columns; /* the C library is older than the character */
    return n;
}

static size_t text_columns(const char *text)
{
    size_t n = 0, width;
    bool good;

    for (; *text; n += width)
        text += glyph(text, &good, &width);
    return n;
}

static void put_blanks(FILE *f, size_t n)
{
    fprintf(f, "%*s", (int)n, "");
}

/* Writes up to width columns of text, at least 1. If text is longer, the last one is "+". */
static void put_cut(FILE *f, const char *text, size_t width)
{
    bool cut = text_columns(text) > width, good;
    size_t room = cut ? width - 1 : width, used = 0, columns;

    while (*text) {
        size_t n = glyph(text, &good, &columns);
        if (used + columns > room)
            break;
        fprintf(f, "%.*s", good ? (int)n : 1, good ? text : "?");
        used += columns;
        text += n;
    }
    if (!cut)
        return;
    put_blanks(f, room - used);
    putc('+', f);
}

void table_cell(struct table *t, const char *text)
{
    char **cells = reallocarray(t->cells, t->cell_count + 1, sizeof *cells);
    char *copy = strdup(*text ? text : "-");

    if (!cells || !copy) {
        perror(PROGRAM_CONTROL);
        exit(1);
    }
    t->cells = cells;
    t->cells[t->cell_count++] = copy;
}

void table_free(struct table *t)
{
    for (size_t i = 0; i < t->cell_count; i++)
        free(t->cells[i]);
    free(t->cells);
    t->cells = NULL;
    t->cell_count = 0;
}

struct layout {
    const struct table *t;
    FILE *f;
    bool folded;   /* into two lines per row */
    size_t *width; /* of each column */
};

static bool on_line(const struct layout *l, size_t column, bool second)
{
    return !l->folded || l->t->columns[column].second == second;
}

static size_t line_columns(const struct layout *l, bool second)
{
    size_t total = second ? INDENT : 0, n = 0;

    for (size_t i = 0; i < l->t->column_count; i++) {
        if (on_line(l, i, second) && l->width[i] > 0)
            total += l->width[i] + (n++ ? GAP : 0);
    }
    return total;
}

/* Leaves out columns from the right, but never the first, until the line fits. */
static void drop_columns(const struct layout *l, bool second, size_t width)
{
    size_t first = 0;

    while (first < l->t->column_count && !on_line(l, first, second))
        first++;
    for (size_t i = l->t->column_count; i-- > first + 1 && line_columns(l, second) > width;)
        if (on_line(l, i, second))
            l->width[i] = 0;
}

/* Cuts the widest column that may be cut, again and again, until the line fits. */
static void shrink_columns(const struct layout *l, bool second, size_t width)
{
    for (size_t total = line_columns(l, second); total > width; total--) {
        size_t widest = l->t->column_count;
        for (size_t i = 0; i < l->t->column_count; i++) {
            size_t least = l->t->columns[i].least;
            if (on_line(l, i, second) && least > 0 && l->width[i] > least &&
                (widest == l->t->column_count || l->width[i] > l->width[widest]))
                widest = i;
        }
        if (widest == l->t->column_count)
            return;
        l->width[widest]--;
    }
}

/* Prints one line of a row's cells, or with NULL of the titles. */
static void print_line(const struct layout *l, char *const *cells, bool second)
{
    size_t owed = second ? INDENT : 0; /* blanks, written only before more text */

    for (size_t i = 0; i < l->t->column_count; i++) {
        if (!on_line(l, i, second) || l->width[i] == 0)
            continue;
        const char *text = cells ? cells[i] : l->t->columns[i].title;
        size_t n = text_columns(text), rest = n < l->width[i] ? l->width[i] - n : 0;
        put_blanks(l->f, owed + (l->t->columns[i].right ? rest : 0));
        put_cut(l->f, text, l->width[i]);
        owed = GAP + (l->t->columns[i].right ? 0 : rest);
    }
    putc('\n', l->f);
}

void table_print(const struct table *t, size_t width, FILE *f)
{
    struct layout l = {.t = t, .f = f, .width = calloc(t->column_count, sizeof *l.width)};

    if (!l.width) {
        perror(PROGRAM_CONTROL);
        exit(1);
    }
    for (size_t i = 0; i < t->column_count; i++)
        l.width[i] = text_columns(t->columns[i].title);
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t n = text_columns(t->cells[i]);
        if (l.width[i % t->column_count] < n)
            l.width[i % t->column_count] = n;
    }
    l.folded = width > 0 && line_columns(&l, false) > width;
    for (int second = 0; l.folded && second < 2; second++) {
        shrink_columns(&l, second, width);
        drop_columns(&l, second, width);
    }
    print_line(&l, NULL, false);
    if (l.folded)
        print_line(&l, NULL, true);
    for (size_t i = 0; i < t->cell_count; i += t->column_count) {
        print_line(&l, t->cells + i, false);
        if (l.folded)
            print_line(&l, t->cells + i, true);
    }
    free(l.width);
}

static size_t columns_variable(void)
{
    uint64_t columns;

    return num_parse(span_str(getenv("COLUMNS")), TABLE_WIDTH_MAX, &columns) ? (size_t)columns : 0;
}

size_t table_width(void)
{
    struct winsize w;
    size_t columns = columns_variable();

    if (columns > 0)
        return columns;
    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
}

size_t table_height(void)
{
    struct winsize w;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_row : 0;
}

const char *table_bytes(char room[AMOUNT_MAX], uint64_t octets)
{
    static const char units[] = "KMGTPE";
    uint64_t value = octets, tenths = 0;
    int unit = -1;

    for (; value >= 1024; unit++) {
        tenths = value % 1024 * 10 / 1024;
        value /= 1024;
    }
    if (unit < 0)
        snprintf(room, AMOUNT_MAX, "%llu", (unsigned long long)value);
    else if (value < 10)
        snprintf(room, AMOUNT_MAX, "%llu.%llu%c", (unsigned long long)value,
                 (unsigned long long)tenths, units[unit]);
    else
        snprintf(room, AMOUNT_MAX, "%llu%c", (unsigned long long)value, units[unit]);
    return room;
}

const char *table_duration(char room[AMOUNT_MAX], uint64_t seconds)
{
    static const struct {
        uint64_t seconds;
        char unit;
    } units[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    size_t i = 0;

    while (i < 3 && seconds < units[i].seconds)
        i++;
    snprintf(room, AMOUNT_MAX, "%llu%c", (unsigned long long)(seconds / units[i].seconds),
             units[i].unit);
    return room;
}

void json_text(FILE *f, const char *text)
{
    putc('"', f);
    while (*text) {
        bool good;
        size_t n = utf8_character(text, &good);
        if (*text == '"' || *text == '\\')
            fprintf(f, "\\%c", *text);
        else if (good)
            fprintf(f, "%.*s", (int)n, text);
        else if (n == 2 || (unsigned char)*text < 0x80) /* the last octet is the number */
            fprintf(f, "\\u%04x", (unsigned char)text[n - 1]);
        else
            fputs("\xef\xbf\xbd", f);
        text += n;
    }
    putc('"', f);
}

void json_member(FILE *f, const char *name, const char *text)
{
    fprintf(f, "\"%s\": ", name);
    json_text(f, text);
    fputs(", ", f);
}
