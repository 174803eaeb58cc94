/* SPDX-License-Identifier: ISC */
/* Unit tests of login names and passwords, host names and access-hours: lib/policy/name.c, host.c,
 * hours.c. */
#include "check.h"

#include "host.h"
#include "hours.h"
#include "limits.h"
#include "name.h"

#define S(s) SPAN(s)

static void logins_are_split(void **unused)
{
    (void)unused;
    static const struct {
        struct span login;
        char name, server; /* 0: ':' and '@' */
        struct span vpn, mail, host;
        bool has_vpn, has_server;
        enum name_fault fault;
    } rows[] = {
        {.login = S("vpn1:alice@srv"),
         .vpn = S("vpn1"),
         .mail = S("alice"),
         .host = S("srv"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("alice"), .vpn = S("alice"), .mail = S("alice")},
        {.login = S("alice@srv"),
         .vpn = S("alice"),
         .mail = S("alice"),
         .host = S("srv"),
         .has_server = true},
        {.login = S("vpn1:alice"), .vpn = S("vpn1"), .mail = S("alice"), .has_vpn = true},
        {.login = S("jo:jo@example.org@mail.example.org"),
         .vpn = S("jo"),
         .mail = S("jo@example.org"),
         .host = S("mail.example.org"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("a:b:c@s"),
         .vpn = S("a"),
         .mail = S("b:c"),
         .host = S("s"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("jo@2001:db8::1"),
         .vpn = S("jo"),
         .mail = S("jo"),
         .host = S("2001:db8::1"),
         .has_server = true},
        {.login = S("a|b#c"),
         .name = '|',
         .server = '#',
         .vpn = S("a"),
         .mail = S("b"),
         .host = S("c"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("a@b:c"),
         .name = '@',
         .server = ':',
         .vpn = S("a"),
         .mail = S("b"),
         .host = S("c"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("a:b@c"), .name = ';', .server = ',', .vpn = S("a:b@c"), .mail = S("a:b@c")},
        {.login = S("j\xc3\xb6:\xe2\x82\xac@s"),
         .vpn = S("j\xc3\xb6"),
         .mail = S("\xe2\x82\xac"),
         .host = S("s"),
         .has_vpn = true,
         .has_server = true},
        {.login = S("jo smith"), .vpn = S("jo smith"), .mail = S("jo smith")},
        {.login = S("\xc2\xa0"), .vpn = S("\xc2\xa0"), .mail = S("\xc2\xa0")},
        {.login = S(""), .fault = NAME_EMPTY},
        {.login = S("@"), .fault = NAME_MAIL_EMPTY},
        {.login = S(":"), .fault = NAME_VPN_EMPTY},
        {.login = S(":alice@srv"), .fault = NAME_VPN_EMPTY},
        {.login = S("vpn1:@srv"), .fault = NAME_MAIL_EMPTY},
        {.login = S("vpn1:alice@"), .fault = NAME_SERVER_EMPTY},
        {.login = S("alice@srv@"), .fault = NAME_SERVER_EMPTY},
        {.login = S("a\0b"), .fault = NAME_BAD_CHARACTER},
        {.login = S("a\rb"), .fault = NAME_BAD_CHARACTER},
        {.login = S("ab\n"), .fault = NAME_BAD_CHARACTER},
        {.login = S("a\tb"), .fault = NAME_BAD_CHARACTER},
        {.login = S("a\x7f"), .fault = NAME_BAD_CHARACTER},
        {.login = S("a\xc2\x85"), .fault = NAME_BAD_CHARACTER},
        {.login = S("a\xff"), .fault = NAME_NOT_UTF8},
        {.login = S("a@\xc3"), .fault = NAME_NOT_UTF8},
        {.login = S("a\xc0\x80"), .fault = NAME_NOT_UTF8},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct login_name n;
        char name = rows[i].name ? rows[i].name : ':',
             server = rows[i].server ? rows[i].server : '@';
        ROW(i, rows[i].login.p);
        assert_int_equal(name_split(rows[i].login, name, server, &n), rows[i].fault);
        if (rows[i].fault)
            continue;
        assert_true(span_eq(n.vpn, rows[i].vpn) && span_eq(n.mail, rows[i].mail));
        assert_true(span_eq(n.server, rows[i].host));
        assert_int_equal(n.has_vpn, rows[i].has_vpn);
        assert_int_equal(n.has_server, rows[i].has_server);
        assert_int_equal(name_check(rows[i].login), NAME_OK);
    }
}

/* Cut anywhere, the parts and their delimiters add up to the login. */
static void cut_logins(void **unused)
{
    (void)unused;
    static const struct span whole = S("jo:j\xc3\xb6@example.org@mail.example.org");

    for (size_t n = 0; n <= whole.n; n++) {
        struct span login = span_head(whole, n);
        struct login_name name;
        if (name_split(login, ':', '@', &name) != NAME_OK)
            continue;
        size_t length = name.mail.n + (name.has_vpn ? name.vpn.n + 1 : 0) +
                        (name.has_server ? name.server.n + 1 : 0);
        assert_int_equal(length, n);
        assert_true(name.vpn.n > 0 && name.mail.n > 0 && name.has_server == (name.server.n > 0));
        assert_ptr_equal(name.vpn.p, login.p);
    }
    assert_int_equal(name_check(span_head(whole, 5)), NAME_NOT_UTF8);
}

static void longest_parts(void **unused)
{
    (void)unused;
    static char room[LIMIT_LOGIN + LIMIT_PASSWORD + 2];
    static const struct {
        const char *what;
        size_t vpn, mail, server;
        enum name_fault fault;
    } rows[] = {
        {.what = "mail longest", .mail = LIMIT_NAME},
        {.what = "mail", .mail = LIMIT_NAME + 1, .fault = NAME_MAIL_TOO_LONG},
        {.what = "vpn longest", .vpn = LIMIT_NAME, .mail = 1},
        {.what = "vpn", .vpn = LIMIT_NAME + 1, .mail = 1, .fault = NAME_VPN_TOO_LONG},
        {.what = "server longest", .mail = 1, .server = LIMIT_HOST},
        {.what = "server", .mail = 1, .server = LIMIT_HOST + 1, .fault = NAME_SERVER_TOO_LONG},
        {.what = "login longest", .vpn = 511, .mail = 500, .server = 11},
        {.what = "login", .vpn = 511, .mail = 500, .server = 12, .fault = NAME_TOO_LONG},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct login_name n;
        size_t at = 0;
        ROW(i, rows[i].what);
        memset(room, 'x', sizeof room);
        at += rows[i].vpn;
        if (rows[i].vpn > 0)
            room[at++] = ':';
        at += rows[i].mail;
        if (rows[i].server > 0)
            room[at++] = '@';
        at += rows[i].server;
        assert_int_equal(name_split(span_of(room, at), ':', '@', &n), rows[i].fault);
    }
    memset(room, 'x', sizeof room);
    assert_int_equal(password_check(span_of(room, LIMIT_PASSWORD)), NAME_OK);
    assert_int_equal(password_check(span_of(room, LIMIT_PASSWORD + 1)), PASSWORD_TOO_LONG);
    assert_int_equal(name_check(span_of(room, LIMIT_LOGIN)), NAME_OK);
    assert_int_equal(name_check(span_of(room, LIMIT_LOGIN + 1)), NAME_TOO_LONG);
}

static void passwords_are_split(void **unused)
{
    (void)unused;
    static const struct {
        struct span password, vpn, mail;
        enum name_fault split, check;
    } rows[] = {
        {.password = S("one"), .vpn = S("one"), .mail = S("one")},
        {.password = S("vpn:mail"), .vpn = S("vpn"), .mail = S("mail")},
        {.password = S("my pass word:x@y "), .vpn = S("my pass word"), .mail = S("x@y ")},
        {.password = S("a:b:c"), .split = PASSWORD_MANY_DELIMITERS},
        {.password = S("::"), .split = PASSWORD_MANY_DELIMITERS},
        {.password = S(":mail"), .split = PASSWORD_VPN_EMPTY},
        {.password = S("vpn:"), .split = PASSWORD_MAIL_EMPTY},
        {.password = S(":"), .split = PASSWORD_VPN_EMPTY},
        {.password = S(""), .split = PASSWORD_EMPTY, .check = PASSWORD_EMPTY},
        {.password = S("a\0b"), .split = PASSWORD_BAD_CHARACTER, .check = PASSWORD_BAD_CHARACTER},
        {.password = S("a\r"), .split = PASSWORD_BAD_CHARACTER, .check = PASSWORD_BAD_CHARACTER},
        {.password = S("a\nb"), .split = PASSWORD_BAD_CHARACTER, .check = PASSWORD_BAD_CHARACTER},
        {.password = S("a\x80\xff:\xfe"), .vpn = S("a\x80\xff"), .mail = S("\xfe")},
        {.password = S("a\tb"), .vpn = S("a\tb"), .mail = S("a\tb")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span vpn, mail;
        ROW(i, rows[i].password.p);
        assert_int_equal(password_split(rows[i].password, ':', &vpn, &mail), rows[i].split);
        assert_true(span_eq(vpn, rows[i].vpn) && span_eq(mail, rows[i].mail));
        assert_int_equal(password_check(rows[i].password), rows[i].check);
    }
}

static void every_fault_has_a_text(void **unused)
{
    (void)unused;
    for (enum name_fault f = NAME_OK; f < NAME_FAULTS; f++)
        assert_true(strlen(name_fault_text(f)) > 0);
    assert_string_equal(name_fault_text((enum name_fault)99), "unknown");
}

#define LABEL63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

static void addresses_and_ports(void **unused)
{
    (void)unused;
    static const struct {
        const char *host;
        bool valid;
        const char *with_port;
    } rows[] = {
        {.host = "mail.example.org", .with_port = "mail.example.org:143"},
        {.host = "192.0.2.7", .valid = true, .with_port = "192.0.2.7:143"},
        {.host = "192.0.2", .with_port = "192.0.2:143"},
        {.host = "192.0.2.256", .with_port = "192.0.2.256:143"},
        {.host = "2001:db8::1", .valid = true, .with_port = "[2001:db8::1]:143"},
        {.host = "[2001:db8::1]", .with_port = "[2001:db8::1]:143"},
        {.host = "", .with_port = ":143"},
    };
    char room[HOST_PORT_MAX];

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].host);
        assert_int_equal(host_is_valid_address(span_str(rows[i].host)), rows[i].valid);
        assert_string_equal(host_port(room, rows[i].host, 143), rows[i].with_port);
    }
}

static void host_names_and_addresses(void **unused)
{
    (void)unused;
    static const struct {
        struct span host;
        bool name, address;
    } rows[] = {
        {.host = S("mail.example.org"), .name = true},
        {.host = S("mail.example.org."), .name = true},
        {.host = S("localhost"), .name = true},
        {.host = S("xn--bcher-kva.example"), .name = true},
        {.host = S("a_b.example"), .name = true},
        {.host = S("3com.com"), .name = true},
        {.host = S(LABEL63 ".org"), .name = true},
        {.host = S(LABEL63 "x.org")},
        {.host = S("")},
        {.host = S(".")},
        {.host = S("..")},
        {.host = S("a..b")},
        {.host = S(".a")},
        {.host = S("a.b..")},
        {.host = S("-a.b")},
        {.host = S("a-.b")},
        {.host = S("a b")},
        {.host = S("a/b")},
        {.host = S("a\0b")},
        {.host = S("b\xc3\xbc"
                   "cher.example")},
        {.host = S("*.example.org")},
        {.host = S("10.0.0.1"), .address = true},
        {.host = S("10.0.0.1."), .address = true},
        {.host = S("2130706433"), .address = true},
        {.host = S("127.1"), .address = true},
        {.host = S("0x7f000001"), .address = true},
        {.host = S("a.0X7f"), .address = true},
        {.host = S("::1"), .address = true},
        {.host = S("fe80::1%eth0"), .address = true},
        {.host = S("[2001:db8::1]"), .address = true},
        {.host = S("[IPv6:2001:db8::1]"), .address = true},
        {.host = S("ipv6:::1"), .address = true},
        {.host = S("[10.0.0.1]"), .address = true},
        {.host = S("[mail.example.org]")},
        {.host = S("IPv6:mail.example.org")},
        {.host = S("[]")},
        {.host = S("[")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].host.p);
        assert_int_equal(host_is_name(rows[i].host), rows[i].name);
        assert_int_equal(host_is_address(rows[i].host), rows[i].address);
    }
}

static void patterns_match_hosts(void **unused)
{
    (void)unused;
    static const struct {
        struct span pattern, host;
        bool matches;
    } rows[] = {
        {S("mail.example.org"), S("MAIL.Example.ORG"), true},
        {S("mail.example.org"), S("mail.example.org."), true},
        {S("mail.example.org."), S("mail.example.org"), true},
        {S("mail.example.org"), S("xmail.example.org"), false},
        {S("10.0.0.1"), S("10.0.0.1"), true},
        {S("10.0.0.1"), S("10.0.0.10"), false},
        {S("10.0.0.1"), S("[10.0.0.1]"), true},
        {S("10.0.0.1"), S("10.0.0.1."), true},
        {S("10.0.0.1"), S("::ffff:10.0.0.1"), true},
        {S("10.0.0.1"), S("::FFFF:a00:1"), true},
        {S("10.0.0.1"), S("::10.0.0.1"), false},
        {S("10.0.0.1"), S("10.1"), false},
        {S("10.0.0.1"), S("0xa000001"), false},
        {S("10.0.0.1"), S("010.0.0.1"), false},
        {S("2001:db8::1"), S("2001:DB8:0::1"), true},
        {S("2001:DB8:0:0:0:0:0:1"), S("[2001:db8::1]"), true},
        {S("2001:db8::1"), S("[IPv6:2001:db8::1]"), true},
        {S("2001:db8::1"), S("ipv6:2001:db8::1"), true},
        {S("2001:db8::1"), S("[IPv6:2001:db8::2]"), false},
        {S("2001:db8::1"), S("[2001:db8::1"), false},
        {S("2001:db8::1"), S("[[2001:db8::1]]"), false},
        {S("2001:db8::1"), S("2001:db8::1%eth0"), false},
        {S("2001:db8::1"), S("[2001:db8::1]x"), false},
        {S("2001:db8::1"), S("[2001:db8::1\0]"), false},
        {S("mail.example.org"), S("[mail.example.org]"), false},
        {S("*.example.org"), S("a.example.org"), true},
        {S("*.example.org"), S("a.b.EXAMPLE.org"), true},
        {S("*.example.org"), S("a.example.org."), true},
        {S("*.example.org"), S("example.org"), false},
        {S("*.example.org"), S(".example.org"), false},
        {S("*.example.org"), S("..example.org"), false},
        {S("*.example.org"), S("badexample.org"), false},
        {S("*.example.org"), S("evil.net/.example.org"), false},
        {S("*.example.org"), S("evil.net\0.example.org"), false},
        {S("*.example.org"), S("*.example.org"), false},
        {S("*.0.0.1"), S("10.0.0.1"), false},
        {S("*.1"), S("0.1"), false},
        {S("*.example.org"), S("[a.example.org]"), false},
        {S("*.db8::1"), S("2001.db8::1"), false},
        {S(""), S(""), false},
        {S(""), S("."), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].host.p);
        assert_int_equal(host_matches(rows[i].pattern, rows[i].host), rows[i].matches);
    }
}

static void access_hours_are_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        bool valid;
        struct hours first;
    } rows[] = {
        {"", true, {0}},
        {"Mon-Fri 07:00-20:00, Sat 09:00-12:00", true, {0x1f, 420, 1200}},
        {"sun 00:00-24:00", true, {0x40, 0, 1440}},
        {"Fri-Mon  08:00-09:30", true, {0x71, 480, 570}},
        {"Mon-Mon 08:00-09:30", true, {0x01, 480, 570}},
        {"Tue 08:00-09:30 , Wed 10:00-11:00", true, {0x02, 480, 570}},
        {"Mon,Tue 08:00-09:00", true, {0x03, 480, 540}},
        {"Mon, Wed-Thu,sun  08:00-09:00, Fri 08:00-09:00", true, {0x4d, 480, 540}},
        {"Mon,Mon 08:00-09:00", true, {0x01, 480, 540}},
        {"Daily 22:00-06:00", true, {0x7f, 1320, 360}},
        {"WEEKDAYS 22:00-00:00", true, {0x1f, 1320, 0}},
        {"weekend,Fri 00:00-24:00", true, {0x70, 0, 1440}},
        {"Mon-Fri 20:00-07:00", true, {0x1f, 1200, 420}},
        {"Mon,Tue", false, {0}},
        {"Mon,,Tue 08:00-09:00", false, {0}},
        {"Mon 08:00-09:00, Tue", false, {0}},
        {"Mon Tue 08:00-09:00", false, {0}},
        {"08:00-09:00", false, {0}},
        {"22:00-06:00", false, {0}},
        {"Mon 24:00-06:00", false, {0}},
        {"Mon 00:00-00:00", false, {0}},
        {"Daily-Mon 08:00-09:00", false, {0}},
        {"Mon-Weekend 08:00-09:00", false, {0}},
        {"Week 08:00-09:00", false, {0}},
        {"Mon-Fri", false, {0}},
        {"Mon", false, {0}},
        {"Mon-Fri 7:00-20:00", false, {0}},
        {"Mon-Fri 07:00", false, {0}},
        {"Mon-Fri 07:00-07:00", false, {0}},
        {"Mon-Fri 07:00-24:01", false, {0}},
        {"Mon-Fri 07:60-08:00", false, {0}},
        {"Mon-Fri 07:00-25:00", false, {0}},
        {"Mon- 07:00-08:00", false, {0}},
        {"Monday 07:00-08:00", false, {0}},
        {"Mon 07:00-08:00,", false, {0}},
        {"Mon 07:00-08:00, ", false, {0}},
        {",Mon 07:00-08:00", false, {0}},
        {" ", false, {0}},
        {"Mon 07:00-08:00 Tue 07:00-08:00", false, {0}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span rest = span_str(rows[i].text);
        struct hours one = {0};
        ROW(i, rows[i].text);
        assert_int_equal(hours_valid(rest), rows[i].valid);
        if (!rows[i].valid || rest.n == 0)
            continue;
        assert_true(hours_next(&rest, &one));
        assert_int_equal(one.days, rows[i].first.days);
        assert_int_equal(one.from, rows[i].first.from);
        assert_int_equal(one.till, rows[i].first.till);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logins_are_split),       cmocka_unit_test(cut_logins),
        cmocka_unit_test(longest_parts),          cmocka_unit_test(passwords_are_split),
        cmocka_unit_test(every_fault_has_a_text), cmocka_unit_test(host_names_and_addresses),
        cmocka_unit_test(addresses_and_ports),    cmocka_unit_test(patterns_match_hosts),
        cmocka_unit_test(access_hours_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
