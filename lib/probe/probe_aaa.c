/* SPDX-License-Identifier: ISC */
/* probe_aaa - an edge; see probe_aaa.h. Holds the servers' secrets, and wipes them; believes a
 * server as a login does. */
#include "probe_aaa.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "host.h"
#include "ldap_client.h"
#include "radius_ask.h"
#include "secret.h"
#include "timed_stream.h"

static void probe_saw_tls(const struct timed_stream *s, struct probe_result *r)
{
    span_copy(r->tls, sizeof r->tls, span_str(timed_stream_version(s)));
    r->expires = timed_stream_expires(s);
}

/* --- radius -------------------------------------------------------------------------------------*/

/* The handshake alone, so that its failure is told from a missing answer. */
static bool probe_radsec(const struct aaa_server *s, unsigned port, uint64_t deadline,
                         struct probe_result *r)
{
    const struct timed_stream_files files = {
        .ca = s->ca, .certificate = s->certificate, .key = s->key};
    struct timed_stream stream;
    bool good = timed_stream_open(&stream, s->host, port, deadline) == 0 &&
                timed_stream_tls(&stream, s->host, &files) == 0;

    if (good)
        probe_saw_tls(&stream, r);
    else
        err_set(&r->why, "server %s port %u: %.400s", s->host, port, stream.why.text);
    timed_stream_close(&stream);
    return good;
}

static void probe_radius(const struct aaa_server *s, bool accounting, uint64_t deadline,
                         struct probe_result *r)
{
    struct radius_request q = {.kind = accounting ? RADIUS_STATUS_ACCOUNTING : RADIUS_STATUS};
    struct aaa_answer a = {0};

    if (s->tls && !probe_radsec(s, accounting ? s->accounting_port : s->port, deadline, r))
        return;
    radius_text(&q, RADIUS_NAS_IDENTIFIER, SPAN("mailwicket"));
    r->good = radius_ask(s, &q, deadline, NULL, &a) == AAA_YES;
    r->unsure = strstr(a.why.text, ": no answer") != NULL;
    if (r->good)
        return;
    r->why = a.why;
    if (r->unsure)
        err_set(&r->why, "%.350s It was asked by Status-Server (RFC 5997), which some don't answer",
                a.why.text);
}

/* --- ldap ---------------------------------------------------------------------------------------*/

static bool probe_bind(struct ldap_client *c, const struct aaa_server *s, struct err *e)
{
    char secret[LIMIT_SECRET + 1];
    struct ldap_answer a;
    bool answered;

    if (!s->bind_dn[0])
        return true;
    answered = secret_read(s->bind_password, secret, e) == 0 &&
               ldap_client_bind(c, s->bind_dn, span_str(secret), &a, e) == 0;
    explicit_bzero(secret, sizeof secret);
    if (answered && a.code)
        err_set(e, "bind-dn with bind-password: %s", ldap_client_code_name(a.code));
    return answered && a.code == 0;
}

static void probe_ldap(const struct aaa_server *s, uint64_t deadline, struct probe_result *r)
{
    struct ldap_client c;
    struct err e;

    if (ldap_client_open(&c, s, deadline, &e) == 0) {
        if (c.stream.session)
            probe_saw_tls(&c.stream, r);
        r->good = probe_bind(&c, s, &e);
        ldap_client_close(&c);
    }
    if (!r->good)
        err_set(&r->why, "server %s: %.400s", s->url, e.text);
}

/* --- http ---------------------------------------------------------------------------------------*/

/* Reads the URL, which the policy has judged good. false: no memory. */
static bool probe_read_url(const char *url, bool *tls, char host[LIMIT_HOST + 1], unsigned *port)
{
    CURLU *u = curl_url();
    char *scheme = NULL, *name = NULL, *number = NULL;
    bool good = u && curl_url_set(u, CURLUPART_URL, url, 0) == 0 &&
                curl_url_get(u, CURLUPART_SCHEME, &scheme, 0) == 0 &&
                curl_url_get(u, CURLUPART_HOST, &name, 0) == 0 &&
                curl_url_get(u, CURLUPART_PORT, &number, CURLU_DEFAULT_PORT) == 0 &&
                span_copy(host, LIMIT_HOST + 1, host_bare(span_str(name)));

    if (good) {
        *tls = strcmp(scheme, "https") == 0;
        *port = (unsigned)strtoul(number, NULL, 10);
    }
    curl_free(scheme);
    curl_free(name);
    curl_free(number);
    curl_url_cleanup(u);
    return good;
}

/* Through our own TLS, since libcurl's doesn't always say what is wrong with a certificate. */
static void probe_http(const struct aaa_server *s, uint64_t deadline, struct probe_result *r)
{
    const struct timed_stream_files files = {.ca = s->ca};
    struct timed_stream stream = {.fd = -1};
    char host[LIMIT_HOST + 1];
    unsigned port;
    bool tls = false;

    if (!probe_read_url(s->url, &tls, host, &port))
        err_set(&stream.why, "the URL can't be read");
    else
        r->good = timed_stream_open(&stream, host, port, deadline) == 0 &&
                  (!tls || timed_stream_tls(&stream, host, &files) == 0);
    if (r->good && tls)
        probe_saw_tls(&stream, r);
    if (!r->good)
        err_set(&r->why, "server %s: %.400s", s->url, stream.why.text);
    timed_stream_close(&stream);
}

void probe_aaa(const struct server_group *g, const struct aaa_server *s, bool accounting,
               unsigned ms, struct probe_result *result)
{
    uint64_t deadline = clock_ms() + ms;

    *result = (struct probe_result){.denial = DENIAL_TEMPORARY};
    switch (g->type) {
    case GROUP_LOCAL:
        result->good = true;
        break;
    case GROUP_RADIUS:
        probe_radius(s, accounting, deadline, result);
        break;
    case GROUP_LDAP:
        probe_ldap(s, deadline, result);
        break;
    case GROUP_HTTP:
        probe_http(s, deadline, result);
        break;
    }
}
