/* SPDX-License-Identifier: ISC */
/*
 * http_answer - reads an HTTP server's answer: its status, and the group policy in a header, which
 * is written like RADIUS's Group-Policy: NAME or OU=NAME; (class.h). PURE.
 */
#ifndef MW_HTTP_ANSWER_H
#define MW_HTTP_ANSWER_H

#include "aaa.h"
#include "class.h"

/* 2xx is AAA_YES, 401 and 403 are AAA_NO, anything else is AAA_TEMPORARY. */
enum aaa_outcome http_status_means(long status);

struct http_answer {
    const char *wanted;         /* the name of the group policy's header; "": none */
    size_t octets;              /* of all header lines */
    bool ended;                 /* the header section is complete; trailers after it do not count */
    bool inside;                /* the last line was the wanted header, which must not continue */
    bool bad;                   /* the header came with two names, in two lines, or with no name */
    struct class_choice choice; /* of the last answer, which interim answers may precede */
};

/* Takes one line as received. false: all lines have more than LIMIT_HTTP_HEADER octets. */
bool http_answer_take(struct http_answer *a, struct span line);

#endif
