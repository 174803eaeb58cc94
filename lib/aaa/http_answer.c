/* SPDX-License-Identifier: ISC */
/* http_answer - reads HTTP answers; see http_answer.h. PURE. Believes nothing. */
#include "http_answer.h"

#include <string.h>

enum aaa_outcome http_status_means(long status)
{
    if (status >= 200 && status <= 299)
        return AAA_YES;
    return status == 401 || status == 403 ? AAA_NO : AAA_TEMPORARY;
}

static struct span without_end(struct span line)
{
    while (line.n > 0 && (line.p[line.n - 1] == '\n' || line.p[line.n - 1] == '\r'))
        line.n--;
    return line;
}

static void take_value(struct http_answer *a, struct span value)
{
    struct class_choice choice = {.from = CLASS_NOTHING};

    a->inside = true;
    class_take_vendor(&choice, value);
    if (choice.bad || (a->choice.from && strcmp(choice.name, a->choice.name) != 0))
        a->bad = true;
    a->choice = choice;
}

bool http_answer_take(struct http_answer *a, struct span line)
{
    a->octets += line.n;
    line = without_end(line);
    if (span_starts(line, SPAN("HTTP/"))) {
        a->ended = a->inside = a->bad = false;
        a->choice = (struct class_choice){.from = CLASS_NOTHING};
    } else if (line.n == 0) {
        a->ended = true;
    } else if (!a->ended && (line.p[0] == ' ' || line.p[0] == '\t')) {
        a->bad = a->bad || a->inside;
    } else if (!a->ended) {
        struct span name = span_cut(&line, ':');

        a->inside = false;
        if (*a->wanted && span_ieq(name, span_str(a->wanted)))
            take_value(a, span_trim(line));
    }
    return a->octets <= LIMIT_HTTP_HEADER;
}
