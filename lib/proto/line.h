/* SPDX-License-Identifier: ISC */
/*
 * line - finds the next line of a dialogue, as its bytes come. PURE.
 *
 * A line ends in CRLF and in nothing else, and holds neither CR nor LF. What breaks this is told,
 * so that nobody's idea of a line differs from ours: a bare LF as soon as it is seen, a bare CR
 * when the CRLF is there, and a line over the limit as soon as that many octets are there. The
 * outcome is the same however the bytes were cut on their way.
 */
#ifndef MW_LINE_H
#define MW_LINE_H

#include "span.h"

enum line_outcome {
    LINE_MORE,    /* its end has not come yet */
    LINE_WHOLE,   /* line, without its CRLF */
    LINE_BARE_CR, /* a whole line with a CR in it */
    LINE_BARE_LF, /* line is what stands before the LF; how its line goes on is not known yet */
    LINE_LONG,    /* more than limit octets and no end: line is its beginning, used is 0 */
};

/* The first line of in. *line points into in; *used octets of in were the line with its end. Both
 * are set but for LINE_MORE, which never comes back for limit + 2 octets or more. */
enum line_outcome line_next(struct span in, size_t limit, struct span *line, size_t *used);

#endif
