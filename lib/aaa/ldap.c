/* SPDX-License-Identifier: ISC */
/* ldap - a server group's server of type ldap: search, then bind; see aaa.h. Holds the user's
 * password and the proxy's own, and wipes its copies. */
#include <string.h>

#include "aaa.h"
#include "curl_run.h"
#include "escape.h"
#include "ldap_lines.h"
#include "ldap_policy.h"
#include "ldap_starttls.h"
#include "secret.h"

#define URL_MAX 32768 /* octets; a name in the filter can be nine times its size there */

struct found {
    struct ldap_lines lines;
    struct ldap_policy policy;
    unsigned entries;
    size_t octets;
    char dn[LIMIT_LDAP_LINE + 1]; /* the first entry's */
};

static bool take_item(struct found *f, enum ldap_event event, const struct ldap_item *item)
{
    if (event == LDAP_VALUE)
        ldap_policy_take(&f->policy, item->name, item->value);
    else if (event == LDAP_ENTRY && f->entries++ == 0)
        return span_copy(f->dn, sizeof f->dn, item->value) && f->dn[0];
    return event != LDAP_BAD && f->entries < 2;
}

/* What libcurl read; anything but n ends the transfer. */
static size_t take(char *p, size_t one, size_t n, void *to)
{
    struct found *f = to;
    struct span in = span_of(p, one * n);
    struct ldap_item item;
    enum ldap_event event;

    f->octets += in.n;
    if (f->octets > LIMIT_LDAP_ANSWER)
        return 0;
    while ((event = ldap_next(&f->lines, &in, &item)) != LDAP_MORE)
        if (!take_item(f, event, &item))
            return 0;
    return one * n;
}

static size_t ignore(char *p, size_t one, size_t n, void *to)
{
    (void)p, (void)to;
    return one * n;
}

/* The server in the URL. One for StartTLS is ldaps to libcurl (ldap_starttls.h), at ldap's port. */
static void put_server(struct buf *out, const struct aaa_server *s)
{
    struct span url = span_str(s->url), place;

    if (url.n && url.p[url.n - 1] == '/')
        url.n--;
    if (!s->starttls) {
        buf_put(out, url);
        return;
    }
    place = span_tail(url, strlen("ldap://"));
    buf_puts(out, "ldaps://");
    buf_put(out, place);
    if (span_rfind(place, ':') == SPAN_NOT_FOUND || place.p[place.n - 1] == ']')
        buf_puts(out, ":389");
}

/* The server's URL with what is asked for (RFC 4516). */
static bool put_url(struct buf *out, const struct aaa_server *s, struct span base,
                    const char *attribute, const char *scope, struct span filter)
{
    put_server(out, s);
    buf_putc(out, '/');
    escape_url(out, base);
    buf_putc(out, '?');
    escape_url(out, span_str(attribute));
    buf_putc(out, '?');
    buf_puts(out, scope);
    buf_putc(out, '?');
    escape_url(out, filter);
    return buf_putc(out, '\0') && !out->overflow;
}

static bool put_search(struct buf *out, const struct aaa_question *q, const struct aaa_server *s)
{
    static const struct {
        const char *policy, *url;
    } scopes[] = {{"base", "base"}, {"one", "one"}, {"subtree", "sub"}};
    char base_room[URL_MAX / 4], filter_room[URL_MAX / 4];
    struct buf base = BUF(base_room), filter = BUF(filter_room);
    const char *scope = "sub";

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if (strcmp(s->scope, scopes[i].policy) == 0)
            scope = scopes[i].url;
    escape_into(&base, s->base, escape_dn, q->user);
    escape_into(&filter, s->filter, escape_filter, q->user);
    return !base.overflow && !filter.overflow &&
           put_url(out, s, buf_span(&base), q->group->attribute[0] ? q->group->attribute : "1.1",
                   scope, buf_span(&filter));
}

/* curl_run and where that fails, what is to be said of it. */
static CURLcode run(struct curl_question *c, const struct aaa_server *s, uint64_t deadline,
                    struct err *e)
{
    struct ldap_starttls starttls = {.deadline = deadline};
    CURLcode code;

    if (s->starttls)
        ldap_starttls_use(c->handle, &starttls);
    code = curl_run(c, deadline);
    if (code == CURLE_COULDNT_CONNECT && starttls.why.text[0])
        err_set(e, "server %s: %s", s->url, starttls.why.text);
    else if (code)
        curl_say(c, code, s, e);
    return code;
}

/* Who asks: bind-dn, or nobody. -1 and e. */
static int sign(CURL *h, const struct aaa_server *s, struct err *e)
{
    char secret[LIMIT_SECRET + 1];
    int failed;

    if (!s->bind_dn[0])
        return 0;
    failed = secret_read(s->bind_password, secret, e);
    if (!failed && (curl_easy_setopt(h, CURLOPT_USERNAME, s->bind_dn) ||
                    curl_easy_setopt(h, CURLOPT_PASSWORD, secret)))
        failed = err_set(e, "server %s: libcurl: out of memory", s->url);
    explicit_bzero(secret, sizeof secret);
    return failed;
}

static enum aaa_outcome no(struct aaa_answer *a, const char *why)
{
    err_set(&a->why, "%s", why);
    return AAA_NO;
}

/* Codes of RFC 4511 appendix A. */
enum { NO_SUCH_OBJECT = 32, INVALID_CREDENTIALS = 49, INSUFFICIENT_ACCESS_RIGHTS = 50 };

static enum aaa_outcome judge_search(const struct aaa_server *s, const struct found *f,
                                     const struct curl_question *c, CURLcode code,
                                     struct aaa_answer *a)
{
    bool nobody =
        code == CURLE_LDAP_SEARCH_FAILED && curl_code(c) == NO_SUCH_OBJECT && strstr(s->base, "%u");

    if (f->entries > 1)
        return no(a, "several entries match the filter: whose password would be meant?");
    if (nobody || (code == CURLE_OK && f->entries == 0 && ldap_whole(&f->lines)))
        return no(a, "unknown user");
    if (code == CURLE_OK && !ldap_whole(&f->lines))
        code = CURLE_WRITE_ERROR;
    if (code == CURLE_LOGIN_DENIED)
        err_set(&a->why, "server %s: it refuses bind-dn with bind-password", s->url);
    else if (code == CURLE_WRITE_ERROR)
        err_set(&a->why, "server %s: an entry without a DN, or too much of it", s->url);
    return code ? AAA_TEMPORARY : AAA_YES;
}

static enum aaa_outcome search(const struct aaa_question *q, const struct aaa_server *s,
                               uint64_t deadline, struct found *f, struct aaa_answer *a)
{
    char room[URL_MAX];
    struct buf url = BUF(room);
    struct curl_question c;
    enum aaa_outcome outcome = AAA_TEMPORARY;
    CURL *h;

    if (!put_search(&url, q, s))
        return no(a, "a name that is too long for the filter");
    h = curl_begin(&c, s, room, &a->why);
    if (!h)
        return AAA_TEMPORARY;
    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(h, CURLOPT_WRITEDATA, f);
    if (sign(h, s, &a->why) == 0)
        outcome = judge_search(s, f, &c, run(&c, s, deadline, &a->why), a);
    curl_end(&c);
    return outcome;
}

/* What a bind's result code means. A server that answers the question behind the bind, be it with a
 * refusal to search, has taken the password. */
static enum aaa_outcome judge_bind(const struct curl_question *c, CURLcode code,
                                   struct aaa_answer *a)
{
    static const struct {
        long code;
        const char *why;
    } refusals[] = {
        {19, "a constraint: such as too many wrong passwords"},
        {NO_SUCH_OBJECT, "no such entry"},
        {48, "the entry has no password"},
        {INVALID_CREDENTIALS, "wrong password"},
        {INSUFFICIENT_ACCESS_RIGHTS, "the entry may not bind"},
        {53, "the server is unwilling: such as a locked account"},
    };
    bool bind = code == CURLE_LOGIN_DENIED || code == CURLE_LDAP_CANNOT_BIND ||
                code == CURLE_REMOTE_ACCESS_DENIED;
    long said = code ? curl_code(c) : 0;

    if (code == CURLE_OK)
        return AAA_YES;
    if (code == CURLE_LDAP_SEARCH_FAILED &&
        (said == NO_SUCH_OBJECT || said == INSUFFICIENT_ACCESS_RIGHTS))
        return AAA_YES;
    for (size_t i = 0; bind && i < sizeof refusals / sizeof *refusals; i++)
        if (said == refusals[i].code)
            return no(a, refusals[i].why);
    return AAA_TEMPORARY;
}

/* Binds as dn with the user's password, and asks for nothing (the root DSE, no attributes). */
static enum aaa_outcome bind_as(const char *dn, const struct aaa_question *q,
                                const struct aaa_server *s, uint64_t deadline, struct aaa_answer *a)
{
    char room[URL_MAX / 8], password[LIMIT_PASSWORD + 1];
    struct buf url = BUF(room);
    struct curl_question c;
    enum aaa_outcome outcome = AAA_TEMPORARY;
    CURL *h;

    if (!span_copy(password, sizeof password, q->password) || !password[0])
        return no(a, "an empty password, or one that is too long");
    if (!put_url(&url, s, SPAN_NONE, "1.1", "base", SPAN("(objectClass=*)")))
        err_set(&a->why, "server %s: too long", s->url);
    else if ((h = curl_begin(&c, s, room, &a->why))) {
        curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, ignore);
        if (curl_easy_setopt(h, CURLOPT_USERNAME, dn) ||
            curl_easy_setopt(h, CURLOPT_PASSWORD, password))
            err_set(&a->why, "server %s: libcurl: out of memory", s->url);
        else
            outcome = judge_bind(&c, run(&c, s, deadline, &a->why), a);
        curl_end(&c);
    }
    explicit_bzero(password, sizeof password);
    return outcome;
}

/* As long as a wrong password takes: a bind as an entry that nobody has. */
static void bind_as_nobody(const struct aaa_question *q, const struct aaa_server *s,
                           uint64_t deadline)
{
    char dn[LIMIT_LDAP_LINE + 1];
    struct buf b = BUF(dn);
    struct aaa_answer unused;

    buf_puts(&b, "cn=nobody that Mailwicket knows,");
    escape_into(&b, s->base, escape_dn, q->user);
    if (buf_putc(&b, '\0') && !b.overflow)
        bind_as(dn, q, s, deadline, &unused);
}

enum aaa_outcome aaa_ldap(const struct aaa_question *q, const struct aaa_server *s,
                          uint64_t deadline, struct aaa_answer *a)
{
    struct found f = {.policy = {.group = q->group}};
    enum aaa_outcome outcome = search(q, s, deadline, &f, a);

    if (outcome == AAA_NO && !q->authorize)
        bind_as_nobody(q, s, deadline);
    if (outcome == AAA_YES && !q->authorize)
        outcome = bind_as(f.dn, q, s, deadline, a);
    if (outcome == AAA_YES && f.policy.found && !f.policy.name[0])
        return no(a, "the attribute's value can't be a group policy's name");
    if (outcome == AAA_YES)
        memcpy(a->group_policy, f.policy.name, sizeof a->group_policy);
    return outcome;
}
