/* SPDX-License-Identifier: ISC */
/* ctl_table - tables and JSON. Believes nothing about the texts it is given. */
#include "ctl_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "utf8.h"

#define GAP    2 /* blanks between columns */
#define INDENT 4 /* of the second line */

/* The octets of the character at p, which isn't the end; *good: it is UTF-8 and no control. */
static size_t character(const char *p, bool *good)
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

static size_t length(const char *text)
{
    size_t n = 0;
    bool good;

    for (; *text; n++)
        text += character(text, &good);
    return n;
}

/* width characters of it; what doesn't fit shows by its last one, "+". */
static void put(FILE *f, const char *text, size_t width)
{
    size_t left = length(text);
    bool good;

    for (size_t at = 0; *text && at < width; at++, left--) {
        size_t n = character(text, &good);
        if (at + 1 == width && left > 1)
            putc('+', f);
        else
            fprintf(f, "%.*s", good ? (int)n : 1, good ? text : "?");
        text += n;
    }
}

static void pad(FILE *f, size_t n)
{
    fprintf(f, "%*s", (int)n, "");
}

void table_cell(struct table *t, const char *text)
{
    char **cells = reallocarray(t->cells, t->cell_count + 1, sizeof *cells);
    char *copy = strdup(*text ? text : "-");

    if (!cells || !copy) {
        perror("mailwicketctl");
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
    bool folded;   /* in two lines a row */
    size_t *width; /* of each column */
};

static bool on_line(const struct layout *l, size_t column, bool second)
{
    return !l->folded || l->t->columns[column].second == second;
}

static size_t line_width(const struct layout *l, bool second)
{
    size_t total = second ? INDENT : 0, n = 0;

    for (size_t i = 0; i < l->t->column_count; i++) {
        if (on_line(l, i, second))
            total += l->width[i] + (n++ ? GAP : 0);
    }
    return total;
}

/* Takes from the widest column that may be cut, as long as the line is too wide. */
static void shrink(const struct layout *l, bool second, size_t width)
{
    for (size_t total = line_width(l, second); total > width; total--) {
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

/* cells: a row's, or NULL for the titles. */
static void print_line(const struct layout *l, char *const *cells, bool second)
{
    size_t owed = second ? INDENT : 0; /* blanks, which no line ends with */

    for (size_t i = 0; i < l->t->column_count; i++) {
        if (!on_line(l, i, second))
            continue;
        const char *text = cells ? cells[i] : l->t->columns[i].title;
        size_t n = length(text), rest = n < l->width[i] ? l->width[i] - n : 0;
        pad(l->f, owed + (l->t->columns[i].right ? rest : 0));
        put(l->f, text, l->width[i]);
        owed = GAP + (l->t->columns[i].right ? 0 : rest);
    }
    putc('\n', l->f);
}

void table_print(const struct table *t, size_t width, FILE *f)
{
    struct layout l = {.t = t, .f = f, .width = calloc(t->column_count, sizeof *l.width)};

    if (!l.width) {
        perror("mailwicketctl");
        exit(1);
    }
    for (size_t i = 0; i < t->column_count; i++)
        l.width[i] = length(t->columns[i].title);
    for (size_t i = 0; i < t->cell_count; i++) {
        size_t n = length(t->cells[i]);
        if (l.width[i % t->column_count] < n)
            l.width[i % t->column_count] = n;
    }
    l.folded = width > 0 && line_width(&l, false) > width;
    for (int second = 0; l.folded && second < 2; second++)
        shrink(&l, second, width);
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

size_t table_width(void)
{
    struct winsize w;

    return ioctl(STDOUT_FILENO, TIOCGWINSZ, &w) == 0 ? w.ws_col : 0;
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
        size_t n = character(text, &good);
        if (*text == '"' || *text == '\\')
            fprintf(f, "\\%c", *text);
        else if (good)
            fprintf(f, "%.*s", (int)n, text);
        else if (n == 2 || (unsigned char)*text < 0x80) /* U+0080 to U+009F end with their number */
            fprintf(f, "\\u%04x", (unsigned char)text[n - 1]);
        else
            fputs("\xef\xbf\xbd", f);
        text += n;
    }
    putc('"', f);
}
