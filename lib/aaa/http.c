/* SPDX-License-Identifier: ISC */
/* http - a server group's server of type http: a form or basic authentication; see aaa.h. Holds the
 * user's password, and wipes its copies. */
#include <string.h>

#include "aaa.h"
#include "curl_run.h"
#include "escape.h"
#include "http_answer.h"

#define FORM_MAX 32768 /* octets; a password can be three times its size there */

struct talk {
    struct http_answer answer;
    size_t body; /* octets */
};

static size_t take_header(char *p, size_t one, size_t n, void *to)
{
    struct talk *t = to;

    return http_answer_take(&t->answer, span_of(p, one * n)) ? one * n : 0;
}

/* The body says nothing that the status doesn't. */
static size_t take_body(char *p, size_t one, size_t n, void *to)
{
    struct talk *t = to;

    (void)p;
    t->body += one * n;
    return t->body <= LIMIT_HTTP_BODY ? one * n : 0;
}

static enum aaa_outcome no(struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "%s", why);
    return AAA_NO;
}

static enum aaa_outcome trouble(const struct aaa_server *s, struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "server %s: %s", s->url, why);
    return AAA_TEMPORARY;
}

static enum aaa_outcome judge(const struct aaa_server *s, const struct curl_question *c,
                              CURLcode code, const struct talk *t, struct aaa_answer *a)
{
    long status = curl_code(c);

    if (code == CURLE_WRITE_ERROR)
        return trouble(s, a, "its answer is too long");
    if (code == CURLE_OK && !t->answer.ended) /* cut there, it is an answer to libcurl */
        return trouble(s, a, "its answer ends among the headers");
    if (code) {
        curl_say(c, code, s, &a->why);
        return AAA_TEMPORARY;
    }
    switch (http_status_means(status)) {
    case AAA_NO:
        err_set(&a->why, "the server refuses (status %ld)", status);
        return AAA_NO;
    case AAA_TEMPORARY:
        err_set(&a->why, "server %s: status %ld", s->url, status);
        return AAA_TEMPORARY;
    case AAA_YES:
        break;
    }
    if (t->answer.bad)
        return trouble(s, a, "the group policy's header has no name, or two");
    memcpy(a->group_policy, t->answer.value, sizeof a->group_policy);
    return AAA_YES;
}

static enum aaa_outcome run(const struct aaa_server *s, struct curl_question *c, uint64_t deadline,
                            struct aaa_answer *a)
{
    struct talk t = {.answer = {.wanted = s->group_policy_header}};
    CURL *h = c->handle;

    curl_easy_setopt(h, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(h, CURLOPT_USERAGENT, "mailwicket");
    curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(h, CURLOPT_HEADERDATA, &t);
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &t);
    return judge(s, c, curl_run(c, deadline), &t, a);
}

/* POST; authorization leaves the password's field out. */
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
    outcome = form.overflow ? no(a, "a name and password that are too long for the form")
                            : run(s, c, deadline, a);
    buf_wipe(&form);
    curl_slist_free_all(headers);
    return outcome;
}

/* GET with the name and password in Authorization (RFC 7617: no ':' in the name). */
static enum aaa_outcome ask_basic(const struct aaa_question *q, const struct aaa_server *s,
                                  struct curl_question *c, uint64_t deadline, struct aaa_answer *a)
{
    char user[LIMIT_LOGIN + 1], password[LIMIT_PASSWORD + 1];
    enum aaa_outcome outcome;

    if (q->authorize)
        return trouble(s, a, "method basic can't be asked without a password");
    if (span_find(q->user, ':') != SPAN_NOT_FOUND || !span_copy(user, sizeof user, q->user) ||
        !span_copy(password, sizeof password, q->password))
        return no(a, "a name with a colon, or one or a password that is too long");
    curl_easy_setopt(c->handle, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
    if (curl_easy_setopt(c->handle, CURLOPT_USERNAME, user) ||
        curl_easy_setopt(c->handle, CURLOPT_PASSWORD, password))
        outcome = trouble(s, a, "libcurl: out of memory");
    else
        outcome = run(s, c, deadline, a);
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
