/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/policy/decide.c: the mail server and the passwords of a login under a policy. */
#include "check.h"

#include "decide_bed.h"

static void server_of_a_login(void **unused)
{
    (void)unused;
    static const struct {
        struct span login;
        bool mail_user;
        enum decision_outcome outcome;
        struct span vpn, mail, host;
        int server; /* in allowed */
        bool by_default;
    } rows[] = {
        {.login = S("vpn:jo"),
         .vpn = S("vpn"),
         .mail = S("jo"),
         .host = S("mail.example.org"),
         .server = DEFAULT,
         .by_default = true},
        {.login = S("vpn:jo@mail.example.org"),
         .vpn = S("vpn"),
         .mail = S("jo"),
         .host = S("mail.example.org"),
         .server = DEFAULT},
        {.login = S("vpn:jo@MAIL.example.org."),
         .vpn = S("vpn"),
         .mail = S("jo"),
         .host = S("mail.example.org"),
         .server = DEFAULT},
        {.login = S("jo@other.example.org."),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("other.example.org"),
         .server = 0},
        {.login = S("jo@pop.sales.example.org"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("pop.sales.example.org"),
         .server = 1},
        {.login = S("jo@imap.sales.example.org"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("imap.sales.example.org"),
         .server = 2},
        {.login = S("jo@10.0.0.1"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("10.0.0.1"),
         .server = 3},
        {.login = S("jo@[10.0.0.1]"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("10.0.0.1"),
         .server = 3},
        {.login = S("vpn:jo@[IPv6:2001:DB8:0::1]"),
         .vpn = S("vpn"),
         .mail = S("jo"),
         .host = S("2001:db8::1"),
         .server = 4},
        {.login = S("jo@2001:db8::1"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("2001:db8::1"),
         .server = 4},
        {.login = S("jo@Pop.EXAMPLE.org."),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("pop.example.org"),
         .server = 0},
        {.login = S("jo@M\303\234NCHEN.example.org"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("xn--mnchen-3ya.example.org"),
         .server = 0},
        {.login = S("jo@xn--MNCHEN-3ya.example.org"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("xn--mnchen-3ya.example.org"),
         .server = 0},
        {.login = S("jo@\303\234.example.org"), .outcome = DECIDED_SERVER_NOT_ALLOWED},
        {.login = S("jo@\303\234.example.org"),
         .mail_user = true,
         .vpn = S("jo@\303\234.example.org"),
         .mail = S("jo@\303\234.example.org"),
         .host = S("mail.example.org"),
         .server = DEFAULT,
         .by_default = true},
        {.login = S("jo@10.0.0.2"), .outcome = DECIDED_SERVER_NOT_ALLOWED},
        {.login = S("jo@example.org"), .outcome = DECIDED_SERVER_NOT_ALLOWED},
        {.login = S("jo@evil.net"), .outcome = DECIDED_SERVER_NOT_ALLOWED},
        {.login = S("jo@evil.net@a.example.org"),
         .vpn = S("jo@evil.net"),
         .mail = S("jo@evil.net"),
         .host = S("a.example.org"),
         .server = 0},
        {.login = S("jo@a.example.org@evil.net"), .outcome = DECIDED_SERVER_NOT_ALLOWED},
        {.login = S("jo@example.org"),
         .mail_user = true,
         .vpn = S("jo@example.org"),
         .mail = S("jo@example.org"),
         .host = S("mail.example.org"),
         .server = DEFAULT,
         .by_default = true},
        {.login = S("vpn:jo@a@evil.net"),
         .mail_user = true,
         .vpn = S("vpn"),
         .mail = S("jo@a@evil.net"),
         .host = S("mail.example.org"),
         .server = DEFAULT,
         .by_default = true},
        {.login = S("jo@a.example.org"),
         .mail_user = true,
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("a.example.org"),
         .server = 0},
        {.login = S("jo@"), .mail_user = true, .outcome = DECIDED_BAD_NAME},
        {.login = S(""), .outcome = DECIDED_BAD_NAME},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = policy_with(METHOD_PIGGYBACK, rows[i].mail_user);
        struct decision d;
        enum name_fault fault;
        ROW(i, rows[i].login.p);
        assert_int_equal(decide_login(&p, rows[i].login, S("x"), &d, &fault), rows[i].outcome);
        assert_int_equal(fault != NAME_OK, rows[i].outcome == DECIDED_BAD_NAME);
        if (rows[i].outcome != DECIDED) {
            assert_null(d.server);
            continue;
        }
        assert_true(span_eq(d.name.vpn, rows[i].vpn) && span_eq(d.name.mail, rows[i].mail));
        assert_true(span_eq(d.host, rows[i].host));
        assert_ptr_equal(d.server,
                         rows[i].server == DEFAULT ? &p.default_server : &allowed[rows[i].server]);
        assert_int_equal(d.server_by_default, rows[i].by_default);
    }
}

/* Whatever the order of the entries: the exact name, else the longest suffix. */
static void the_longest_suffix_wins(void **unused)
{
    (void)unused;
    static char one_letter[] = "a.example.org";
    static struct mail_server orders[][3] = {
        {{.host = suffix}, {.host = longer}, {.host = one_letter}},
        {{.host = longer}, {.host = suffix}, {.host = one_letter}},
        {{.host = one_letter}, {.host = longer}, {.host = suffix}},
    };
    static const struct {
        struct span login;
        const char *entry;
    } rows[] = {
        {S("jo@pop.sales.example.org"), longer},
        {S("jo@pop.example.org"), suffix},
        {S("jo@a.example.org"), one_letter}, /* no longer than the text of "*.example.org" */
    };
    struct decision d;
    enum name_fault fault;

    for (size_t k = 0; k < ROWS(orders); k++)
        for (size_t i = 0; i < ROWS(rows); i++) {
            struct protocol_policy p = policy_with(METHOD_MAILHOST, false);
            ROW(k * ROWS(rows) + i, rows[i].login.p);
            p.allowed = orders[k];
            p.allowed_count = ROWS(orders[k]);
            assert_int_equal(decide_login(&p, rows[i].login, S("x"), &d, &fault), DECIDED);
            assert_string_equal(d.server->host, rows[i].entry);
        }
}

static void without_a_default_server(void **unused)
{
    (void)unused;
    static char none[] = "";
    struct protocol_policy p = policy_with(METHOD_MAILHOST, true);
    struct decision d;
    enum name_fault fault;

    p.default_server.host = none;
    assert_int_equal(decide_login(&p, S("jo"), S("x"), &d, &fault), DECIDED_SERVER_NOT_ALLOWED);
    assert_int_equal(decide_login(&p, S("jo@x"), S("x"), &d, &fault), DECIDED_SERVER_NOT_ALLOWED);
    assert_int_equal(decide_login(&p, S("jo@a.example.org"), S("x"), &d, &fault), DECIDED);
}

/* The server part makes the mail name longer than its limit. */
static void mail_name_too_long_with_its_server(void **unused)
{
    (void)unused;
    static char login[LIMIT_NAME + 8];
    struct protocol_policy p = policy_with(METHOD_MAILHOST, true);
    struct decision d;
    enum name_fault fault;

    memset(login, 'x', sizeof login);
    memcpy(login + LIMIT_NAME, "@a", 2);
    assert_int_equal(decide_login(&p, span_of(login, LIMIT_NAME + 2), S("x"), &d, &fault),
                     DECIDED_BAD_NAME);
    assert_int_equal(fault, NAME_TOO_LONG);
}

static void passwords_of_a_login(void **unused)
{
    (void)unused;
    static const struct {
        unsigned methods;
        struct span password, vpn, mail;
        enum decision_outcome outcome;
        enum name_fault fault;
    } rows[] = {
        {METHOD_AAA | METHOD_MAILHOST, S("v:m"), S("v"), S("m"), DECIDED, NAME_OK},
        {METHOD_AAA | METHOD_MAILHOST, S("one"), S("one"), S("one"), DECIDED, NAME_OK},
        {METHOD_AAA, S("one"), S("one"), S("one"), DECIDED, NAME_OK},
        {METHOD_AAA, S("v:m:x"), S(""), S(""), DECIDED_BAD_PASSWORD, PASSWORD_MANY_DELIMITERS},
        {METHOD_AAA, S(""), S(""), S(""), DECIDED_BAD_PASSWORD, PASSWORD_EMPTY},
        {METHOD_MAILHOST, S("v:m:x"), S(""), S("v:m:x"), DECIDED, NAME_OK},
        {METHOD_MAILHOST, S(""), S(""), S(""), DECIDED_BAD_PASSWORD, PASSWORD_EMPTY},
        {METHOD_MAILHOST | METHOD_PIGGYBACK, S("v:m"), S(""), S("v:m"), DECIDED, NAME_OK},
        {METHOD_PIGGYBACK, S("any\r\n"), S(""), S(""), DECIDED, NAME_OK},
        {METHOD_PIGGYBACK, S(""), S(""), S(""), DECIDED, NAME_OK},
        {METHOD_CERTIFICATE, S(""), S(""), S(""), DECIDED, NAME_OK},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = policy_with(rows[i].methods, false);
        struct decision d;
        enum name_fault fault;
        ROW(i, rows[i].password.p);
        assert_int_equal(decide_login(&p, S("jo"), rows[i].password, &d, &fault), rows[i].outcome);
        assert_int_equal(fault, rows[i].fault);
        assert_true(span_eq(d.vpn_password, rows[i].vpn));
        assert_true(span_eq(d.mail_password, rows[i].mail));
    }
}

static void methods_that_need_a_password(void **unused)
{
    (void)unused;
    struct protocol_policy p = policy_with(METHOD_PIGGYBACK, false);

    assert_false(decide_needs_password(&p) || decide_authenticates(&p));
    p.methods = METHOD_AAA;
    assert_true(decide_needs_password(&p) && !decide_authenticates(&p));
    p.methods = METHOD_MAILHOST | METHOD_CERTIFICATE;
    assert_true(decide_needs_password(&p) && decide_authenticates(&p));
}

/* A message shows the administrator's name of each file, the longest credential's first, and fits. */
static void messages_name_files_as_written(void **state)
{
    struct policy_credential more = {.written = "/etc/keys/a.old", .file = "/run/c/keys_a.old"},
                             one = {
                                 .next = &more, .written = "/etc/keys/a", .file = "/run/c/keys_a"};
    const struct policy with = {.credentials = &one}, without = {.credentials = NULL};
    char room[64];

    (void)state;
    assert_string_equal(policy_written(&with, "key /run/c/keys_a: bad", room, sizeof room),
                        "key /etc/keys/a: bad");
    assert_string_equal(
        policy_written(&with, "/run/c/keys_a.old, /run/c/keys_a", room, sizeof room),
        "/etc/keys/a.old, /etc/keys/a");
    assert_string_equal(policy_written(&with, "/run/c/other", room, sizeof room), "/run/c/other");
    assert_string_equal(policy_written(&without, "/run/c/keys_a", room, sizeof room),
                        "/run/c/keys_a");
    assert_string_equal(policy_written(&with, "x /run/c/keys_a y", room, 8), "x /etc/");
    assert_string_equal(policy_written(&with, "", room, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_name_files_as_written),
        cmocka_unit_test(server_of_a_login),
        cmocka_unit_test(the_longest_suffix_wins),
        cmocka_unit_test(without_a_default_server),
        cmocka_unit_test(mail_name_too_long_with_its_server),
        cmocka_unit_test(passwords_of_a_login),
        cmocka_unit_test(methods_that_need_a_password),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
