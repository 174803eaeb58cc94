/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/certificate/dn_text.c: types by name and by OID, and escaping. */
#include "check.h"

#include "dn_text.h"
#include "limits.h"

enum { INTEGER = 2, UTF8 = 12, TELETEX = 20, IA5 = 22, BMP = 30 };

static const struct {
    const char *oid;
    unsigned long tag;
    struct span value;
    const char *text; /* NULL: refused */
} rows[] = {
    {"2.5.4.3", UTF8, SPAN("John Doe"), "CN=John Doe"},
    {"2.5.4.4", UTF8, SPAN("Doe"), "sn=Doe"},
    {"2.5.4.5", UTF8, SPAN("7"), "serialNumber=7"},
    {"2.5.4.6", UTF8, SPAN("DE"), "C=DE"},
    {"2.5.4.7", UTF8, SPAN("x"), "L=x"},
    {"2.5.4.8", UTF8, SPAN("x"), "ST=x"},
    {"2.5.4.9", UTF8, SPAN("x"), "STREET=x"},
    {"2.5.4.10", UTF8, SPAN("Example Systems, Inc."), "O=Example Systems\\, Inc."},
    {"2.5.4.11", UTF8, SPAN("x"), "OU=x"},
    {"2.5.4.12", UTF8, SPAN("Dr."), "title=Dr."},
    {"2.5.4.41", UTF8, SPAN("x"), "name=x"},
    {"2.5.4.42", UTF8, SPAN("x"), "givenName=x"},
    {"2.5.4.43", UTF8, SPAN("J."), "initials=J."},
    {"2.5.4.44", UTF8, SPAN("III"), "generationQualifier=III"},
    {"2.5.4.46", UTF8, SPAN("x"), "dnQualifier=x"},
    {"0.9.2342.19200300.100.1.1", UTF8, SPAN("jo"), "UID=jo"},
    {"0.9.2342.19200300.100.1.25", IA5, SPAN("example"), "DC=example"},
    {"1.2.840.113549.1.9.1", IA5, SPAN("jo@example.com"), "emailAddress=jo@example.com"},
    /* RFC 4514 section 4 */
    {"2.5.4.3", UTF8, SPAN("James \"Jim\" Smith, III"), "CN=James \\\"Jim\\\" Smith\\, III"},
    {"2.5.4.3", UTF8, SPAN("Lu\xc4\x8di\xc4\x87"), "CN=Lučić"},
    {"2.5.4.3", TELETEX, SPAN("J\xf6rg"), "CN=Jörg"},
    {"2.5.4.3", BMP, SPAN("\0J\0,"), "CN=J\\,"},
    {"2.5.4.3", UTF8, SPAN(""), "CN="},
    {"2.5.4.3", UTF8, SPAN(" "), "CN=\\ "},
    {"2.5.4.3", UTF8, SPAN("  a b  "), "CN=\\  a b \\ "},
    {"2.5.4.3", UTF8, SPAN("#1#"), "CN=\\#1#"},
    {"2.5.4.3", UTF8, SPAN("a=b"), "CN=a=b"},
    {"2.5.4.3", UTF8, SPAN("+,;<>\\"), "CN=\\+\\,\\;\\<\\>\\\\"},
    {"2.5.4.3", UTF8, SPAN("x,CN=admin"), "CN=x\\,CN=admin"},
    /* Types without a name: in hex. */
    {"1.3.6.1.4.1.1466.0", UTF8, SPAN("Hi"), "1.3.6.1.4.1.1466.0=#0c024869"},
    {"2.5.4.65", BMP, SPAN("\0J"), "2.5.4.65=#1e02004a"},
    {"2.5.4.31", UTF8, SPAN(""), "2.5.4.31=#0c00"},
    {"2.5.4.3", INTEGER, SPAN("\x07"), NULL},
    {"2.5.4.65", INTEGER, SPAN("\x07"), NULL},
    {"2.5.4.3", UTF8, SPAN("\xff"), NULL},
};

static void values_as_text(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char room[128];
        struct buf out = BUF(room);

        ROW(i, rows[i].text ? rows[i].text : rows[i].oid);
        assert_int_equal(dn_text_put(&out, span_str(rows[i].oid), rows[i].tag, rows[i].value),
                         rows[i].text != NULL);
        assert_false(out.overflow);
        if (rows[i].text)
            assert_true(span_eq(buf_span(&out), span_str(rows[i].text)));
    }
}

/* Lengths that take one, two and three octets. */
static void long_values_in_hex(void **unused)
{
    (void)unused;
    static const struct {
        size_t n;
        const char *begin;
    } sizes[] = {{0x7f, "1.2=#0c7f7878"},
                 {0x80, "1.2=#0c81807878"},
                 {0xff, "1.2=#0c81ff78"},
                 {0x100, "1.2=#0c82010078"}};
    static char value[0x100], room[2048];
    for (size_t i = 0; i < ROWS(sizes); i++) {
        struct buf out = BUF(room);

        memset(value, 'x', sizeof value);
        assert_true(dn_text_put(&out, SPAN("1.2"), UTF8, span_of(value, sizes[i].n)));
        assert_true(span_starts(buf_span(&out), span_str(sizes[i].begin)));
        assert_true(!out.overflow &&
                    span_starts(span_tail(buf_span(&out), out.len - 2), SPAN("78")));
    }
}

static void overflow_is_reported(void **unused)
{
    (void)unused;
    static char value[LIMIT_NAME + 1], room[4 * LIMIT_NAME];
    struct buf out = buf_on(room, 6);

    assert_true(dn_text_put(&out, SPAN("2.5.4.3"), UTF8, SPAN("John")));
    assert_true(out.overflow);
    out = buf_on(room, sizeof room);
    memset(value, 'x', sizeof value);
    assert_true(dn_text_put(&out, SPAN("2.5.4.3"), UTF8, span_of(value, sizeof value)));
    assert_true(out.overflow); /* longer than any name: the rest must not be used */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_as_text),
        cmocka_unit_test(long_values_in_hex),
        cmocka_unit_test(overflow_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
