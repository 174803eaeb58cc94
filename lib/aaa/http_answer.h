/* SPDX-License-Identifier: ISC */
/*
 * http_answer - what an HTTP server's answer means: its status, and the group policy in a header.
 * PURE.
 */
#ifndef MW_HTTP_ANSWER_H
#define MW_HTTP_ANSWER_H

#include "aaa.h"

/* 2xx yes, 401 and 403 no, anything else temporary. */
enum aaa_outcome http_status_means(long status);

struct http_answer {
    const char *wanted; /* the header's name, "": none */
    size_t octets;      /* of all header lines */
    bool ended;         /* the header section is whole; trailers, which come then, don't count */
    bool inside;        /* the last line was the wanted header: it may not go on */
    bool bad;           /* it came twice with two values, or isn't one line of text */
    char value[LIMIT_POLICY_NAME + 1]; /* of the last answer (interim ones come before it) */
};

/* One line, as it came. false: more than LIMIT_HTTP_HEADER. */
bool http_answer_take(struct http_answer *a, struct span line);

#endif
