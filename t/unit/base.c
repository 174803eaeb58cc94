/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/base. */
#include "check.h"

#include "base64.h"
#include "denial.h"
#include "err.h"
#include "num.h"
#include "protocol.h"
#include "user.h"
#include "utf8.h"

static void spans_are_cut_found_and_compared(void **unused)
{
    (void)unused;
    struct span s = SPAN("one two  three"), rest = s;

    assert_true(span_eq(span_cut(&rest, ' '), SPAN("one")));
    assert_true(span_eq(span_cut(&rest, ' '), SPAN("two")));
    assert_true(span_eq(span_cut(&rest, ' '), SPAN_NONE));
    assert_true(span_eq(span_cut(&rest, ' '), SPAN("three")));
    assert_int_equal(rest.n, 0);
    assert_int_equal(span_find(s, 'o'), 0);
    assert_int_equal(span_rfind(s, 'o'), 6);
    assert_true(span_find(s, 'x') == SPAN_NOT_FOUND && span_rfind(s, 'x') == SPAN_NOT_FOUND);
    assert_true(span_find(SPAN_NONE, 'x') == SPAN_NOT_FOUND);
    assert_true(span_ieq(SPAN("LoGin"), SPAN("lOgIN")) && !span_ieq(SPAN("a"), SPAN("ab")));
    assert_true(span_istarts(SPAN("AUTH PLAIN"), SPAN("auth ")));
    assert_true(span_iends(SPAN("a.Example.ORG"), SPAN(".example.org")));
    assert_false(span_iends(SPAN("g"), SPAN("org")));
    assert_true(span_eq(span_trim(SPAN(" \ta b\t ")), SPAN("a b")));
    assert_true(span_eq(span_tail(s, 100), SPAN_NONE));
}

static void span_copy_takes_all_or_nothing(void **unused)
{
    (void)unused;
    char room[4];

    assert_true(span_copy(room, sizeof room, SPAN("abc")));
    assert_string_equal(room, "abc");
    assert_false(span_copy(room, sizeof room, SPAN("abcd")));
    assert_string_equal(room, "");
    assert_false(span_copy(room, sizeof room, SPAN("a\0b")));
    assert_true(span_copy(room, sizeof room, SPAN_NONE));
}

static void bufs_take_all_or_nothing_and_are_wiped(void **unused)
{
    (void)unused;
    char room[8];
    struct buf b = BUF(room);

    assert_true(buf_puts(&b, "abc") && buf_putc(&b, '-') && buf_putnum(&b, 1234));
    assert_true(span_eq(buf_span(&b), SPAN("abc-1234")));
    assert_false(buf_putc(&b, 'x'));
    assert_true(b.overflow);
    buf_consume(&b, 4);
    assert_true(span_eq(buf_span(&b), SPAN("1234")));
    buf_consume(&b, 4);
    assert_int_equal(b.len, 0);
    buf_puts(&b, "secret");
    buf_wipe(&b);
    assert_memory_equal(room, "\0\0\0\0\0\0\0\0", 8);
    assert_false(b.overflow);
}

static void numbers_are_parsed_strictly(void **unused)
{
    (void)unused;
    static const struct {
        const char *text;
        uint64_t max, value;
        bool good;
    } rows[] = {
        {.text = "0", .max = 9, .value = 0, .good = true},
        {.text = "0010", .max = 10, .value = 10, .good = true},
        {.text = "18446744073709551615", .max = UINT64_MAX, .value = UINT64_MAX, .good = true},
        {.text = "18446744073709551616", .max = UINT64_MAX},
        {.text = "11", .max = 10},
        {.text = "9", .max = 8},
        {.text = "", .max = 10},
        {.text = "-1", .max = 10},
        {.text = "1 ", .max = 10},
        {.text = "0x1", .max = 10},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        uint64_t v = 77;
        assert_int_equal(num_parse(span_str(rows[i].text), rows[i].max, &v), rows[i].good);
        assert_int_equal(v, rows[i].good ? rows[i].value : 77);
    }
}

static void base64_is_strict(void **unused)
{
    (void)unused;
    static const struct {
        const char *data, *text;
    } rows[] = {/* RFC 4648 section 10 */
                {"", ""},
                {"f", "Zg=="},
                {"fo", "Zm8="},
                {"foo", "Zm9v"},
                {"foob", "Zm9vYg=="},
                {"fooba", "Zm9vYmE="},
                {"foobar", "Zm9vYmFy"}};
    static const char *bad[] = {"Z",        "Zg",     "Zg=",  "Zh==", "Zm9=", "=",    "====",
                                "Zg==Zg==", "Zm9v\n", "Zm 9", "Z===", "Zg=g", "Zm9v="};
    char room[32], little[2];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf b = BUF(room);
        assert_true(base64_encode(span_str(rows[i].data), &b));
        assert_true(span_eq(buf_span(&b), span_str(rows[i].text)));
        buf_clear(&b);
        assert_true(base64_decode(span_str(rows[i].text), &b));
        assert_true(span_eq(buf_span(&b), span_str(rows[i].data)));
    }
    for (size_t i = 0; i < ROWS(bad); i++) {
        struct buf b = BUF(room);
        buf_puts(&b, "kept");
        assert_false(base64_decode(span_str(bad[i]), &b));
        assert_true(span_eq(buf_span(&b), SPAN("kept")));
    }
    struct buf b = BUF(little);
    assert_false(base64_decode(SPAN("Zm9v"), &b));
    assert_false(base64_encode(SPAN("f"), &b));
    assert_true(b.overflow);
}

static void utf8_is_strict(void **unused)
{
    (void)unused;
    static const struct span good[] = {SPAN(""),
                                       SPAN("a\0b"),
                                       SPAN("\xc3\xa4"),
                                       SPAN("\xe2\x82\xac"),
                                       SPAN("\xf0\x9f\x93\xa7"),
                                       SPAN("\xf4\x8f\xbf\xbf"),
                                       SPAN("\xed\x9f\xbf")};
    static const struct span bad[] = {SPAN("\x80"),
                                      SPAN("\xc0\x80"),
                                      SPAN("\xc1\xbf"),
                                      SPAN("\xe0\x9f\xbf"),
                                      SPAN("\xed\xa0\x80"),
                                      SPAN("\xf0\x8f\xbf\xbf"),
                                      SPAN("\xf4\x90\x80\x80"),
                                      SPAN("\xf5\x80\x80\x80"),
                                      SPAN("\xc3"),
                                      SPAN("\xc3g"),
                                      SPAN("\xe2\x82"),
                                      SPAN("\xff")};
    for (size_t i = 0; i < ROWS(good); i++)
        assert_true(utf8_valid(good[i]));
    for (size_t i = 0; i < ROWS(bad); i++)
        assert_false(utf8_valid(bad[i]));
}

static void users_are_compared_without_case(void **unused)
{
    (void)unused;
    static const struct {
        struct span a, b;
        bool same, exact; /* by USER_CASE_IGNORE, by USER_CASE_EXACT */
    } rows[] = {
        {SPAN("vpn1"), SPAN("vpn1"), true, true},
        {SPAN("VPN1"), SPAN("vpn1"), true, false},
        {SPAN("vpn1"), SPAN("vpn12"), false, false},
        {SPAN(""), SPAN(""), true, true},
        {SPAN(""), SPAN("a"), false, false},
        {SPAN("[a]"), SPAN("{a}"), false, false}, /* 0x20 apart, and no letters */
        {SPAN("@"), SPAN("`"), false, false},
        {SPAN("J\303\226RG"), SPAN("j\303\266rg"), true, false}, /* Ö ö */
        {SPAN("\303\227"), SPAN("\303\267"), false, false},      /* × ÷ are between them */
        {SPAN("\302\265"), SPAN("\316\274"), true, false},       /* micro sign, mu */
        {SPAN("\316\243"), SPAN("\317\202"), true, false},       /* Σ ς */
        {SPAN("\317\203"), SPAN("\317\202"), true, false},       /* σ ς */
        {SPAN("\342\204\252"), SPAN("k"), true, false},          /* Kelvin sign */
        {SPAN("\341\272\236"), SPAN("\303\237"), true, false},   /* ẞ ß */
        {SPAN("\303\237"), SPAN("ss"), false, false},            /* full folding: not ours */
        {SPAN("\304\260"), SPAN("i"), false, false},             /* İ has no simple folding */
        {SPAN("\304\261"), SPAN("I"), false, false},             /* ı */
        {SPAN("\304\271"), SPAN("\304\272"), true, false},       /* Ĺ ĺ: odd ones are capitals */
        {SPAN("\304\272"), SPAN("\304\273"), false, false},
        {SPAN("\310\272"), SPAN("\342\261\245"), true, false},     /* Ⱥ ⱥ: two octets, three */
        {SPAN("\320\226"), SPAN("\320\266"), true, false},         /* Ж ж */
        {SPAN("\352\255\260"), SPAN("\341\216\240"), true, false}, /* Cherokee folds upwards */
        {SPAN("\360\220\220\200"), SPAN("\360\220\220\250"), true, false}, /* Deseret */
        {SPAN("\360\236\244\241"), SPAN("\360\236\245\203"), true, false}, /* Adlam, the last */
        {SPAN("e\314\201"), SPAN("\303\251"), false, false}, /* nothing is normalized */
        {SPAN("a\377"), SPAN("A\377"), true, false},         /* no UTF-8: as it is */
        {SPAN("a\303"), SPAN("a\303\244"), false, false},
        {SPAN("\344"), SPAN("\304"), false, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].a.p);
        assert_int_equal(user_same(USER_CASE_IGNORE, rows[i].a, rows[i].b), rows[i].same);
        assert_int_equal(user_same(USER_CASE_IGNORE, rows[i].b, rows[i].a), rows[i].same);
        assert_int_equal(user_same(USER_CASE_EXACT, rows[i].a, rows[i].b), rows[i].exact);

        char a[USER_FOLDED(8)], b[USER_FOLDED(8)];
        size_t m = user_fold(rows[i].a, a, sizeof a), n = user_fold(rows[i].b, b, sizeof b);
        assert_int_equal(span_eq(span_of(a, m), span_of(b, n)), rows[i].same);
    }
}

static void folded_names(void **unused)
{
    (void)unused;
    char room[USER_FOLDED(8)];

    assert_int_equal(user_fold(SPAN("J\303\226 X\377"), room, sizeof room), 6);
    assert_memory_equal(room, "j\303\266 x\377", 6);
    assert_int_equal(user_fold(SPAN("\310\272\310\272\310\272\310\272"), room, sizeof room), 12);
    /* It ends in front of what doesn't fit whole. */
    assert_int_equal(user_fold(SPAN("ab\310\272c"), room, 4), 2);
    assert_int_equal(user_fold(SPAN("ab\310\272c"), room, 5), 5);
    assert_int_equal(user_fold(SPAN("ab"), room, 0), 0);
}

static void names_ports_and_errors(void **unused)
{
    (void)unused;
    enum protocol p;
    struct err e;

    assert_true(protocol_parse(SPAN("smtps"), &p) && p == PROTOCOL_SMTPS);
    assert_false(protocol_parse(SPAN("IMAP4S"), &p) || protocol_parse(SPAN("imap"), &p));
    assert_int_equal(protocol_port(PROTOCOL_SMTPS), 988);
    assert_int_equal(protocol_server_port(PROTOCOL_IMAP4S, true), 993);
    assert_int_equal(protocol_server_port(PROTOCOL_POP3S, false), 110);
    assert_string_equal(denial_name(DENIAL_TEMPORARY), "temporary");
    assert_int_equal(err_set(&e, "no %s", "way"), -1);
    assert_string_equal(e.text, "no way");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_are_cut_found_and_compared),
        cmocka_unit_test(span_copy_takes_all_or_nothing),
        cmocka_unit_test(bufs_take_all_or_nothing_and_are_wiped),
        cmocka_unit_test(numbers_are_parsed_strictly),
        cmocka_unit_test(base64_is_strict),
        cmocka_unit_test(utf8_is_strict),
        cmocka_unit_test(users_are_compared_without_case),
        cmocka_unit_test(folded_names),
        cmocka_unit_test(names_ports_and_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
