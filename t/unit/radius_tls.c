/* SPDX-License-Identifier: ISC */
/* Unit tests of RADIUS over TLS. */
#include "check.h"

#include "radius_ask.h"
#include "radius_bed.h"

#define SHORT_MS 1000 /* what a silent server is given */

/* --- the client ---------------------------------------------------------------------------------*/

static char none[1]; /* an empty setting */

static struct aaa_server server_at(const char *host)
{
    return (struct aaa_server){.host = (char *)(uintptr_t)host,
                               .port = bed.port,
                               .accounting_port = bed.port,
                               .tls = true,
                               .require_signature = true,
                               .secret = none,
                               .ca = bed.ca,
                               .certificate = bed.certificate,
                               .key = bed.key};
}

static enum aaa_outcome ask(const struct aaa_server *s, enum radius_kind kind, unsigned ms,
                            struct radius_tls **kept, struct aaa_answer *a)
{
    struct radius_request r = {.kind = kind};

    *a = (struct aaa_answer){0};
    radius_text(&r, RADIUS_USER_NAME, SPAN("nemo"));
    if (kind == RADIUS_AUTHENTICATION)
        radius_text(&r, RADIUS_USER_PASSWORD, SPAN("arctangent"));
    return radius_ask(s, &r, clock_ms() + ms, kept, a);
}

/* --- the tests ----------------------------------------------------------------------------------*/

struct row {
    const char *name;
    struct script script;
    enum aaa_outcome outcome;
    const char *why;  /* that AAA_NO and AAA_TEMPORARY have in their reason */
    int connections;  /* 0: any number */
    const char *host; /* NULL: localhost */
    unsigned ms;      /* until the deadline, which is waited for; 0: it is far, and isn't */
    bool lenient;     /* require_signature is false */
    bool anonymous;   /* without a certificate */
};

#define TLS11 "NORMAL:-VERS-ALL:+VERS-TLS1.1"
#define TLS12 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS13 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

/* What comes of a row. */
#define YES(count)         .outcome = AAA_YES, .connections = (count)
#define FAILS(count, text) .outcome = AAA_TEMPORARY, .connections = (count), .why = (text)

/* clang-format off */
static const struct row rows[] = {
    {.name = "TLS 1.3", .script = {.priority = TLS13}, YES(1)},
    {.name = "TLS 1.2", .script = {.priority = TLS12}, YES(1)},
    {.name = "TLS 1.1", .script = {.priority = TLS11}, FAILS(1, "TLS: ")},
    {.name = "a refusal", .script = {.acts = {REJECT}}, .outcome = AAA_NO, .connections = 1,
     .why = "the server refuses"},
    {.name = "our certificate, 1.2", .script = {.asks = true, .priority = TLS12}, YES(1)},
    {.name = "our certificate, 1.3", .script = {.asks = true, .priority = TLS13}, YES(1)},
    {.name = "none of ours, 1.2", .script = {.asks = true, .priority = TLS12}, FAILS(0, "TLS: "),
     .anonymous = true},
    {.name = "none of ours, 1.3", .script = {.asks = true, .priority = TLS13}, FAILS(0, "TLS: "),
     .anonymous = true},
    {.name = "another CA's", .script = {.certificate = OTHER_CA}, FAILS(1, "NOT trusted")},
    {.name = "expired", .script = {.certificate = EXPIRED}, FAILS(1, "expired")},
    {.name = "another name's", .script = {.certificate = OTHER_NAME},
     FAILS(1, "name in the certificate")},
    {.name = "not for an address", .host = "127.0.0.1", FAILS(1, "name in the certificate")},
    {.name = "silent", .script = {.acts = {SILENT}}, FAILS(1, "no answer"), .ms = SHORT_MS},
    {.name = "no handshake", .script = {.acts = {SILENT_TCP}},
     FAILS(1, "no answer to the TLS handshake"), .ms = SHORT_MS},
    {.name = "nonsense", .script = {.acts = {NONSENSE}}, FAILS(1, "TLS: ")},
    {.name = "closes at once", .script = {.acts = {CLOSE_AT_ONCE}}, FAILS(1, "TLS: ")},
    {.name = "closes", .script = {.acts = {CLOSE, CLOSE}},
     FAILS(2, "the server closed the connection")},
    {.name = "drops", .script = {.acts = {DROP, DROP}}, FAILS(2, "TLS: ")},
    {.name = "closes once", .script = {.acts = {CLOSE, ANSWER}}, YES(2)},
    {.name = "drops once", .script = {.acts = {DROP, ANSWER}}, YES(2)},
    {.name = "closes, then is silent", .script = {.acts = {CLOSE, SILENT}}, FAILS(2, "no answer"),
     .ms = SHORT_MS * 5},
    {.name = "half an answer", .script = {.acts = {HALF, HALF}}, FAILS(2, "TLS: ")},
    {.name = "octet by octet", .script = {.acts = {BYTES}}, YES(1)},
    {.name = "another's answer first", .script = {.acts = {OTHER_FIRST}}, YES(1)},
    {.name = "more behind the answer", .script = {.acts = {EXTRA}}, YES(1)},
    {.name = "others' answers for ever", .script = {.acts = {FLOOD}}, FAILS(1, "no answer"),
     .ms = SHORT_MS},
    {.name = "length 19", .script = {.acts = {TOO_SHORT}}, FAILS(1, "a broken packet")},
    {.name = "length 4097", .script = {.acts = {TOO_LONG}}, FAILS(1, "a broken packet")},
    {.name = "an attribute of no length", .script = {.acts = {BROKEN}},
     FAILS(1, "a broken packet")},
    {.name = "another secret", .script = {.acts = {FORGED}}, FAILS(1, "is the secret right?")},
    {.name = "unsigned", .script = {.acts = {UNSIGNED}}, FAILS(1, "no Message-Authenticator")},
    {.name = "unsigned may be", .script = {.acts = {UNSIGNED}}, YES(1), .lenient = true},
};
/* clang-format on */

static void check_row(const struct row *row)
{
    struct aaa_server s = server_at(row->host ? row->host : "localhost");
    struct aaa_answer a;
    uint64_t begin;

    s.require_signature = !row->lenient;
    if (row->anonymous)
        s.certificate = s.key = none;
    start(&row->script);
    begin = clock_ms();
    assert_int_equal(ask(&s, RADIUS_AUTHENTICATION, row->ms ? row->ms : LONG_MS, NULL, &a),
                     row->outcome);
    assert_true(clock_ms() - begin < LONG_MS);
    if (row->ms)
        assert_true(clock_ms() - begin >= row->ms);
    stop(row->connections);
    assert_string_equal(a.group_policy, row->outcome == AAA_YES ? "Staff" : "");
    if (row->why && !strstr(a.why.text, row->why))
        fail_msg("\"%s\" lacks \"%s\"", a.why.text, row->why);
    if (row->connections)
        assert_int_equal(bed.seen->connections, row->connections);
    assert_int_equal(bed.seen->unsigned_, 0);
    if (row->outcome != AAA_TEMPORARY)
        assert_int_equal(bed.seen->goodbyes, 1);
}

static void one_question(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        check_row(&rows[i]);
    }
}

static void accounting(void **unused)
{
    (void)unused;
    static const struct script script = {.acts = {ANSWER}};
    struct aaa_server s = server_at("localhost");
    struct aaa_answer a;

    start(&script);
    assert_int_equal(ask(&s, RADIUS_ACCOUNTING, LONG_MS, NULL, &a), AAA_YES);
    stop(1);
    assert_int_equal(bed.seen->requests, 1);
}

/* Request and answer are signed with the policy's secret where it has one. */
static void given_secret(void **unused)
{
    (void)unused;
    static const struct script script = {.acts = {FORGED}};
    struct aaa_server s = server_at("localhost");
    char file[128];
    struct aaa_answer a;
    FILE *f;

    snprintf(file, sizeof file, "%s/secret", bed.dir);
    f = fopen(file, "w");
    assert_non_null(f);
    fprintf(f, "%s\n", OTHER_SECRET);
    fclose(f);
    s.secret = file;
    start(&script);
    assert_int_equal(ask(&s, RADIUS_AUTHENTICATION, LONG_MS, NULL, &a), AAA_YES);
    stop(1);
    assert_int_equal(bed.seen->unsigned_, 1); /* by "radsec" */
    unlink(file);
}

/* Several requests go over one connection, but not to another server. */
static void kept(void **unused)
{
    (void)unused;
    static const struct script script = {.acts = {ANSWER}};
    struct aaa_server s = server_at("localhost"), other = s;
    struct radius_tls *tls = NULL;
    struct aaa_answer a;

    start(&script);
    for (int i = 0; i < 3; i++)
        assert_int_equal(ask(&s, RADIUS_ACCOUNTING, LONG_MS, &tls, &a), AAA_YES);
    assert_int_equal(ask(&s, RADIUS_AUTHENTICATION, LONG_MS, &tls, &a), AAA_YES);
    assert_int_equal(bed.seen->connections, 1);
    assert_int_equal(ask(&other, RADIUS_ACCOUNTING, LONG_MS, &tls, &a), AAA_YES);
    assert_int_equal(bed.seen->connections, 2);
    radius_tls_close(&tls);
    assert_null(tls);
    stop(1);
    assert_int_equal(bed.seen->requests, 5);
    assert_int_equal(bed.seen->goodbyes, 2);
    radius_tls_close(&tls); /* and is fine without one */
}

/* A server that closes between two requests is connected to anew. */
static void kept_too_long(void **unused)
{
    (void)unused;
    static const struct script script = {.acts = {ONCE, ONCE}};
    struct aaa_server s = server_at("localhost");
    struct radius_tls *tls = NULL;
    struct aaa_answer a;

    start(&script);
    for (int i = 1; i <= 3; i++) {
        assert_int_equal(ask(&s, RADIUS_ACCOUNTING, LONG_MS, &tls, &a), AAA_YES);
        assert_int_equal(bed.seen->connections, i);
    }
    radius_tls_close(&tls);
    stop(1);
}

/* What can't be read stops the question before anybody is asked; a closed port says so. */
static void unusable(void **unused)
{
    (void)unused;
    static char missing[] = "/nonexistent.pem", empty[] = "/dev/null";
    struct aaa_server ca = server_at("localhost"), no_ca = ca, key = ca, secret = ca, port = ca;
    const struct {
        const struct aaa_server *server;
        const char *why;
    } faults[] = {{&ca, "no CA certificate in /nonexistent.pem"},
                  {&no_ca, "no CA certificate in /dev/null"},
                  {&key, "can't use certificate"},
                  {&secret, "/nonexistent.pem: No such file"},
                  {&port, "Connection refused"}};
    struct aaa_answer a;

    ca.ca = key.key = secret.secret = missing;
    no_ca.ca = empty;
    port.port = 1;
    for (size_t i = 0; i < ROWS(faults); i++) {
        ROW(i, faults[i].why);
        assert_int_equal(ask(faults[i].server, RADIUS_AUTHENTICATION, LONG_MS, NULL, &a),
                         AAA_TEMPORARY);
        if (!strstr(a.why.text, faults[i].why))
            fail_msg("\"%s\" lacks \"%s\"", a.why.text, faults[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_question),  cmocka_unit_test(accounting),
        cmocka_unit_test(given_secret),  cmocka_unit_test(kept),
        cmocka_unit_test(kept_too_long), cmocka_unit_test(unusable),
    };
    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, make_bed, remove_bed);
}
