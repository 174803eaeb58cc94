/* SPDX-License-Identifier: ISC */
/*
 * ctl_table - a table on a terminal, and JSON: how texts that strangers chose are shown.
 *
 * No control character and no octet that isn't UTF-8 gets through: in a table each is "?", and so
 * are the format characters that would turn or hide other text; in JSON it is escaped or U+FFFD.
 * Widths are columns of a terminal, of which some characters take two and some none: wcwidth(3),
 * for which the program sets LC_CTYPE to a UTF-8 locale.
 */
#ifndef MW_CTL_TABLE_H
#define MW_CTL_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "span.h"

struct table_column {
    const char *title;
    bool right;   /* aligned to the right */
    bool second;  /* on a second line where one line is too narrow for all */
    size_t least; /* may be cut to as many columns, at least 2; 0: is never cut */
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    char **cells; /* owned, row after row */
    size_t cell_count;
};

/* Appends a cell, "-" where text is empty. The table copies it; out of memory ends the program. */
void table_cell(struct table *t, const char *text);

/* width: columns of the terminal, 0: as wide as the table is. A table that is wider is folded, its
 * columns are cut, and at last those on the right are left out. */
void table_print(const struct table *t, size_t width, FILE *f);
void table_free(struct table *t);

/* The width that COLUMNS names, else that of standard output where it is a terminal, else 0. */
#define TABLE_WIDTH_MAX 10000
size_t table_width(void);

/* The lines of standard output where it is a terminal, else 0. */
size_t table_height(void);

#define AMOUNT_MAX 24
const char *table_bytes(char room[AMOUNT_MAX], uint64_t octets);     /* "999", "1.2K", "34M" */
const char *table_duration(char room[AMOUNT_MAX], uint64_t seconds); /* "59s", "3m", "2h", "4d" */

/* A JSON string (RFC 8259), with its quotes. */
void json_text(FILE *f, const char *text);

#endif
