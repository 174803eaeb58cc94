/* SPDX-License-Identifier: ISC */
/*
 * curl_run - a request to an HTTP server through libcurl, which ends at a deadline.
 *
 *     if (!(h = curl_begin(&c, s, url, &e))) ...
 *     curl_easy_setopt(h, ...);
 *     code = curl_run(&c, deadline);
 *     curl_end(&c);
 *
 * Certificates are verified by the server's ca, or the system's. Proxies, redirects and netrc files
 * are not used, whatever the environment says. Runs in a worker: libcurl's copies of a password end
 * with the process.
 */
#ifndef MW_CURL_RUN_H
#define MW_CURL_RUN_H

#include <curl/curl.h>
#include <stdint.h>

#include "err.h"
#include "policy.h"

/* Initialises libcurl, some 4 ms of work: once, before processes that ask are forked. Where that
 * wasn't done curl_begin does it. */
void curl_prepare(void);

struct curl_question {
    CURL *handle;
    char text[CURL_ERROR_SIZE]; /* what libcurl says of a failure; never a password */
};

/* What every question has in common. NULL: e. */
CURL *curl_begin(struct curl_question *c, const struct aaa_server *s, const char *url,
                 struct err *e);

/* Asks, until clock_ms is deadline. */
CURLcode curl_run(struct curl_question *c, uint64_t deadline);

/* The answer's status. */
long curl_code(const struct curl_question *c);

/* What went wrong, with the server's URL, into e. */
void curl_say(const struct curl_question *c, CURLcode code, const struct aaa_server *s,
              struct err *e);

void curl_end(struct curl_question *c);

#endif
