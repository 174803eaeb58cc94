/* SPDX-License-Identifier: ISC */
/* curl_run - an edge: runs libcurl; see curl_run.h. Believes nothing of the environment. */
#include "curl_run.h"

#include <stdlib.h>

#include "clock.h"

/* libcurl looks at libldap's results only when it is called, and otherwise waits 200 ms and more.
 */
#define POLL_MS 5

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
    setenv("LDAPNOINIT", "1", 1); /* no ldap.conf, no ~/.ldaprc, no LDAP… variables */
    c->multi = curl_multi_init();
    c->handle = h = curl_easy_init();
    if (!h || !c->multi || curl_easy_setopt(h, CURLOPT_URL, url)) {
        err_set(e, "server %s: libcurl: out of memory", s->url);
        curl_end(c);
        return NULL;
    }
    curl_easy_setopt(h, CURLOPT_ERRORBUFFER, c->text);
    curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(h, CURLOPT_QUICK_EXIT, 1L); /* a resolver that hangs isn't waited for */
    curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "ldap,ldaps,http,https");
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

/* Until it is over; the multi interface enforces CURLOPT_TIMEOUT_MS. */
static CURLcode perform(struct curl_question *c)
{
    CURLMsg *m;
    int running = 1, queued;
    CURLcode code = CURLE_FAILED_INIT;

    while (running) {
        if (curl_multi_perform(c->multi, &running) ||
            (running && curl_multi_poll(c->multi, NULL, 0, POLL_MS, NULL)))
            return CURLE_FAILED_INIT;
    }
    while ((m = curl_multi_info_read(c->multi, &queued)))
        if (m->msg == CURLMSG_DONE)
            code = m->data.result;
    return code;
}

CURLcode curl_run(struct curl_question *c, uint64_t deadline)
{
    uint64_t now = clock_ms();
    CURLcode code;

    if (now >= deadline)
        return CURLE_OPERATION_TIMEDOUT;
    curl_easy_setopt(c->handle, CURLOPT_TIMEOUT_MS, (long)(deadline - now));
    curl_easy_setopt(c->handle, CURLOPT_CONNECTTIMEOUT_MS, (long)(deadline - now));
    if (curl_multi_add_handle(c->multi, c->handle))
        return CURLE_FAILED_INIT;
    code = perform(c);
    curl_multi_remove_handle(c->multi, c->handle);
    return code;
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
    curl_multi_cleanup(c->multi);
    c->handle = NULL;
    c->multi = NULL;
}
