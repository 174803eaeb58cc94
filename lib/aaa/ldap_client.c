/* SPDX-License-Identifier: ISC */
/* ldap_client - an edge: the one file that calls libldap; see ldap_client.h. Passes passwords on and
 * keeps none; believes nothing of the environment. */
#include "ldap_client.h"

#include <openldap.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>

#include "clock.h"

#define OTHER_ANSWER "an answer to another question"

/* --- the octets: libldap's lowest layer is our stream -------------------------------------------*/

static int layer_setup(Sockbuf_IO_Desc *d, void *stream)
{
    d->sbiod_pvt = stream;
    return 0;
}

static int layer_remove(Sockbuf_IO_Desc *d)
{
    d->sbiod_pvt = NULL;
    return 0;
}

static int layer_control(Sockbuf_IO_Desc *d, int option, void *unused)
{
    (void)unused;
    return option == LBER_SB_OPT_DATA_READY && timed_stream_pending(d->sbiod_pvt);
}

static ber_slen_t layer_read(Sockbuf_IO_Desc *d, void *room, ber_len_t size)
{
    return timed_stream_read(d->sbiod_pvt, room, size);
}

static ber_slen_t layer_write(Sockbuf_IO_Desc *d, void *data, ber_len_t size)
{
    return timed_stream_write(d->sbiod_pvt, data, size);
}

static int layer_close(Sockbuf_IO_Desc *d)
{
    timed_stream_close(d->sbiod_pvt);
    return 0;
}

static Sockbuf_IO layer = {layer_setup, layer_remove, layer_control,
                           layer_read,  layer_write,  layer_close};

/* --- the connection -----------------------------------------------------------------------------*/

void ldap_client_prepare(void)
{
    int version;

    setenv("LDAPNOINIT", "1", 1); /* no ldap.conf, no ~/.ldaprc, no LDAP… variables */
    ldap_get_option(NULL, LDAP_OPT_PROTOCOL_VERSION, &version); /* the first call initialises */
}

/* Puts libldap on top of the stream. */
static int client_attach(struct ldap_client *c, struct err *e)
{
    static const int version = LDAP_VERSION3, deref = LDAP_DEREF_NEVER;
    ber_len_t most = LIMIT_LDAP_ANSWER;
    Sockbuf *octets;
    LDAP *ld;

    ldap_client_prepare();
    if (ldap_init_fd(c->stream.fd, LDAP_PROTO_EXT, NULL, &ld) != LDAP_SUCCESS)
        return err_set(e, "libldap: out of memory");
    c->handle = ld;
    if (ldap_get_option(ld, LDAP_OPT_SOCKBUF, &octets) != LDAP_OPT_SUCCESS ||
        ber_sockbuf_add_io(octets, &layer, LBER_SBIOD_LEVEL_PROVIDER, &c->stream) != 0 ||
        ber_sockbuf_ctrl(octets, LBER_SB_OPT_SET_MAX_INCOMING, &most) != 1 ||
        ldap_set_option(ld, LDAP_OPT_PROTOCOL_VERSION, &version) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_DEREF, &deref) != LDAP_OPT_SUCCESS ||
        ldap_set_option(ld, LDAP_OPT_REFERRALS, LDAP_OPT_OFF) != LDAP_OPT_SUCCESS)
        return err_set(e, "libldap: an option can't be set");
    return 0;
}

/* Says why libldap's call failed; the stream knows best. Returns -1. */
static int client_failed(const struct ldap_client *c, struct err *e)
{
    int code = LDAP_OTHER;

    ldap_get_option(c->handle, LDAP_OPT_RESULT_CODE, &code);
    if (c->stream.why.text[0])
        return err_set(e, "%s", c->stream.why.text);
    if (code == LDAP_SERVER_DOWN)
        return err_set(e, "an answer that isn't LDAP");
    return err_set(e, "%s", code == LDAP_TIMEOUT ? "no answer" : ldap_err2string(code));
}

/* The time that is left, at least 1 ms. */
static struct timeval client_left(const struct ldap_client *c)
{
    uint64_t now = clock_ms(), left = now < c->stream.deadline ? c->stream.deadline - now : 1;

    return (struct timeval){.tv_sec = (time_t)(left / 1000),
                            .tv_usec = (suseconds_t)(left % 1000) * 1000};
}

/* The next message for the request id, which the caller frees. NULL and e: none came. */
static LDAPMessage *client_next(struct ldap_client *c, int id, struct err *e)
{
    struct timeval left = client_left(c);
    LDAPMessage *m = NULL;

    if (ldap_result(c->handle, id, LDAP_MSG_ONE, &left, &m) <= 0)
        client_failed(c, e);
    return m;
}

/* Reads the result in m, and frees it. */
static int client_result(struct ldap_client *c, LDAPMessage *m, struct ldap_answer *a,
                         struct err *e)
{
    char *text = NULL;
    int code = ldap_parse_result(c->handle, m, &a->code, NULL, &text, NULL, NULL, 1);

    a->text[0] = '\0';
    if (text)
        span_copy(a->text, sizeof a->text, span_head(span_str(text), LIMIT_LDAP_TEXT));
    ldap_memfree(text);
    return code == LDAP_SUCCESS ? 0 : err_set(e, "%s", ldap_err2string(code));
}

/* The answer to the request id, which is one message of this type. */
static int client_answer(struct ldap_client *c, int id, int type, struct ldap_answer *a,
                         struct err *e)
{
    LDAPMessage *m = client_next(c, id, e);

    if (!m)
        return -1;
    if (ldap_msgtype(m) == type)
        return client_result(c, m, a, e);
    ldap_msgfree(m);
    return err_set(e, OTHER_ANSWER);
}

/* StartTLS (RFC 4511 section 4.14). Octets in clear behind the server's answer make the handshake
 * fail. */
static int client_start_tls(struct ldap_client *c, const char *host,
                            const struct timed_stream_files *files, struct err *e)
{
    struct ldap_answer a;
    struct err why;
    int id;

    if (ldap_start_tls(c->handle, NULL, NULL, &id) != LDAP_SUCCESS) {
        client_failed(c, &why);
        return err_set(e, "StartTLS: %s", why.text);
    }
    if (client_answer(c, id, LDAP_RES_EXTENDED, &a, &why))
        return err_set(e, "StartTLS: %s", why.text);
    if (a.code)
        return err_set(e, "StartTLS: the server refuses it: %s", ldap_err2string(a.code));
    if (timed_stream_tls(&c->stream, host, files))
        return err_set(e, "StartTLS: %s", c->stream.why.text);
    return 0;
}

int ldap_client_open(struct ldap_client *c, const struct aaa_server *s, uint64_t deadline,
                     struct err *e)
{
    const struct timed_stream_files files = {.ca = s->ca};
    LDAPURLDesc *url;
    int failed;

    *c = (struct ldap_client){.stream = {.fd = -1}};
    if (ldap_url_parse(s->url, &url) != LDAP_URL_SUCCESS)
        return err_set(e, "not an LDAP URL");
    failed = timed_stream_open(&c->stream, url->lud_host, (unsigned)url->lud_port, deadline) ||
             (strcmp(url->lud_scheme, "ldaps") == 0 &&
              timed_stream_tls(&c->stream, url->lud_host, &files));
    if (failed)
        err_set(e, "%s", c->stream.why.text);
    else
        failed =
            client_attach(c, e) || (s->starttls && client_start_tls(c, url->lud_host, &files, e));
    ldap_free_urldesc(url);
    if (failed)
        ldap_client_close(c);
    return failed ? -1 : 0;
}

void ldap_client_close(struct ldap_client *c)
{
    if (c->handle)
        ldap_unbind_ext(c->handle, NULL, NULL); /* closes the stream */
    c->handle = NULL;
    timed_stream_close(&c->stream);
}

/* --- requests -----------------------------------------------------------------------------------*/

int ldap_client_bind(struct ldap_client *c, const char *dn, struct span password,
                     struct ldap_answer *a, struct err *e)
{
    struct berval credentials = {.bv_len = password.n, .bv_val = (char *)(uintptr_t)password.p};
    int id;

    if (password.n == 0)
        return err_set(e, "an empty password");
    if (ldap_sasl_bind(c->handle, dn, LDAP_SASL_SIMPLE, &credentials, NULL, NULL, &id) !=
        LDAP_SUCCESS)
        return client_failed(c, e);
    return client_answer(c, id, LDAP_RES_BIND, a, e);
}

static struct span span_of_berval(const struct berval *v)
{
    return span_of(v->bv_val, v->bv_len);
}

/* Takes the values of one attribute. */
static int take_values(const struct berval *name, const struct berval *values, struct ldap_found *f,
                       struct err *e)
{
    for (; values && values->bv_val; values++) {
        if (values->bv_len > LIMIT_LDAP_LINE)
            return err_set(e, "a value of more than %d octets", LIMIT_LDAP_LINE);
        ldap_policy_take(&f->policy, span_of_berval(name), span_of_berval(values));
    }
    return 0;
}

static int take_entry(LDAP *ld, LDAPMessage *m, struct ldap_found *f, struct err *e)
{
    BerElement *ber = NULL;
    struct berval dn, name, *values;
    int failed = 0;

    if (ldap_get_dn_ber(ld, m, &ber, &dn) != LDAP_SUCCESS)
        return err_set(e, "an entry that can't be read");
    if (!span_copy(f->dn, sizeof f->dn, span_of_berval(&dn)) || !f->dn[0])
        failed = err_set(e, "an entry without a DN, or with one of more than %d octets",
                         LIMIT_LDAP_LINE);
    while (!failed) {
        values = NULL;
        failed = ldap_get_attribute_ber(ld, m, ber, &name, &values) != LDAP_SUCCESS;
        if (failed)
            err_set(e, "an entry that can't be read");
        else if (!name.bv_val)
            break;
        else
            failed = take_values(&name, values, f, e);
        ber_memfree(values);
    }
    ber_free(ber, 0);
    return failed ? -1 : 0;
}

/* Takes a message that comes before the search's result. References are not followed. */
static int take_message(LDAP *ld, LDAPMessage *m, struct ldap_found *f, struct err *e)
{
    switch (ldap_msgtype(m)) {
    case LDAP_RES_SEARCH_ENTRY:
        return f->entries < 2 && f->entries++ == 0 ? take_entry(ld, m, f, e) : 0;
    case LDAP_RES_SEARCH_REFERENCE:
    case LDAP_RES_INTERMEDIATE:
        return 0;
    default:
        return err_set(e, OTHER_ANSWER);
    }
}

/* Asks for at most two entries: two are as ambiguous as a hundred. */
static int search_begin(struct ldap_client *c, const struct ldap_search *q, const char *attribute,
                        int *id)
{
    static const struct {
        const char *word;
        int scope;
    } scopes[] = {
        {"base", LDAP_SCOPE_BASE}, {"one", LDAP_SCOPE_ONELEVEL}, {"subtree", LDAP_SCOPE_SUBTREE}};
    char none[] = LDAP_NO_ATTRS, *attributes[] = {none, NULL};
    struct timeval left = client_left(c);
    int scope = LDAP_SCOPE_SUBTREE;

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++)
        if (strcmp(q->scope, scopes[i].word) == 0)
            scope = scopes[i].scope;
    if (*attribute)
        attributes[0] = (char *)(uintptr_t)attribute;
    left.tv_sec++; /* the server's limit is in whole seconds */
    return ldap_search_ext(c->handle, q->base, scope, q->filter, attributes, 0, NULL, NULL, &left,
                           2, id);
}

int ldap_client_search(struct ldap_client *c, const struct ldap_search *q, struct ldap_found *f,
                       struct ldap_answer *a, struct err *e)
{
    LDAPMessage *m;
    int id, code, failed = 0;

    f->entries = 0;
    code = search_begin(c, q, f->policy.group->attribute, &id);
    if (code == LDAP_FILTER_ERROR)
        return err_set(e, "%s: %s", ldap_err2string(code), q->filter);
    if (code != LDAP_SUCCESS)
        return client_failed(c, e);
    while (!failed && (m = client_next(c, id, e))) {
        if (ldap_msgtype(m) == LDAP_RES_SEARCH_RESULT)
            return client_result(c, m, a, e);
        failed = take_message(c->handle, m, f, e);
        ldap_msgfree(m);
    }
    return -1;
}

const char *ldap_client_code_name(int code)
{
    return ldap_err2string(code);
}
