/* SPDX-License-Identifier: ISC */
/* Unit tests of what stands around LDAP: escaping, the lines libcurl makes of entries, which group
 * policy they mean, the answer to StartTLS. */
#include "check.h"

#include "escape.h"
#include "ldap_lines.h"
#include "ldap_policy.h"
#include "ldap_starttls.h"

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

/* All events as text: "E<dn>" "V<name>=<value>" "!" , in the order they come. */
static void play(struct span in, size_t step, char *out, size_t size)
{
    struct ldap_lines l = {0};
    struct buf b = buf_on(out, size - 1);

    for (size_t at = 0; at < in.n && !l.bad; at += step) {
        struct span part = span_head(span_tail(in, at), step);
        struct ldap_item item;
        enum ldap_event event;

        while ((event = ldap_next(&l, &part, &item)) != LDAP_MORE && event != LDAP_BAD) {
            buf_putc(&b, event == LDAP_ENTRY ? 'E' : 'V');
            buf_put(&b, item.name);
            if (event == LDAP_VALUE)
                buf_putc(&b, '=');
            buf_put(&b, item.value);
            buf_putc(&b, ' ');
        }
    }
    if (l.bad)
        buf_putc(&b, '!');
    else if (!ldap_whole(&l))
        buf_putc(&b, '~');
    out[b.len] = '\0';
    assert_false(b.overflow);
}

static void lines(void **unused)
{
    (void)unused;
    static const struct {
        const char *in, *events;
    } rows[] = {
        {"", ""},
        {"DN: uid=a,dc=t\n\tcn: one\n\tcn: two\n\n\n", "Euid=a,dc=t Vcn=one Vcn=two "},
        {"DN: uid=a\n\n", "Euid=a "},
        {"DN: a\n\nDN: b\n\n", "Ea Eb "},
        {"DN:\n\tobjectClass: top\n\n\n", "E VobjectClass=top "},
        {"DN: \n", "E "},
        {"DN: a\n\tcn:: w6TDtg==\n\n\n", "Ea Vcn=\xc3\xa4\xc3\xb6 "},
        {"DN: a\n\tcn: :x\n\tcn: DN: b\n\tcn:  y\n", "Ea Vcn=:x Vcn=DN: b Vcn= y "},
        {"DN: a\n\tcn: \n\tsn:\n\tx;binary:: YQ==\n", "Ea Vcn= Vsn= Vx;binary=a "},
        {"DN: a=\xc3\xa4, b\n", "Ea=\xc3\xa4, b "},
        {"DN: a\n\tcn:: \n", "Ea Vcn= "},
        {"DN: a\n\tcn: cut", "Ea ~"},
        {"DN: a", "~"},
        {"\n", "!"},
        {"\tcn: x\n", "!"},
        {"cn: x\n", "!"},
        {"DN: a\ncn: x\n", "Ea !"},
        {"DN: a\n\tcn\n", "Ea !"},
        {"DN: a\n\t: x\n", "Ea !"},
        {"DN: a\n\tcn:x\n", "Ea !"},
        {"DN: a\n\tcn::YQ==\n", "Ea !"},
        {"DN: a\n\tcn:: YQ=\n", "Ea !"},
        {"DN: a\n\tcn:: Y!==\n", "Ea !"},
        {"DNx a\n", "!"},
        {"DN:a\n", "!"},
        {"dn: a\n", "!"},
        {"HTTP/1.1 200 OK\r\n", "!"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span in = span_str(rows[i].in);
        char out[256];

        ROW(i, rows[i].events);
        for (size_t step = 1; step <= in.n + 1; step++) {
            play(in, step, out, sizeof out);
            assert_string_equal(out, rows[i].events);
        }
    }
}

static void long_lines(void **unused)
{
    (void)unused;
    static char text[LIMIT_LDAP_LINE + 8], out[LIMIT_LDAP_LINE + 8];

    for (size_t over = 0; over < 2; over++)
        for (size_t step = 1; step < sizeof text; step += 1021) {
            size_t n = LIMIT_LDAP_LINE + over;

            memset(text, 'a', n);
            memcpy(text, "DN: ", 4);
            text[n] = '\n';
            play(span_of(text, n + 1), step, out, sizeof out);
            assert_int_equal(out[0], over ? '!' : 'E');
        }
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
        {"ou", 0, {"ou: "}, ""},
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

static void starttls(void **unused)
{
    (void)unused;
    static const struct {
        struct span said;
        enum starttls_answer answer;
        unsigned code;
    } rows[] = {
        {SPAN("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), STARTTLS_YES, 0},
        {SPAN("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x02\x04\x00\x04\x00"), STARTTLS_NO, 2},
        {SPAN("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x34\x04\x00\x04\x00"), STARTTLS_NO, 52},
        {SPAN("\x30\x81\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), STARTTLS_YES, 0},
        {SPAN("\x30\x82\x00\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), STARTTLS_YES, 0},
        /* The next message came in clear with it. */
        {SPAN("\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00\x30"), STARTTLS_BAD, 0},
        /* Another message's number, another kind of answer, no result, one of two octets. */
        {SPAN("\x30\x0c\x02\x01\x02\x78\x07\x0a\x01\x00\x04\x00\x04\x00"), STARTTLS_BAD, 0},
        {SPAN("\x30\x0c\x02\x01\x01\x61\x07\x0a\x01\x00\x04\x00\x04\x00"), STARTTLS_BAD, 0},
        {SPAN("\x30\x05\x02\x01\x01\x78\x00"), STARTTLS_BAD, 0},
        {SPAN("\x30\x09\x02\x01\x01\x78\x04\x0a\x02\x00\x00"), STARTTLS_BAD, 0},
        {SPAN("\x30\x04\x02\x03\x01\x78"), STARTTLS_BAD, 0},
        {SPAN("\x30\x80"), STARTTLS_BAD, 0},
        {SPAN("\x30\x83\x00\x00\x0c"), STARTTLS_BAD, 0},
        {SPAN("* OK imap"), STARTTLS_BAD, 0},
        {SPAN("\x16\x03\x01"), STARTTLS_BAD, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, "StartTLS");
        for (size_t n = 0; n <= rows[i].said.n; n++) {
            unsigned code = 0;
            enum starttls_answer answer = starttls_read(span_head(rows[i].said, n), &code);

            if (n == rows[i].said.n)
                assert_int_equal(answer, rows[i].answer);
            else if (rows[i].answer != STARTTLS_BAD)
                assert_int_equal(answer, STARTTLS_MORE);
            if (n == rows[i].said.n)
                assert_int_equal(code, rows[i].code);
        }
    }
    static char endless[1024] = "\x30\x82\xff\xff";
    unsigned code;
    assert_int_equal(starttls_read(span_of(endless, 1023), &code), STARTTLS_MORE);
    assert_int_equal(starttls_read(span_of(endless, 1024), &code), STARTTLS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(escapes),    cmocka_unit_test(templates), cmocka_unit_test(lines),
        cmocka_unit_test(long_lines), cmocka_unit_test(policies),  cmocka_unit_test(starttls),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
