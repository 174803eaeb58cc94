/* SPDX-License-Identifier: ISC */
/* curl_run - an edge: runs libcurl; see curl_run.h. Believes nothing of the environment. */
#include "curl_run.h"

#include "clock.h"

/* The first handle makes some more ready. */
void curl_prepare(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl_easy_cleanup(curl_easy_init());
}

CURL *curl_begin(struct curl_question *c, const struct aaa_server *s, const char *url,
                 struct err *e)
{
    CURL *h;

    c->text[0] = '\0';
    curl_global_init(CURL_GLOBAL_DEFAULT);
    c->handle = h = curl_easy_init();
    if (!h || curl_easy_setopt(h, CURLOPT_URL, url)) {
        err_set(e, "server %s: libcurl: out of memory", s->url);
        curl_end(c);
        return NULL;
    }
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->text);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs isn't waited for */
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(h, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(h, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (s->ca[0]) {
        curl_easy_setopt(h, CURLOPT_CAINFO, s->ca);
        curl_easy_setopt(h, CURLOPT_CAPATH, NULL); /* this CA and no other */
    }
    return h;
}

CURLcode curl_run(struct curl_question *c, uint64_t deadline)
{
    uint64_t now = clock_ms();

    if (now >= deadline)
        return CURLE_OPERATION_TIMEDOUT;
    curl_easy_setopt(c->handle, CURLOPT_TIMEOUT_MS, (long)(deadline - now));
    curl_easy_setopt(c->handle, CURLOPT_CONNECTTIMEOUT_MS, (long)(deadline - now));
    return curl_easy_perform(c->handle);
}

long curl_code(const struct curl_question *c)
{
    long code = 0;

    curl_easy_getinfo(c->handle, CURLINFO_RESPONSE_CODE, &code);
    return code;
}

void curl_say(const struct curl_question *c, CURLcode code, const struct aaa_server *s,
              struct err *e)
{
    err_set(e, "server %s: %s", s->url, c->text[0] ? c->text : curl_easy_strerror(code));
}

void curl_end(struct curl_question *c)
{
    curl_easy_cleanup(c->handle);
    c->handle = NULL;
}
