/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/policy/decide.c: the user of a login under a policy. */
#include "check.h"

#include "decide_bed.h"

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
        cmocka_unit_test(user_of_a_login),
        cmocka_unit_test(logins_by_certificate),
        cmocka_unit_test(vpn_user_is_the_certificates_name),
        cmocka_unit_test(case_of_the_mail_name),
        cmocka_unit_test(comparable_logins),
        cmocka_unit_test(name_that_is_authorized),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
