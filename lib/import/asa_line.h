/* SPDX-License-Identifier: ISC */
/*
 * asa_line - a running configuration, line by line and word by word. PURE.
 *
 * Lines end in LF, CR LF or with the text. Depth is told by blanks and tabs in front. A word is
 * what blanks separate, or stands in double quotes, which are no part of it; a backslash in front of
 * another quote in it stays, as in a DN (RFC 4514).
 * A terminal's "<--- More --->", which the next line overwrote, is no part of a line.
 */
#ifndef MW_ASA_LINE_H
#define MW_ASA_LINE_H

#include "span.h"

#define ASA_WORDS 24 /* what lies behind them is only in text */

enum asa_line_kind {
    ASA_LINE_EMPTY,   /* blank, or a comment: "!", ": Saved" */
    ASA_LINE_COMMAND, /* it has one word or more */
    ASA_LINE_FOREIGN, /* a NUL or another control, or octets that are not UTF-8 or not for XML */
};

struct asa_line {
    enum asa_line_kind kind;
    int number;                   /* from 1 */
    size_t indent;                /* blanks and tabs in front */
    bool no;                      /* "no" stood in front of words[0], and is none of them */
    struct span text;             /* the line, trimmed, with the "no" */
    struct span words[ASA_WORDS]; /* words[0]: the command; empty behind the last */
    size_t count;
};

/* Cuts the next line off *rest. false: there is none. l->number goes on from what it was: 0 in
 * front of the first line. Spans point into the text. */
bool asa_line_next(struct span *rest, struct asa_line *l);

/* The line from a word on, for a value that may hold blanks; the quotes around it are no part of
 * it. Empty where there is no such word. */
struct span asa_line_from(const struct asa_line *l, size_t word);

/* Whether all of it is hexadecimal digits and blanks: a line of a certificate. */
bool asa_line_is_hex(struct span text);

#endif
