/* SPDX-License-Identifier: ISC */
/*
 * asa_line - splits a running configuration into lines and words. PURE.
 *
 * Lines end with LF, CR LF or the end of the text. Leading blanks, tabs, no-break spaces (from web
 * pages) and ">" (from quoted mails) are the depth. Words are separated by blanks, or stand in
 * double quotes, which are not part of the word; a backslash before a quote inside it stays, as in
 * a DN (RFC 4514). A terminal's "<--- More --->", which the next line overwrote, is removed.
 */
#ifndef MW_ASA_LINE_H
#define MW_ASA_LINE_H

#include "span.h"

#define ASA_WORDS       24 /* later words are only in text */
#define ASA_LINE_GROWTH 3  /* how many octets one octet becomes at most in asa_line_clean */

enum asa_line_kind {
    ASA_LINE_EMPTY, /* blank, a comment ("!", ": Saved"), or the prompt of "show running-config" */
    ASA_LINE_COMMAND, /* it has one word or more */
    ASA_LINE_UNCLEAN, /* it has octets that UTF-8 or XML don't allow, or no-break spaces: no words
                       * before asa_line_clean */
};

struct asa_line {
    enum asa_line_kind kind;
    int number;                   /* from 1 */
    size_t indent;                /* the depth */
    size_t width;                 /* octets of the whole line, with the depth and trailing blanks */
    bool no;                      /* "no" came before words[0]; it is not in words */
    bool latin;                   /* asa_line_clean: it was not UTF-8, and was read as ISO 8859-1 */
    bool controls;                /* asa_line_clean: control characters became U+FFFD */
    struct span text;             /* the line, trimmed, with the "no" */
    struct span words[ASA_WORDS]; /* words[0]: the command; empty after the last */
    size_t count;
};

/* Cuts the next line off *rest. false: there is none. Increments l->number, which the caller sets
 * to 0 before the first line. The spans point into the text. */
bool asa_line_next(struct span *rest, struct asa_line *l);

/* Makes a command, or an empty line, of an unclean one. Its words then point into room, which has
 * ASA_LINE_GROWTH * l->text.n octets and is the caller's. */
void asa_line_clean(struct asa_line *l, char *room);

/* The rest of the line from a word on, for a value that may hold blanks; without the quotes around
 * it. Empty if there is no such word. */
struct span asa_line_from(const struct asa_line *l, size_t word);

/* Whether the text has only hexadecimal digits and blanks, as a certificate's lines do. */
bool asa_line_is_hex(struct span text);

#endif
