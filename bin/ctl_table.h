/* SPDX-License-Identifier: ISC */
/*
 * ctl_table - shows texts that strangers chose, in a table on a terminal or in JSON.
 *
 * Control characters and octets that are not UTF-8 do not get through. In a table each becomes "?",
 * as do format characters that could reverse or hide other text. In JSON they are escaped or become
 * U+FFFD. Widths are columns of a terminal by wcwidth(3): some characters take two, some none. The
 * program must set LC_CTYPE to a UTF-8 locale.
 */
#ifndef MW_CTL_TABLE_H
#define MW_CTL_TABLE_H

#include <stdint.h>
#include <stdio.h>

#include "span.h"

struct table_column {
    const char *title;
    bool right;   /* aligned to the right */
    bool second;  /* moves to a second line if one line is too narrow for all */
    size_t least; /* may be cut to this many columns, at least 2; 0: never cut */
};

struct table {
    const struct table_column *columns;
    size_t column_count;
    char **cells; /* owned, row by row */
    size_t cell_count;
};

/* Appends a copy of text as a cell, or "-" if it is empty. Out of memory ends the program. */
void table_cell(struct table *t, const char *text);

/* Prints the table. width is the terminal's columns; 0: no limit. A table that is too wide is
 * folded into two lines per row, then its columns are cut, then columns on the right are left
 * out. */
void table_print(const struct table *t, size_t width, FILE *f);
void table_free(struct table *t);

/* Returns the width: the environment's COLUMNS, else that of the terminal on standard output, else
 * 0. */
#define TABLE_WIDTH_MAX 10000
size_t table_width(void);

/* Returns the lines of the terminal on standard output, or 0: it is not a terminal. */
size_t table_height(void);

/* These write a short form into room, and return it. */
#define AMOUNT_MAX 24
const char *table_bytes(char room[AMOUNT_MAX], uint64_t octets);     /* "999", "1.2K", "34M" */
const char *table_duration(char room[AMOUNT_MAX], uint64_t seconds); /* "59s", "3m", "2h", "4d" */

/* Writes text as a JSON string (RFC 8259), with its quotes. */
void json_text(FILE *f, const char *text);

/* Writes a member of a JSON object, with a comma behind it. name needs no escaping. */
void json_member(FILE *f, const char *name, const char *text);

#endif
