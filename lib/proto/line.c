/* SPDX-License-Identifier: ISC */
/* line - PURE; see line.h. */
#include "line.h"

enum line_outcome line_next(struct span in, size_t limit, struct span *line, size_t *used)
{
    size_t lf = span_find(span_head(in, limit + 2), '\n');

    if (lf == SPAN_NOT_FOUND) {
        if (in.n < limit + 2)
            return LINE_MORE;
        *line = span_head(in, limit);
        *used = 0;
        return LINE_LONG;
    }
    *used = lf + 1;
    if (lf == 0 || in.p[lf - 1] != '\r') {
        *line = span_head(in, lf);
        return LINE_BARE_LF;
    }
    *line = span_head(in, lf - 1);
    return span_find(*line, '\r') == SPAN_NOT_FOUND ? LINE_WHOLE : LINE_BARE_CR;
}
