/* SPDX-License-Identifier: ISC */
/* Unit tests of the pure parts of LDAP: escaping, which group policy an attribute means, what the result
 * of a bind says; and that libldap reads URLs as the policy does. */
#include "check.h"

#include <ldap.h>

#include "escape.h"
#include "host.h"
#include "ldap_code.h"
#include "ldap_policy.h"

static void escapes(void **unused)
{
    (void)unused;
    static const struct {
        struct span in;
        const char *filter, *dn, *url;
    } rows[] = {
        {SPAN("vpn1"), "vpn1", "vpn1", "vpn1"},
        {SPAN(""), "", "", ""},
        {SPAN("*)(uid=*"), "\\2A\\29\\28uid=\\2A", "*)(uid\\3D*", "%2A%29%28uid%3D%2A"},
        {SPAN("a\\b"), "a\\5Cb", "a\\5Cb", "a%5Cb"},
        {SPAN("a\0b"), "a\\00b", "a\\00b", "a%00b"},
        {SPAN("x,ou=admins"), "x,ou=admins", "x\\2Cou\\3Dadmins", "x%2Cou%3Dadmins"},
        {SPAN(" a b "), " a b ", "\\20a b\\20", "%20a%20b%20"},
        {SPAN(" "), " ", "\\20", "%20"},
        {SPAN("#a#"), "#a#", "\\23a#", "%23a%23"},
        {SPAN("\"+;<>"), "\"+;<>", "\\22\\2B\\3B\\3C\\3E", "%22%2B%3B%3C%3E"},
        {SPAN("\r\n"), "\r\n", "\\0D\\0A", "%0D%0A"},
        {SPAN("\xc3\xa4"), "\xc3\xa4", "\xc3\xa4", "%C3%A4"},
        {SPAN("a?b%u&c/-._~"), "a?b%u&c/-._~", "a?b%u&c/-._~", "a%3Fb%25u%26c%2F-._~"},
    };
    static void (*const how[])(struct buf *, struct span) = {escape_filter, escape_dn, escape_url};

    for (size_t i = 0; i < ROWS(rows); i++)
        for (size_t k = 0; k < ROWS(how); k++) {
            const char *right[] = {rows[i].filter, rows[i].dn, rows[i].url};
            char room[64];
            struct buf b = BUF(room);

            ROW(i, right[k]);
            how[k](&b, rows[i].in);
            assert_true(!b.overflow && span_eq(buf_span(&b), span_str(right[k])));
            b = buf_on(room, b.len ? b.len - 1 : 0);
            how[k](&b, rows[i].in);
            assert_int_equal(b.overflow, right[k][0] != '\0');
        }
}

/* What a name holds is not looked at again: a "%u" in it stays one. */
static void templates(void **unused)
{
    (void)unused;
    char room[64];
    struct buf b = BUF(room);

    escape_into(&b, "(|(uid=%u)(mail=%u@x))", escape_filter, SPAN("%u)"));
    assert_true(span_eq(buf_span(&b), SPAN("(|(uid=%u\\29)(mail=%u\\29@x))")));
    buf_clear(&b);
    escape_into(&b, "uid", escape_filter, SPAN("x"));
    assert_true(span_eq(buf_span(&b), SPAN("uid")));
}

static struct group_policy_map maps[] = {
    {"cn=admins, ou=groups,dc=t", "Admins"},
    {"cn=staff,ou=groups,dc=t", "Staff"},
    {"guest", "Guests"},
};

static void policies(void **unused)
{
    (void)unused;
    static const struct {
        const char *attribute; /* what the policy asks for */
        size_t maps;
        const char *values[3]; /* "name: value" */
        const char *policy;    /* NULL: none; "": one that can't be one */
    } rows[] = {
        {"memberOf", 3, {NULL}, NULL},
        {"memberOf", 3, {"memberOf: cn=staff,ou=groups,dc=t"}, "Staff"},
        {"memberOf", 3, {"memberOf: CN=Staff, OU=groups,  dc=T"}, "Staff"},
        {"memberOf", 3, {"memberof;range=0-1: cn=admins,ou=groups,dc=t"}, "Admins"},
        {"memberOf", 3, {"memberOf: guest", "memberOf: cn=staff,ou=groups,dc=t"}, "Staff"},
        {"memberOf", 3, {"memberOf: cn=admins,ou=groups,dc=t", "memberOf: guest"}, "Admins"},
        {"memberOf", 3, {"memberOf: cn=other,ou=groups,dc=t", "memberOf: guests"}, NULL},
        {"memberOf", 3, {"member: guest", "memberOfX: guest"}, NULL},
        {"memberOf", 3, {"memberOf: cn=staff\\, ou=groups,dc=t"}, NULL},
        {"ou", 0, {"ou: Staff"}, "Staff"},
        {"ou", 0, {"ou:  Staff "}, "Staff"},
        {"ou", 0, {"ou: Staff", "ou: Others"}, "Staff"},
        {"ou", 0, {"cn: x", "OU: Staff"}, "Staff"},
        {"ou", 0, {"ou: cn=Staff,ou=groups,dc=t"}, "Staff"},
        {"ou", 0, {"ou: cn= Staff + x=y, ou=groups,dc=t"}, "Staff"},
        {"ou", 0, {"ou: OU=Staff;"}, "Staff"},
        {"ou", 0, {"ou: "}, ""},
        {"ou", 0, {"ou: Sta ff"}, ""},
        {"ou", 0, {"ou: cn=,dc=t"}, ""},
        {"ou",
         0,
         {"ou: 0123456789012345678901234567890123456789012345678901234567890123"},
         "0123456789012345678901234567890123456789012345678901234567890123"},
        {"ou", 0, {"ou: 01234567890123456789012345678901234567890123456789012345678901234"}, ""},
        {"", 0, {"ou: Staff", ": Staff"}, NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct server_group g = {.attribute = (char *)(uintptr_t)rows[i].attribute,
                                 .maps = maps,
                                 .map_count = rows[i].maps};
        struct ldap_policy p = {.group = &g};

        ROW(i, rows[i].values[0] ? rows[i].values[0] : "no value");
        for (size_t k = 0; k < ROWS(rows[i].values) && rows[i].values[k]; k++) {
            struct span value = span_str(rows[i].values[k]), name = span_cut(&value, ':');
            ldap_policy_take(&p, name, span_tail(value, 1));
        }
        assert_int_equal(p.found, rows[i].policy != NULL);
        assert_string_equal(p.name, rows[i].policy ? rows[i].policy : "");
    }
}

/* What a bind's result says: the codes that are about the user are refusals, all others trouble. */
static void codes(void **unused)
{
    (void)unused;
#define AD(data) "80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error" data
    static const struct {
        int code;
        const char *text;
        enum aaa_outcome outcome;
        const char *why;
    } rows[] = {
        {0, "", AAA_YES, NULL},
        {19, "", AAA_NO, "a constraint: such as too many wrong passwords"},
        {32, "", AAA_NO, "no such entry"},
        {48, "", AAA_NO, "the entry has no password"},
        {49, "", AAA_NO, "wrong password"},
        {50, "", AAA_NO, "the entry may not bind"},
        {53, "", AAA_NO, "the server is unwilling: such as a locked account"},
        {49, AD(", data 525, v4563"), AAA_NO, "no such user"},
        {49, AD(", data 52e, v4563"), AAA_NO, "wrong password"},
        {49, AD(", data 530, v4563"), AAA_NO, "the user may not log in at this hour"},
        {49, AD(", data 531, v4563"), AAA_NO, "the user may not log in from this machine"},
        {49, AD(", data 532, v4563"), AAA_NO, "the password has expired"},
        {49, AD(", data 533, v4563"), AAA_NO, "the account is disabled"},
        {49, AD(", data 701, v4563"), AAA_NO, "the account has expired"},
        {49, AD(", data 773, v4563"), AAA_NO, "the user must change the password first"},
        {49, AD(", data 775, v4563"), AAA_NO, "the account is locked"},
        {49, AD(", data 775"), AAA_NO, "the account is locked"},
        {49, AD(", DATA 775, v4563"), AAA_NO, "wrong password"},
        {49, AD(", data 52E, v1"), AAA_NO, "wrong password"},
        {49, AD(", data 7755, v4563"), AAA_NO, "wrong password"},
        {49, AD(", data , v4563"), AAA_NO, "wrong password"},
        {49, ", data ", AAA_NO, "wrong password"},
        {53, AD(", data 775, v4563"), AAA_NO, "the server is unwilling: such as a locked account"},
        {51, AD(", data 775, v4563"), AAA_TEMPORARY, NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *why = NULL;

        ROW(i, rows[i].text);
        assert_int_equal(ldap_code_outcome(rows[i].code, span_str(rows[i].text), &why),
                         rows[i].outcome);
        assert_int_equal(why != NULL, rows[i].why != NULL);
        if (why)
            assert_string_equal(why, rows[i].why);
    }
    for (int code = -20; code < 130; code++) {
        bool about_user = false;
        const char *why;

        for (size_t i = 0; i < ROWS(rows); i++)
            about_user = about_user || rows[i].code == code;
        if (!about_user)
            assert_int_equal(ldap_code_outcome(code, SPAN_NONE, &why), AAA_TEMPORARY);
    }
}

/* What the policy takes as an LDAP server's URL means the same server to libldap. */
static void urls(void **unused)
{
    (void)unused;
    static const struct {
        const char *authority, *host; /* NULL: the policy doesn't take it */
        int port;                     /* 0: the scheme's */
    } rows[] = {
        {"ldap.example.org", "ldap.example.org", 0},
        {"ldap.example.org.", "ldap.example.org.", 0},
        {"LDAP_1:3389", "LDAP_1", 3389},
        {"192.0.2.7", "192.0.2.7", 0},
        {"192.0.2.7:1", "192.0.2.7", 1},
        {"[2001:db8::7]", "2001:db8::7", 0},
        {"[::1]:65535", "::1", 65535},
        {"", NULL, 0},
        {":389", NULL, 0},
        {"host:", NULL, 0},
        {"host:0", NULL, 0},
        {"host:65536", NULL, 0},
        {"host:-1", NULL, 0},
        {"host:+389", NULL, 0},
        {"host:%33", NULL, 0},
        {"host:389x", NULL, 0},
        {"host:389:389", NULL, 0},
        {"h%6fst", NULL, 0},
        {"host,other", NULL, 0},
        {"-host", NULL, 0},
        {"192.0.2", NULL, 0},
        {"192.0.2.256", NULL, 0},
        {"::1", NULL, 0},
        {"[::1", NULL, 0},
        {"[::1:389", NULL, 0},
        {"[::1]x", NULL, 0},
        {"[::1]x:389", NULL, 0},
        {"[]", NULL, 0},
        {"[", NULL, 0},
        {"[192.0.2.7]", NULL, 0},
        {"[fe80::1%25eth0]", NULL, 0},
    };
    static const struct {
        const char *scheme;
        int port;
    } schemes[] = {{"ldap", 389}, {"ldaps", 636}};

    for (size_t i = 0; i < ROWS(rows); i++)
        for (size_t k = 0; k < ROWS(schemes); k++) {
            char url[64];
            LDAPURLDesc *d;

            ROW(i, rows[i].authority);
            assert_int_equal(host_is_authority(span_str(rows[i].authority)), rows[i].host != NULL);
            if (!rows[i].host)
                continue;
            snprintf(url, sizeof url, "%s://%s%s", schemes[k].scheme, rows[i].authority,
                     i % 2 ? "/" : "");
            assert_int_equal(ldap_url_parse(url, &d), LDAP_URL_SUCCESS);
            assert_string_equal(d->lud_scheme, schemes[k].scheme);
            assert_string_equal(d->lud_host, rows[i].host);
            assert_int_equal(d->lud_port, rows[i].port ? rows[i].port : schemes[k].port);
            assert_true(!d->lud_dn || !*d->lud_dn);
            assert_true(!d->lud_attrs && !d->lud_filter && !d->lud_exts);
            ldap_free_urldesc(d);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes), cmocka_unit_test(templates), cmocka_unit_test(policies),
        cmocka_unit_test(codes),   cmocka_unit_test(urls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
