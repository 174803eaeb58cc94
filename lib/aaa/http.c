/* SPDX-License-Identifier: ISC */
/* http - asks a server of type http, by a form or basic authentication; see aaa.h. Holds the user's
 * password, and wipes its copies. */
#include <string.h>

#include "aaa.h"
#include "curl_run.h"
#include "escape.h"
#include "http_answer.h"

#define FORM_MAX 32768 /* octets; escaping can make a password three times as long */

struct http_exchange {
    struct http_answer answer;
    size_t body; /* octets */
};

static size_t http_take_header(char *p, size_t one, size_t n, void *to)
{
    struct http_exchange *x = to;

    return http_answer_take(&x->answer, span_of(p, one * n)) ? one * n : 0;
}

/* Drops the body, and counts its octets: only the status and the headers matter. */
static size_t http_take_body(char *p, size_t one, size_t n, void *to)
{
    struct http_exchange *x = to;

    (void)p;
    x->body += one * n;
    return x->body <= LIMIT_HTTP_BODY ? one * n : 0;
}

static enum aaa_outcome http_no(struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "%s", why);
    return AAA_NO;
}

static enum aaa_outcome http_trouble(const struct aaa_server *s, struct aaa_answer *a,
                                     const char *why)
{
    err_set(&a->why, "server %s: %s", s->url, why);
    return AAA_TEMPORARY;
}

static enum aaa_outcome http_judge(const struct aaa_server *s, const struct curl_question *c,
                                   CURLcode code, const struct http_exchange *x,
                                   struct aaa_answer *a)
{
    long status = curl_code(c);

    if (code == CURLE_WRITE_ERROR)
        return http_trouble(s, a, "the answer is too long");
    if (code == CURLE_OK && !x->answer.ended) /* libcurl accepts an answer that is cut there */
        return http_trouble(s, a, "the answer ends within its headers");
    if (code) {
        curl_say(c, code, s, &a->why);
        return AAA_TEMPORARY;
    }
    if (http_status_means(status) == AAA_NO) {
        err_set(&a->why, "the server refuses (status %ld)", status);
        return AAA_NO;
    }
    if (http_status_means(status) != AAA_YES) {
        err_set(&a->why, "server %s: status %ld", s->url, status);
        return AAA_TEMPORARY;
    }
    if (x->answer.bad) {
        err_set(&a->why, "the server names an invalid group policy: " CLASS_EXPECTED);
        return AAA_UNFIT;
    }
    memcpy(a->group_policy, x->answer.choice.name, sizeof a->group_policy);
    return AAA_YES;
}

static enum aaa_outcome http_run(const struct aaa_server *s, struct curl_question *c,
                                 uint64_t deadline, struct aaa_answer *a)
{
    struct http_exchange x = {.answer = {.wanted = s->group_policy_header}};
    CURL *h = c->handle;

    curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "mailwicket");
    curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, http_take_header);
    curl_easy_setopt(h, CURLOPT_HEADERDATA, &x);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, http_take_body);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &x);
    return http_judge(s, c, curl_run(c, deadline), &x, a);
}

/* POSTs a form. For authorization it has no password field. */
static enum aaa_outcome ask_form(const struct aaa_question *q, const struct aaa_server *s,
                                 struct curl_question *c, uint64_t deadline, struct aaa_answer *a)
{
    char room[FORM_MAX];
    struct buf form = BUF(room);
    struct curl_slist *headers = curl_slist_append(NULL, "Expect:"); /* don't wait for a 100 */
    enum aaa_outcome outcome;

    escape_url(&form, span_str(s->user_field));
    buf_putc(&form, '=');
    escape_url(&form, q->user);
    if (!q->authorize) {
        buf_putc(&form, '&');
        escape_url(&form, span_str(s->password_field));
        buf_putc(&form, '=');
        escape_url(&form, q->password);
    }
    curl_easy_setopt(c->handle, CURLOPT_POSTFIELDSIZE, (long)form.len);
    curl_easy_setopt(c->handle, CURLOPT_POSTFIELDS, room);
    curl_easy_setopt(c->handle, CURLOPT_HTTPHEADER, headers);
    outcome = form.overflow ? http_no(a, "the name and password are too long for the form")
                            : http_run(s, c, deadline, a);
    buf_wipe(&form);
    curl_slist_free_all(headers);
    return outcome;
}

/* GETs with the name and password in Authorization (RFC 7617: the name has no ':'). */
static enum aaa_outcome ask_basic(const struct aaa_question *q, const struct aaa_server *s,
                                  struct curl_question *c, uint64_t deadline, struct aaa_answer *a)
{
    char user[LIMIT_LOGIN + 1], password[LIMIT_PASSWORD + 1];
    enum aaa_outcome outcome;

    if (q->authorize)
        return http_trouble(s, a, "method basic cannot be used without a password");
    if (span_find(q->user, ':') != SPAN_NOT_FOUND || !span_copy(user, sizeof user, q->user) ||
        !span_copy(password, sizeof password, q->password))
        return http_no(a, "a name with a colon, or a name or password that is too long");
    curl_easy_setopt(c->handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    if (curl_easy_setopt(c->handle, CURLOPT_USERNAME, user) ||
        curl_easy_setopt(c->handle, CURLOPT_PASSWORD, password))
        outcome = http_trouble(s, a, "libcurl: out of memory");
    else
        outcome = http_run(s, c, deadline, a);
    explicit_bzero(password, sizeof password);
    return outcome;
}

enum aaa_outcome aaa_http(const struct aaa_question *q, const struct aaa_server *s,
                          uint64_t deadline, struct aaa_answer *a)
{
    struct curl_question c;
    enum aaa_outcome outcome;

    if (!curl_begin(&c, s, s->url, &a->why))
        return AAA_TEMPORARY;
    outcome = strcmp(s->method, "basic") == 0 ? ask_basic(q, s, &c, deadline, a)
                                              : ask_form(q, s, &c, deadline, a);
    curl_end(&c);
    return outcome;
}
