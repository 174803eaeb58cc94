/* SPDX-License-Identifier: ISC */
/* ldap - a server group's server of type ldap: search, then bind; see aaa.h. Holds the user's
 * password and the proxy's own, and wipes its copies. */
#include <string.h>

#include "aaa.h"
#include "class.h"
#include "escape.h"
#include "ldap_client.h"
#include "ldap_code.h"
#include "secret.h"

#define TEXT_MAX 8192 /* octets of a base or filter; a name can be three times its size there */

/* Codes of RFC 4511 appendix A. */
enum {
    SUCCESS = 0,
    SIZE_LIMIT_EXCEEDED = 4,
    NO_SUCH_OBJECT = 32,
    INVALID_CREDENTIALS = 49,
};

/* One question to one server. */
struct directory {
    const struct aaa_question *q;
    const struct aaa_server *server;
    struct aaa_answer *answer;
    struct ldap_client client;
    struct ldap_found found;
    char base[TEXT_MAX], filter[TEXT_MAX];
};

static enum aaa_outcome directory_refuse(struct directory *d, const char *why)
{
    err_set(&d->answer->why, "%s", why);
    return AAA_NO;
}

static enum aaa_outcome directory_fail(struct directory *d, const struct err *why)
{
    err_set(&d->answer->why, "server %s: %s", d->server->url, why->text);
    return AAA_TEMPORARY;
}

/* The server answered with a code that says nothing about the user. */
static enum aaa_outcome directory_fail_code(struct directory *d, const char *what,
                                            const struct ldap_answer *a)
{
    struct err why;

    err_set(&why, "%s: %s", what, ldap_client_code_name(a->code));
    if (a->text[0])
        err_set(&why, "%s: %s: %s", what, ldap_client_code_name(a->code), a->text);
    return directory_fail(d, &why);
}

/* Writes template with the user's name in the place of %u. false: the text is too long. */
static bool directory_fill(char room[TEXT_MAX], const char *template,
                           void (*how)(struct buf *out, struct span s), struct span name)
{
    struct buf b = buf_on(room, TEXT_MAX);

    escape_into(&b, template, how, name);
    return buf_putc(&b, '\0') && !b.overflow;
}

/* Binds as bind-dn, which may search. Without one the search is anonymous. */
static enum aaa_outcome directory_sign_in(struct directory *d)
{
    const struct aaa_server *s = d->server;
    char secret[LIMIT_SECRET + 1];
    struct ldap_answer a;
    struct err e;
    int failed;

    if (!s->bind_dn[0])
        return AAA_YES;
    failed = secret_read(s->bind_password, secret, &e) ||
             ldap_client_bind(&d->client, s->bind_dn, span_str(secret), &a, &e);
    explicit_bzero(secret, sizeof secret);
    if (failed)
        return directory_fail(d, &e);
    if (a.code == INVALID_CREDENTIALS)
        return directory_fail_code(d, "it refuses bind-dn with bind-password", &a);
    return a.code ? directory_fail_code(d, "bind-dn", &a) : AAA_YES;
}

static enum aaa_outcome directory_search(struct directory *d)
{
    const struct ldap_search q = {d->base, d->filter, d->server->scope};
    struct ldap_answer a;
    struct err e;

    if (ldap_client_search(&d->client, &q, &d->found, &a, &e))
        return directory_fail(d, &e);
    if (d->found.entries > 1 || (d->found.entries == 1 && a.code == SIZE_LIMIT_EXCEEDED))
        return directory_refuse(d,
                                "several entries match the filter: whose password would be meant?");
    if (a.code == NO_SUCH_OBJECT && strstr(d->server->base, "%u"))
        return directory_refuse(d, "unknown user");
    if (a.code)
        return directory_fail_code(d, "search", &a);
    return d->found.entries ? AAA_YES : directory_refuse(d, "unknown user");
}

/* Tries the user's password by a bind as dn. */
static enum aaa_outcome directory_bind(struct directory *d, const char *dn)
{
    struct ldap_answer a;
    enum aaa_outcome outcome;
    const char *why;
    struct err e;

    if (d->q->password.n == 0) /* it would succeed as nobody (RFC 4513 section 5.1.2) */
        return directory_refuse(d, "an empty password");
    if (ldap_client_bind(&d->client, dn, d->q->password, &a, &e))
        return directory_fail(d, &e);
    outcome = ldap_code_outcome(a.code, span_str(a.text), &why);
    if (outcome == AAA_TEMPORARY)
        return directory_fail_code(d, "the user's bind", &a);
    return outcome == AAA_NO ? directory_refuse(d, why) : AAA_YES;
}

/* Binds as an entry that does not exist, so that an unknown user takes as long as a wrong password.
 * The reason stays as it is. */
static void directory_bind_as_nobody(struct directory *d)
{
    struct err why = d->answer->why;
    char dn[TEXT_MAX + 32];
    struct buf b = BUF(dn);

    buf_puts(&b, "cn=nobody that Mailwicket knows,");
    buf_puts(&b, d->base);
    if (buf_putc(&b, '\0'))
        directory_bind(d, dn);
    d->answer->why = why;
}

static enum aaa_outcome directory_authenticate(struct directory *d)
{
    enum aaa_outcome outcome = directory_sign_in(d);

    if (outcome == AAA_YES)
        outcome = directory_search(d);
    if (outcome == AAA_NO && !d->q->authorize)
        directory_bind_as_nobody(d);
    if (outcome == AAA_YES && !d->q->authorize)
        outcome = directory_bind(d, d->found.dn);
    if (outcome == AAA_YES && d->found.policy.found && !d->found.policy.name[0]) {
        err_set(&d->answer->why, "the server names an invalid group policy: " CLASS_EXPECTED);
        return AAA_UNFIT;
    }
    if (outcome == AAA_YES)
        memcpy(d->answer->group_policy, d->found.policy.name, sizeof d->answer->group_policy);
    return outcome;
}

enum aaa_outcome aaa_ldap(const struct aaa_question *q, const struct aaa_server *s,
                          uint64_t deadline, struct aaa_answer *a)
{
    struct directory d = {
        .q = q, .server = s, .answer = a, .found = {.policy = {.group = q->group}}};
    enum aaa_outcome outcome;
    struct err e;

    if (!directory_fill(d.base, s->base, escape_dn, q->user) ||
        !directory_fill(d.filter, s->filter, escape_filter, q->user))
        return directory_refuse(&d, "a name that is too long for the filter");
    if (ldap_client_open(&d.client, s, deadline, &e))
        return directory_fail(&d, &e);
    outcome = directory_authenticate(&d);
    ldap_client_close(&d.client);
    return outcome;
}
