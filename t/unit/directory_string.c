/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/certificate/directory_string.c: valid and invalid octets of each string
 * type. */
#include "check.h"

#include "directory_string.h"

static const struct {
    const char *name;
    unsigned long tag;
    struct span value;
    const char *text; /* NULL: refused */
} rows[] = {
    {"UTF8String", TAG_UTF8, SPAN("J\xc3\xb6rg \xe2\x82\xac \xf0\x9f\x98\x80"), "Jörg € 😀"},
    {"UTF8String, overlong", TAG_UTF8, SPAN("\xc0\xaf"), NULL},
    {"UTF8String, a surrogate", TAG_UTF8, SPAN("\xed\xa0\x80"), NULL},
    {"UTF8String that is ISO 8859-1", TAG_UTF8, SPAN("J\xf6rg"), NULL},
    {"PrintableString", TAG_PRINTABLE, SPAN("John Doe"), "John Doe"},
    {"PrintableString with other ASCII", TAG_PRINTABLE, SPAN("a@b_c*&"), "a@b_c*&"},
    {"PrintableString, not ASCII", TAG_PRINTABLE, SPAN("J\xc3\xb6rg"), NULL},
    {"IA5String", TAG_IA5, SPAN("jo@example.com"), "jo@example.com"},
    {"IA5String, not ASCII", TAG_IA5, SPAN("j\xf6@example.com"), NULL},
    {"NumericString", TAG_NUMERIC, SPAN("007 1"), "007 1"},
    {"VisibleString", TAG_VISIBLE, SPAN("~visible~"), "~visible~"},
    {"TeletexString", TAG_TELETEX, SPAN("J\xf6rg \xdf\xff"), "Jörg ßÿ"},
    {"TeletexString, ASCII", TAG_TELETEX, SPAN("Jo"), "Jo"},
    {"BMPString", TAG_BMP, SPAN("\0J\0\xf6\x20\xac"), "Jö€"},
    {"BMPString, limits", TAG_BMP, SPAN("\xd7\xff\xe0\x00\xff\xff"),
     "\xed\x9f\xbf\xee\x80\x80\xef\xbf\xbf"},
    {"BMPString, limits of one, two and three octets", TAG_BMP, SPAN("\0\x7f\0\x80\x07\xff\x08\0"),
     "\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80"},
    {"BMPString, half a character", TAG_BMP, SPAN("\0J\0"), NULL},
    {"BMPString, a surrogate", TAG_BMP, SPAN("\xd8\x3d\xde\x00"), NULL},
    {"BMPString, the last surrogate", TAG_BMP, SPAN("\xdf\xff"), NULL},
    {"UniversalString", TAG_UNIVERSAL, SPAN("\0\0\0J\0\x01\xf6\x00\0\x10\xff\xff"),
     "J\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf"},
    {"UniversalString, above Unicode", TAG_UNIVERSAL, SPAN("\0\x11\0\0"), NULL},
    {"UniversalString, far above", TAG_UNIVERSAL, SPAN("\xff\xff\xff\xff"), NULL},
    {"UniversalString, a surrogate", TAG_UNIVERSAL, SPAN("\0\0\xd8\0"), NULL},
    {"UniversalString, cut", TAG_UNIVERSAL, SPAN("\0\0\0J\0\0"), NULL},
    {"an OCTET STRING", 4, SPAN("John"), NULL},
    {"an INTEGER", 2, SPAN("7"), NULL},
    {"a BIT STRING", 3, SPAN("\0x"), NULL},
    {"a GeneralString", 27, SPAN("x"), NULL},
    {"unknown tag", 1000, SPAN("x"), NULL},
    {"empty", TAG_UTF8, SPAN(""), ""},
    {"empty, wide", TAG_BMP, SPAN(""), ""},
};

static void each_string_type(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char room[64];
        struct buf out = BUF(room);

        ROW(i, rows[i].name);
        assert_int_equal(directory_string(&out, rows[i].tag, rows[i].value), rows[i].text != NULL);
        assert_false(out.overflow);
        if (rows[i].text)
            assert_true(span_eq(buf_span(&out), span_str(rows[i].text)));
    }
}

/* A NUL is kept: the caller decides about it. */
static void nul_is_kept(void **unused)
{
    (void)unused;
    char room[64];
    struct buf out = BUF(room);

    assert_true(directory_string(&out, TAG_BMP, SPAN("\0J\0\0\0x")));
    assert_true(span_eq(buf_span(&out), SPAN("J\0x")));
}

static void overflow_is_reported(void **unused)
{
    (void)unused;
    static const unsigned long tags[] = {TAG_UTF8, TAG_PRINTABLE, TAG_BMP};
    for (size_t i = 0; i < ROWS(tags); i++) {
        char room[3];
        struct buf out = BUF(room);

        assert_true(directory_string(&out, tags[i], SPAN("\x01J\x01J\x01J\x01J")));
        assert_true(out.overflow);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_string_type),
        cmocka_unit_test(nul_is_kept),
        cmocka_unit_test(overflow_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
