/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/certificate/certificate_name.c and lib/policy/dn_field.c: every field, repeated
 * fields, every string type, and certificates that no CA would make. */
#include "check.h"

#include <gnutls/x509.h>
#include <stdlib.h>

#include "certificate_make.h"
#include "certificate_name.h"
#include "policy.h"

enum { UTF8 = 12, INTEGER = 2, PRINTABLE = 19, TELETEX = 20, IA5 = 22, BMP = 30 };
#define END                                                                                        \
    {                                                                                              \
        NULL, 0, SPAN_NONE, false                                                                  \
    }
#define AVA(type, tag, text)                                                                       \
    {                                                                                              \
        type, tag, SPAN(text), false                                                               \
    }
#define BESIDE(type, tag, text)                                                                    \
    {                                                                                              \
        type, tag, SPAN(text), true                                                                \
    }
#define CN "2.5.4.3"
#define O  "2.5.4.10"
#define OU "2.5.4.11"
#define EA "1.2.840.113549.1.9.1"

static struct protocol_policy rule(enum dn_field primary, enum dn_field secondary, bool fallback)
{
    return (struct protocol_policy){
        .dn_primary = primary, .dn_secondary = secondary, .dn_fallback = fallback};
}
static const struct protocol_policy entire = {.dn_entire = true};

static enum certificate_outcome names_of(const struct protocol_policy *p,
                                         const struct made_value *subject,
                                         struct certificate_names *n, struct err *e)
{
    char room[MADE_MAX];
    struct buf der = BUF(room);

    e->text[0] = '\0';
    make_certificate(&der, subject);
    return certificate_names(p, buf_span(&der), n, e);
}

/* One subject with all fields, each with its name as the value. */
static void every_field_is_found(void **unused)
{
    (void)unused;
    static const char *const oids[] = {
        "2.5.4.6",  "2.5.4.3",  "2.5.4.46", "1.2.840.113549.1.9.1",
        "2.5.4.44", "2.5.4.42", "2.5.4.43", "2.5.4.7",
        "2.5.4.41", "2.5.4.10", "2.5.4.11", "2.5.4.5",
        "2.5.4.4",  "2.5.4.8",  "2.5.4.12", "0.9.2342.19200300.100.1.1"};
    static const char *const names[] = {"C", "CN", "DNQ", "EA",  "GENQ", "GN", "I", "L",
                                        "N", "O",  "OU",  "SER", "SN",   "SP", "T", "UID"};
    struct made_value subject[DN_NONE + 1] = {{0}};
    struct certificate_names n;
    struct err e;

    assert_int_equal(ROWS(oids), DN_NONE);
    for (size_t i = 0; i < DN_NONE; i++) {
        assert_string_equal(dn_field_oid((enum dn_field)i), oids[i]);
        assert_string_equal(dn_field_name((enum dn_field)i), names[i]);
        subject[i] = (struct made_value){oids[i], UTF8, span_str(names[i]), false};
    }
    for (size_t i = 0; i < DN_NONE; i++) {
        struct protocol_policy p = rule((enum dn_field)i, DN_NONE, false);
        assert_int_equal(names_of(&p, subject, &n, &e), CERTIFICATE_NAMED);
        assert_int_equal(n.count, 1);
        assert_string_equal(n.names[0], names[i]);

        struct made_value without[DN_NONE + 1] = {{0}};
        memcpy(without, subject, i * sizeof *subject);
        memcpy(without + i, subject + i + 1, (DN_NONE - i) * sizeof *subject);
        assert_int_equal(names_of(&p, without, &n, &e), CERTIFICATE_NAMELESS);
        assert_int_equal(n.count, 0);
        assert_true(strncmp(e.text, "the certificate has no ", 23) == 0);
        assert_string_equal(e.text + 23, names[i]);
    }
    assert_string_equal(dn_field_name(DN_NONE), "None");
}

/* John Doe is from the appliance's manual. */
static const struct made_value john[] = {AVA(O, UTF8, "Example Systems, Inc."),
                                         AVA(CN, UTF8, "John Doe"),
                                         AVA(EA, IA5, "johndoe@example.com"), END};
static const struct made_value units[] = {AVA(OU, UTF8, "First"), AVA(OU, UTF8, "Second"),
                                          AVA(CN, UTF8, "jo"), END};
static const struct made_value beside[] = {AVA(CN, UTF8, "jo"),   BESIDE(EA, IA5, "jo@x"),
                                           BESIDE(OU, UTF8, "A"), BESIDE(OU, UTF8, "B"),
                                           AVA(OU, UTF8, "C"),    END};
static const struct made_value escapes[] = {AVA(CN, UTF8, " #\"jo\"+<x>;y=\\, "), END};
static const struct made_value empty[] = {AVA(CN, UTF8, ""), AVA(OU, UTF8, "x"), END};
static const struct made_value nul[] = {AVA(CN, UTF8, "jo\0admin"), AVA(OU, UTF8, "x"), END};
static const struct made_value wide_nul[] = {AVA(CN, BMP, "\0j\0\0\0x"), END};
static const struct made_value lines[] = {AVA(CN, UTF8, "jo\r\nx"), END};
static const struct made_value line[] = {AVA(CN, PRINTABLE, "jo\nx"), END};
static const struct made_value control[] = {AVA(CN, TELETEX, "jo\x85"), END};
static const struct made_value integer[] = {AVA(CN, INTEGER, "\x07"), AVA(OU, UTF8, "x"), END};
static const struct made_value bad_utf8[] = {AVA(CN, UTF8, "j\xf6"), END};
static const struct made_value teletex[] = {AVA(CN, TELETEX, "J\xf6rg"),
                                            AVA(OU, BMP, "\x20\xac\0x"), END};
static const struct made_value empty_subject[] = {END};
static const struct made_value empty_rdn[] = {AVA(O, UTF8, "x"), AVA("", 0, ""),
                                              AVA(CN, UTF8, "jo"), END};
static const struct made_value later[] = {AVA(CN, UTF8, ""), AVA(CN, UTF8, "jo"), END};

static const struct {
    const char *name;
    const struct made_value *subject;
    enum dn_field primary, secondary;
    bool fallback;
    const char *first, *second; /* NULL: none */
    const char *why;
} rows[] = {
    {"both", john, DN_EA, DN_O, false, "johndoe@example.com", "Example Systems, Inc.", NULL},
    {"the primary alone", john, DN_EA, DN_NONE, false, "johndoe@example.com", NULL, NULL},
    {"both, secondary missing", john, DN_CN, DN_OU, false, NULL, NULL, "has no OU"},
    {"both, primary missing", john, DN_UID, DN_CN, false, NULL, NULL, "has no UID"},
    {"both, both missing", john, DN_UID, DN_OU, false, NULL, NULL, "has no UID"},
    {"both, the same field twice", john, DN_CN, DN_CN, false, "John Doe", "John Doe", NULL},
    {"fallback not needed", john, DN_CN, DN_EA, true, "John Doe", NULL, NULL},
    {"fallback", john, DN_UID, DN_EA, true, "johndoe@example.com", NULL, NULL},
    {"fallback, both missing", john, DN_UID, DN_OU, true, NULL, NULL, "has no OU"},
    {"fallback to None", john, DN_UID, DN_NONE, true, NULL, NULL, "has no UID"},
    {"the first of several", units, DN_OU, DN_CN, false, "First", "jo", NULL},
    {"the first of several in one RDN", beside, DN_OU, DN_EA, false, "A", "jo@x", NULL},
    {"the first value of an RDN", beside, DN_CN, DN_NONE, false, "jo", NULL, NULL},
    {"missing, after an RDN with several values", beside, DN_CN, DN_L, false, NULL, NULL,
     "has no L"},
    {"not escaped", escapes, DN_CN, DN_NONE, false, " #\"jo\"+<x>;y=\\, ", NULL, NULL},
    {"other alphabets", teletex, DN_CN, DN_OU, false, "Jörg", "€x", NULL},
    {"empty", empty, DN_CN, DN_OU, false, NULL, NULL, "CN can't be a name"},
    {"empty: no fallback", empty, DN_CN, DN_OU, true, NULL, NULL, "CN can't be a name"},
    {"the first of several is empty", later, DN_CN, DN_NONE, false, NULL, NULL, "CN can't"},
    {"a NUL", nul, DN_CN, DN_NONE, false, NULL, NULL, "a control character"},
    {"a NUL: no fallback", nul, DN_CN, DN_OU, true, NULL, NULL, "a control character"},
    {"a wide NUL", wide_nul, DN_CN, DN_NONE, false, NULL, NULL, "a control character"},
    {"CR and LF", lines, DN_CN, DN_NONE, false, NULL, NULL, "a control character"},
    {"LF", line, DN_CN, DN_NONE, false, NULL, NULL, "a control character"},
    {"a control of ISO 8859-1", control, DN_CN, DN_NONE, false, NULL, NULL, "a control character"},
    {"not text", integer, DN_CN, DN_OU, true, NULL, NULL, "CN is not text"},
    {"not UTF-8", bad_utf8, DN_CN, DN_NONE, false, NULL, NULL, "CN is not text"},
    {"an RDN without a value", empty_rdn, DN_CN, DN_O, true, NULL, NULL, "can't be read"},
    {"an empty subject", empty_subject, DN_CN, DN_OU, true, NULL, NULL, "has no OU"},
};

static void names_from_fields(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy p = rule(rows[i].primary, rows[i].secondary, rows[i].fallback);
        struct certificate_names n;
        struct err e;

        ROW(i, rows[i].name);
        enum certificate_outcome outcome = names_of(&p, rows[i].subject, &n, &e);
        assert_int_equal(outcome, rows[i].first ? CERTIFICATE_NAMED : CERTIFICATE_NAMELESS);
        assert_int_equal(n.count, !!rows[i].first + !!rows[i].second);
        if (rows[i].first)
            assert_string_equal(n.names[0], rows[i].first);
        if (rows[i].second)
            assert_string_equal(n.names[1], rows[i].second);
        if (rows[i].why)
            assert_non_null(strstr(e.text, rows[i].why));
    }
}

static void names_from_whole_dn(void **unused)
{
    (void)unused;
    static const struct {
        const struct made_value *subject;
        const char *text, *why;
    } whole[] = {
        {john, "emailAddress=johndoe@example.com,CN=John Doe,O=Example Systems\\, Inc.", NULL},
        {units, "CN=jo,OU=Second,OU=First", NULL},
        {beside, "OU=C,CN=jo+emailAddress=jo@x+OU=A+OU=B", NULL},
        {escapes, "CN=\\ #\\\"jo\\\"\\+\\<x\\>\\;y=\\\\\\,\\ ", NULL},
        {teletex, "OU=€x,CN=Jörg", NULL},
        {empty, "OU=x,CN=", NULL},
        {empty_rdn, NULL, "can't be read"},
        {empty_subject, NULL, "DN can't be a name: the name is empty"},
        {nul, NULL, "DN can't be a name: a control character"},
        {lines, NULL, "DN can't be a name: a control character"},
        {line, NULL, "DN can't be a name: a control character"},
        {integer, NULL, "a part of the certificate's DN is not text"},
        {bad_utf8, NULL, "a part of the certificate's DN is not text"},
    };
    for (size_t i = 0; i < ROWS(whole); i++) {
        struct certificate_names n;
        struct err e;

        ROW(i, whole[i].text ? whole[i].text : whole[i].why);
        enum certificate_outcome outcome = names_of(&entire, whole[i].subject, &n, &e);
        if (outcome == CERTIFICATE_NAMED && !whole[i].text)
            print_error("# %s\n", n.names[0]);
        assert_int_equal(outcome, whole[i].text ? CERTIFICATE_NAMED : CERTIFICATE_NAMELESS);
        assert_int_equal(n.count, whole[i].text != NULL);
        if (whole[i].text)
            assert_string_equal(n.names[0], whole[i].text);
        else
            assert_non_null(strstr(e.text, whole[i].why));
    }
}

static void length_limits(void **unused)
{
    (void)unused;
    static char text[2 * LIMIT_NAME + 2];
    struct made_value subject[] = {{CN, UTF8, SPAN_NONE, false}, END};
    struct protocol_policy p = rule(DN_CN, DN_NONE, false);
    struct certificate_names n;
    struct err e;

    memset(text, 'x', sizeof text);
    subject[0].value = span_of(text, LIMIT_NAME);
    assert_int_equal(names_of(&p, subject, &n, &e), CERTIFICATE_NAMED);
    assert_int_equal(strlen(n.names[0]), LIMIT_NAME);
    assert_int_equal(names_of(&entire, subject, &n, &e),
                     CERTIFICATE_NAMELESS); /* "CN=" makes it too long */
    assert_non_null(strstr(e.text, "DN can't be a name: the name is too long"));
    subject[0].value.n = LIMIT_NAME - 3;
    assert_int_equal(names_of(&entire, subject, &n, &e), CERTIFICATE_NAMED);
    assert_int_equal(strlen(n.names[0]), LIMIT_NAME);
    subject[0].value.n = LIMIT_NAME + 1;
    assert_int_equal(names_of(&p, subject, &n, &e), CERTIFICATE_NAMELESS);
    assert_non_null(strstr(e.text, "CN can't be a name: the name is too long"));
    subject[0].tag = BMP; /* its characters have three octets in UTF-8 */
    subject[0].value.n = 2 * (LIMIT_NAME / 3 + 1);
    assert_int_equal(names_of(&p, subject, &n, &e), CERTIFICATE_NAMELESS);
    assert_non_null(strstr(e.text, "too long"));
    subject[0].value.n = 2 * (LIMIT_NAME / 3);
    assert_int_equal(names_of(&p, subject, &n, &e), CERTIFICATE_NAMED);
}

static void not_a_certificate(void **unused)
{
    (void)unused;
    static char big[LIMIT_CERTIFICATE + 1];
    static const struct span rows_of[] = {SPAN(""),
                                          SPAN("x"),
                                          SPAN("\x30\x80"),
                                          SPAN("\x30\x00"),
                                          SPAN("\x30\x84\xff\xff\xff\xff"),
                                          SPAN("-----BEGIN CERTIFICATE-----\n")};
    struct protocol_policy p = rule(DN_CN, DN_NONE, false);
    struct certificate_names n;
    struct err e;

    for (size_t i = 0; i < ROWS(rows_of); i++) {
        assert_int_equal(certificate_names(&p, rows_of[i], &n, &e), CERTIFICATE_NAMELESS);
        assert_true(n.count == 0 && e.text[0]);
    }
    assert_int_equal(certificate_names(&p, span_of(big, sizeof big), &n, &e), CERTIFICATE_NAMELESS);
    assert_string_equal(e.text, "the certificate is too long");
}

/* A certificate that is cut anywhere, or has an octet too many, is refused. */
static void cut_anywhere(void **unused)
{
    (void)unused;
    char room[MADE_MAX];
    struct buf der = BUF(room);
    struct protocol_policy p = rule(DN_CN, DN_NONE, false);
    struct certificate_names n;
    struct err e;

    make_certificate(&der, beside);
    for (size_t i = 0; i < der.len; i++) {
        char *copy = malloc(i ? i : 1); /* so that a sanitizer sees a read past the end */
        memcpy(copy, room, i);
        assert_int_equal(certificate_names(&p, span_of(copy, i), &n, &e), CERTIFICATE_NAMELESS);
        free(copy);
    }
    assert_int_equal(certificate_names(&p, buf_span(&der), &n, &e), CERTIFICATE_NAMED);
    buf_putc(&der, 'x');
    assert_int_equal(certificate_names(&p, buf_span(&der), &n, &e), CERTIFICATE_NAMELESS);
}

/* Whatever one octet is changed to, a name that comes out is valid. */
static void any_octet_changed(void **unused)
{
    (void)unused;
    static const unsigned char to[] = {0x00, 0x01, 0x7f, 0x80, 0x84, 0xff, 0x0a, 0x30, 0x31};
    char room[MADE_MAX];
    struct buf der = BUF(room);
    struct protocol_policy p = rule(DN_OU, DN_EA, false);
    struct certificate_names n;
    struct err e;

    make_certificate(&der, beside);
    for (size_t i = 0; i < der.len; i++)
        for (size_t k = 0; k < ROWS(to); k++)
            for (int whole = 0; whole < 2; whole++) {
                char was = room[i];
                room[i] = (char)to[k];
                enum certificate_outcome outcome =
                    certificate_names(whole ? &entire : &p, buf_span(&der), &n, &e);
                room[i] = was;
                assert_int_not_equal(outcome, CERTIFICATE_TROUBLE);
                for (size_t j = 0; j < n.count; j++)
                    assert_true(n.names[j][0] && !strpbrk(n.names[j], "\r\n"));
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_is_found), cmocka_unit_test(names_from_fields),
        cmocka_unit_test(names_from_whole_dn),  cmocka_unit_test(length_limits),
        cmocka_unit_test(not_a_certificate),    cmocka_unit_test(cut_anywhere),
        cmocka_unit_test(any_octet_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
