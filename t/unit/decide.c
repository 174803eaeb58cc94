/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/policy/decide.c: what a login means under a policy. */
#include "check.h"

#include "decide.h"
#include "limits.h"

#define S(s) SPAN(s)

static char default_host[] = "mail.example.org", exact[] = "imap.sales.example.org",
            suffix[] = "*.example.org", longer[] = "*.sales.example.org", address[] = "10.0.0.1",
            address6[] = "2001:db8::1";

static struct mail_server allowed[] = {
    {.host = suffix}, {.host = longer}, {.host = exact}, {.host = address}, {.host = address6}};

/* Stands for idna.h: knows one name. */
static bool one_ascii(struct span name, char room[LIMIT_HOST + 1])
{
    return span_eq(name, S("M\303\234NCHEN.example.org")) &&
           span_copy(room, LIMIT_HOST + 1, S("xn--mnchen-3ya.example.org"));
}

enum { DEFAULT = -1 };

static struct protocol_policy policy_with(unsigned methods, bool mail_user)
{
    return (struct protocol_policy){
        .present = true,
        .methods = methods,
        .name_delimiter = ':',
        .server_delimiter = '@',
        .unknown_server_mail_user = mail_user,
        .host_ascii = one_ascii,
        .default_server = {.host = default_host},
        .allowed = allowed,
        .allowed_count = ROWS(allowed),
    };
}

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
        {METHOD_AAA, S("v:m:x"), S(""), S(""), DECIDED_BAD_PASSWORD, NAME_MANY_DELIMITERS},
        {METHOD_AAA, S(""), S(""), S(""), DECIDED_BAD_PASSWORD, NAME_EMPTY},
        {METHOD_MAILHOST, S("v:m:x"), S(""), S("v:m:x"), DECIDED, NAME_OK},
        {METHOD_MAILHOST, S(""), S(""), S(""), DECIDED_BAD_PASSWORD, NAME_EMPTY},
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

/* R2.6: the user is a name that a method verifies. */
static void user_of_a_login(void **unused)
{
    (void)unused;
    static const struct {
        unsigned methods;
        struct span login;
        bool mail_user;
        enum decision_outcome outcome;
        struct span vpn, mail;
    } rows[] = {
        {METHOD_MAILHOST, S("bob"), false, DECIDED, S("bob"), S("bob")},
        {METHOD_MAILHOST, S("bob:bob"), false, DECIDED, S("bob"), S("bob")},
        {METHOD_MAILHOST, S("alice:bob"), false, DECIDED_UNPROVEN, S("alice"), S("bob")},
        {METHOD_MAILHOST, S("alice:bob@a.example.org"), false, DECIDED_UNPROVEN, S("alice"),
         S("bob")},
        {METHOD_MAILHOST, S("bob:bob:x"), false, DECIDED_UNPROVEN, S("bob"), S("bob:x")},
        {METHOD_MAILHOST, S("alice:bob@evil.net"), false, DECIDED_SERVER_NOT_ALLOWED, S("alice"),
         S("bob")},
        {METHOD_MAILHOST, S("bob@x"), true, DECIDED, S("bob@x"), S("bob@x")},
        {METHOD_MAILHOST, S("bob:bob@x"), true, DECIDED_UNPROVEN, S("bob"), S("bob@x")},
        {METHOD_MAILHOST, S("bob@x:bob@x"), true, DECIDED, S("bob@x"), S("bob@x")},
        {METHOD_AAA | METHOD_MAILHOST, S("alice:bob"), false, DECIDED, S("alice"), S("bob")},
        {METHOD_AAA, S("alice:bob"), false, DECIDED, S("alice"), S("bob")},
        {METHOD_PIGGYBACK | METHOD_MAILHOST, S("alice:bob"), false, DECIDED, S("alice"), S("bob")},
        {METHOD_CERTIFICATE | METHOD_MAILHOST, S("alice:bob"), false, DECIDED, S("alice"),
         S("bob")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = policy_with(rows[i].methods, rows[i].mail_user);
        struct decision d;
        enum name_fault fault;
        ROW(i, rows[i].login.p);
        assert_int_equal(decide_login(&p, rows[i].login, S("x"), &d, &fault), rows[i].outcome);
        assert_int_equal(fault, NAME_OK);
        assert_true(span_eq(d.name.vpn, rows[i].vpn) && span_eq(d.name.mail, rows[i].mail));
        assert_int_equal(d.mail_password.n > 0,
                         rows[i].outcome == DECIDED && decide_needs_password(&p));
    }
}

/* R4.2, R4.3: the user is the certificate's name. */
static void logins_by_certificate(void **unused)
{
    (void)unused;
    static char long_name[LIMIT_NAME + 1];
    struct protocol_policy p = policy_with(METHOD_CERTIFICATE, false);
    struct decision d;
    enum name_fault fault;

    p.protocol = PROTOCOL_SMTPS;
    p.present = true;
    assert_true(decide_wants_certificate(&p) && decide_by_certificate(&p));
    assert_true(decide_named_by_certificate(&p));
    assert_int_equal(decide_certified(&p, S("jo"), &d, &fault), DECIDED);
    assert_true(span_eq(d.name.vpn, S("jo")) && span_eq(d.name.mail, S("jo")));
    assert_ptr_equal(d.server, &p.default_server);
    assert_true(d.server_by_default && d.mail_password.n == 0);
    assert_int_equal(decide_certified(&p, S(""), &d, &fault), DECIDED_BAD_NAME);
    assert_int_equal(fault, NAME_EMPTY);
    memset(long_name, 'x', sizeof long_name);
    assert_int_equal(decide_certified(&p, span_of(long_name, sizeof long_name), &d, &fault),
                     DECIDED_BAD_NAME);
    assert_int_equal(fault, NAME_TOO_LONG);
    p.default_server.host = (char[]){""};
    assert_int_equal(decide_certified(&p, S("jo"), &d, &fault), DECIDED_SERVER_NOT_ALLOWED);

    static const struct {
        unsigned methods;
        enum protocol protocol;
        bool wants, named, alone;
    } rows[] = {
        {METHOD_CERTIFICATE | METHOD_MAILHOST, PROTOCOL_IMAP4S, true, true, false},
        {METHOD_CERTIFICATE | METHOD_MAILHOST, PROTOCOL_SMTPS, true, true, false},
        {METHOD_CERTIFICATE | METHOD_AAA, PROTOCOL_SMTPS, true, false, false},
        {METHOD_CERTIFICATE | METHOD_PIGGYBACK, PROTOCOL_SMTPS, true, false, false},
        {METHOD_AAA | METHOD_MAILHOST, PROTOCOL_SMTPS, false, false, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, "methods");
        p.methods = rows[i].methods;
        p.protocol = rows[i].protocol;
        assert_int_equal(decide_wants_certificate(&p), rows[i].wants);
        assert_int_equal(decide_named_by_certificate(&p), rows[i].named);
        assert_int_equal(decide_by_certificate(&p), rows[i].alone);
    }
    p.present = false;
    p.methods = METHOD_CERTIFICATE;
    assert_false(decide_wants_certificate(&p));
}

static void vpn_user_is_the_certificates_name(void **unused)
{
    (void)unused;
    static const struct {
        const char *login;
        bool good;
    } rows[] = {
        {"mail", true}, {"jo:mail", true}, {"jo", true}, {"al:mail", false}, {"Jo:mail", true}};
    struct protocol_policy p = policy_with(METHOD_CERTIFICATE | METHOD_MAILHOST, false);
    struct decision d;
    enum name_fault fault;

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].login);
        assert_int_equal(decide_login(&p, span_str(rows[i].login), S("x"), &d, &fault), DECIDED);
        assert_int_equal(decide_owner(&p, &d, S("jo")), rows[i].good);
        assert_int_equal(span_eq(d.name.vpn, S("jo")), rows[i].good);
    }
    p.user_case = USER_CASE_EXACT;
    assert_int_equal(decide_login(&p, S("Jo:mail"), S("x"), &d, &fault), DECIDED);
    assert_false(decide_owner(&p, &d, S("jo")));
}

/* With mailhost alone the mail name is the user, in the case that the mail server gets. */
static void case_of_the_mail_name(void **unused)
{
    (void)unused;
    struct protocol_policy p = policy_with(METHOD_MAILHOST, false);
    struct decision d;
    enum name_fault fault;

    assert_int_equal(decide_login(&p, S("BOB:bob"), S("x"), &d, &fault), DECIDED);
    assert_true(span_eq(d.name.vpn, S("bob")) && span_eq(d.name.mail, S("bob")));
    p.user_case = USER_CASE_EXACT;
    assert_int_equal(decide_login(&p, S("BOB:bob"), S("x"), &d, &fault), DECIDED_UNPROVEN);
}

static void comparable_logins(void **unused)
{
    (void)unused;
    static char longest[LIMIT_LOGIN + 2];
    static const struct {
        unsigned methods;
        enum user_case user_case;
        struct span login, comparable;
    } rows[] = {
        {METHOD_AAA | METHOD_MAILHOST, USER_CASE_IGNORE, S("VPN1:Jo@Mail"), S("vpn1:Jo@Mail")},
        {METHOD_AAA | METHOD_MAILHOST, USER_CASE_EXACT, S("VPN1:Jo@Mail"), S("VPN1:Jo@Mail")},
        {METHOD_AAA | METHOD_MAILHOST, USER_CASE_IGNORE, S("Jo@Mail"), S("Jo@Mail")},
        {METHOD_AAA, USER_CASE_IGNORE, S("Jo@Mail"), S("jo@Mail")},
        {METHOD_AAA, USER_CASE_IGNORE, S("\310\272:B"), S("\342\261\245:B")},
        {METHOD_AAA, USER_CASE_IGNORE, S("J\377"), S("J\377")},
        {METHOD_AAA, USER_CASE_IGNORE, S(""), S("")},
        {METHOD_AAA, USER_CASE_IGNORE, S(":"), S(":")},
    };
    char room[DECIDE_COMPARABLE];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = policy_with(rows[i].methods, false);
        ROW(i, rows[i].login.p);
        p.user_case = rows[i].user_case;
        assert_true(span_eq(decide_comparable(&p, rows[i].login, room), rows[i].comparable));
    }
    /* The names that take the most room, and a login that is too long. */
    struct protocol_policy p = policy_with(METHOD_AAA, false);
    memset(longest, 'x', sizeof longest);
    for (size_t i = 0; i < LIMIT_NAME; i += 2)
        memcpy(longest + i, "\310\272", 2);
    longest[LIMIT_NAME] = ':';
    struct span login = span_of(longest, 2 * LIMIT_NAME);
    assert_int_equal(decide_comparable(&p, login, room).n, login.n + LIMIT_NAME / 2);
    login.n = sizeof longest;
    assert_ptr_equal(decide_comparable(&p, login, room).p, longest);
}

static void name_that_is_authorized(void **unused)
{
    (void)unused;
    static const struct {
        unsigned methods;
        enum authorized_as as;
    } rows[] = {
        {METHOD_AAA, AUTHORIZE_VPN_NAME},
        {METHOD_AAA | METHOD_MAILHOST, AUTHORIZE_VPN_NAME},
        {METHOD_AAA | METHOD_CERTIFICATE | METHOD_PIGGYBACK | METHOD_MAILHOST, AUTHORIZE_VPN_NAME},
        {METHOD_AAA | METHOD_CERTIFICATE, AUTHORIZE_VPN_NAME},
        {METHOD_PIGGYBACK, AUTHORIZE_VPN_NAME},
        {METHOD_PIGGYBACK | METHOD_CERTIFICATE | METHOD_MAILHOST, AUTHORIZE_VPN_NAME},
        {METHOD_CERTIFICATE, AUTHORIZE_CERTIFICATE},
        {METHOD_CERTIFICATE | METHOD_MAILHOST, AUTHORIZE_CERTIFICATE},
        {METHOD_MAILHOST, AUTHORIZE_MAIL_NAME},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = policy_with(rows[i].methods, false);
        assert_int_equal(decide_authorized(&p), rows[i].as);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(server_of_a_login),
        cmocka_unit_test(the_longest_suffix_wins),
        cmocka_unit_test(without_a_default_server),
        cmocka_unit_test(mail_name_too_long_with_its_server),
        cmocka_unit_test(user_of_a_login),
        cmocka_unit_test(passwords_of_a_login),
        cmocka_unit_test(methods_that_need_a_password),
        cmocka_unit_test(logins_by_certificate),
        cmocka_unit_test(vpn_user_is_the_certificates_name),
        cmocka_unit_test(case_of_the_mail_name),
        cmocka_unit_test(comparable_logins),
        cmocka_unit_test(name_that_is_authorized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
