/* SPDX-License-Identifier: ISC */
/*
 * asa_line - splits a running configuration into lines and words. PURE.
 *
 * Lines end with LF, CR LF or the end of the text. Leading blanks and tabs are the depth. Words are
 * separated by blanks, or stand in double quotes, which are not part of the word; a backslash
 * before a quote inside it stays, as in a DN (RFC 4514). A terminal's "<--- More --->", which the
 * next line overwrote, is removed.
 */
#ifndef MW_ASA_LINE_H
#define MW_ASA_LINE_H

#include "span.h"

#define ASA_WORDS 24 /* later words are only in text */

enum asa_line_kind {
    ASA_LINE_EMPTY,   /* blank, or a comment: "!", ": Saved" */
    ASA_LINE_COMMAND, /* it has one word or more */
    ASA_LINE_INVALID, /* it has a NUL or another control, or octets that UTF-8 or XML don't allow */
};

struct asa_line {
    enum asa_line_kind kind;
    int number;                   /* from 1 */
    size_t indent;                /* leading blanks and tabs */
    bool no;                      /* "no" came before words[0]; it is not in words */
    struct span text;             /* the line, trimmed, with the "no" */
    struct span words[ASA_WORDS]; /* words[0]: the command; empty after the last */
    size_t count;
};

/* Cuts the next line off *rest. false: there is none. Increments l->number, which the caller sets
 * to 0 before the first line. The spans point into the text. */
bool asa_line_next(struct span *rest, struct asa_line *l);

/* The rest of the line from a word on, for a value that may hold blanks; without the quotes around
 * it. Empty if there is no such word. */
struct span asa_line_from(const struct asa_line *l, size_t word);

/* Whether the text has only hexadecimal digits and blanks, as a certificate's lines do. */
bool asa_line_is_hex(struct span text);

#endif
