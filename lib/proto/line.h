/* SPDX-License-Identifier: ISC */
/*
 * line - finds the next line of a dialogue as its bytes arrive. PURE.
 *
 * A line ends in CRLF only and holds no other CR or LF. Violations are reported, so that no other
 * program can see lines where we don't: a bare LF at once, a bare CR when the CRLF has come, a line
 * over the limit when that many octets have come. The outcome doesn't depend on how the bytes were
 * cut on their way.
 */
#ifndef MW_LINE_H
#define MW_LINE_H

#include "span.h"

enum line_outcome {
    LINE_MORE,    /* its end has not come yet */
    LINE_WHOLE,   /* *line is the line without its CRLF */
    LINE_BARE_CR, /* the same, but it holds a CR */
    LINE_BARE_LF, /* *line is what precedes the LF; the real line goes on after it */
    LINE_LONG,    /* more than limit octets without an end: *line is its beginning, *used is 0 */
};

/* Finds the first line of in. *line points into in; *used is the length of the line with its end.
 * Both are set unless the outcome is LINE_MORE. With limit + 2 or more octets it never is. */
enum line_outcome line_next(struct span in, size_t limit, struct span *line, size_t *used);

#endif
