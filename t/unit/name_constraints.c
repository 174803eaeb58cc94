/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/certificate/name_constraints.c and dn_compare.c: each form, each way to write the
 * same DN, and constraints that can't be read. t/unit/constraint_chains.c has whole chains. */
#include "check.h"

#include <stdlib.h>

#include "general_name.h"
#include "name_constraints.h"

#define LONG_600 HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
#define HUNDRED                                                                                    \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"                                           \
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

enum { YES = NAMES_ALLOWED, NO = NAMES_FORBIDDEN, BROKEN = NAMES_UNREADABLE };

/* clang-format off */
static const struct {
    struct span constraints, subject, names;
    int outcome;
} rows[] = {
    /* directoryName: a prefix of RDNs */
    {SPAN("+dir:O=Allowed"), SPAN("O=Allowed/CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=Allowed"), SPAN("O=Allowed"), SPAN(""), YES},
    {SPAN("+dir:O=Allowed"), SPAN("O=Other/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=Allowed"), SPAN("CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=Allowed"), SPAN("CN=jo/O=Allowed"), SPAN(""), NO},
    {SPAN("+dir:O=Allowed"), SPAN("O=Allowed Too/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=Allowed"), SPAN(""), SPAN(""), YES},
    {SPAN("+dir:"), SPAN("CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=A/OU=b"), SPAN("O=A/OU=b/CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=A/OU=b"), SPAN("O=A/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A;+dir:O=B"), SPAN("O=B/CN=jo"), SPAN(""), YES},
    {SPAN("-dir:O=Bad"), SPAN("O=Good/CN=jo"), SPAN(""), YES},
    {SPAN("-dir:O=Bad"), SPAN("O=Bad/CN=jo"), SPAN(""), NO},
    {SPAN("-dir:"), SPAN("CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A;-dir:O=A/OU=x"), SPAN("O=A/OU=y/CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=A;-dir:O=A/OU=x"), SPAN("O=A/OU=x/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A"), SPAN("O=A/CN=jo"), SPAN("dir:O=A/CN=x"), YES},
    {SPAN("+dir:O=A"), SPAN("O=A/CN=jo"), SPAN("dir:O=A/CN=x;dir:O=B"), NO},
    /* the same DN (RFC 5280 section 7.1) */
    {SPAN("+dir:O=Allowed"), SPAN("O=%pALLOWED/CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=Two Words"), SPAN("O=  two \t words "), SPAN(""), YES},
    {SPAN("+dir:O=Two Words"), SPAN("O=twowords"), SPAN(""), NO},
    {SPAN("+dir:O=M\xc3\x9cller"), SPAN("O=%tm\xfcller"), SPAN(""), YES},
    {SPAN("+dir:O=\xc3\x84rzte"), SPAN("O=%b\0\xe4\0r\0z\0t\0e"), SPAN(""), YES},
    {SPAN("-dir:O=Bad"), SPAN("O=%i  BAD/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A+OU=b"), SPAN("OU=B+O=a/CN=jo"), SPAN(""), YES},
    {SPAN("+dir:O=A+OU=b"), SPAN("O=A/OU=b/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A"), SPAN("O=A+OU=b/CN=jo"), SPAN(""), NO},
    {SPAN("+dir:O=A"), SPAN("O=A+O=A"), SPAN(""), YES},
    {SPAN("+dir:O=A"), SPAN("O=%oA"), SPAN(""), NO},
    {SPAN("+dir:O=%oA"), SPAN("O=%oA"), SPAN(""), YES},
    {SPAN("-dir:O=A"), SPAN("O=\xff"), SPAN(""), BROKEN},
    {SPAN("-dir:O=A"), SPAN("O=" LONG_600), SPAN(""), BROKEN},
    /* rfc822Name, and emailAddress in the subject */
    {SPAN("+mail:jo@Example.org"), SPAN("CN=jo"), SPAN("mail:jo@example.ORG"), YES},
    {SPAN("+mail:jo@example.org"), SPAN("CN=jo"), SPAN("mail:Jo@example.org"), NO},
    {SPAN("+mail:example.org"), SPAN("CN=jo"), SPAN("mail:jo@example.org"), YES},
    {SPAN("+mail:example.org"), SPAN("CN=jo"), SPAN("mail:jo@a.example.org"), NO},
    {SPAN("+mail:.example.org"), SPAN("CN=jo"), SPAN("mail:jo@a.example.org"), YES},
    {SPAN("+mail:.example.org"), SPAN("CN=jo"), SPAN("mail:jo@example.org"), NO},
    {SPAN("+mail:example.org"), SPAN("CN=jo/EA=%ijo@example.org"), SPAN(""), YES},
    {SPAN("+mail:example.org"), SPAN("CN=jo/EA=%ijo@other.org"), SPAN("mail:jo@example.org"), NO},
    {SPAN("-mail:boss@example.org"), SPAN("CN=jo/EA=%iboss@example.org"), SPAN(""), NO},
    {SPAN("+mail:example.org"), SPAN("CN=jo/EA=jo@example.org"), SPAN(""), BROKEN},
    {SPAN("+mail:example.org"), SPAN("CN=jo"), SPAN("mail:jo"), BROKEN},
    {SPAN("+mail:example.org"), SPAN("CN=jo"), SPAN("dns:other"), YES},
    {SPAN("+mail:example.org"), SPAN("CN=jo"), SPAN("box:jo@example.org"), BROKEN},
    /* dNSName */
    {SPAN("+dns:example.org"), SPAN("CN=jo"), SPAN("dns:EXAMPLE.org;dns:a.b.example.org"), YES},
    {SPAN("+dns:example.org"), SPAN("CN=jo"), SPAN("dns:badexample.org"), NO},
    {SPAN("+dns:.example.org"), SPAN("CN=jo"), SPAN("dns:a.example.org"), YES},
    {SPAN("+dns:.example.org"), SPAN("CN=jo"), SPAN("dns:example.org"), NO},
    {SPAN("-dns:example.org"), SPAN("CN=jo"), SPAN("dns:x.example.org"), NO},
    {SPAN("-dns:"), SPAN("CN=jo"), SPAN("dns:x"), NO},
    /* iPAddress */
    {SPAN("+ip:\x0a\0\0\0\xff\0\0\0"), SPAN("CN=jo"), SPAN("ip:\x0a\1\2\3"), YES},
    {SPAN("+ip:\x0a\0\0\0\xff\0\0\0"), SPAN("CN=jo"), SPAN("ip:\x0b\1\2\3"), NO},
    {SPAN("+ip:\x0a\0\0\0\xff\0\0\0"), SPAN("CN=jo"), SPAN("ip:0123456789abcdef"), NO},
    {SPAN("-ip:\x0a\0\0\0\xff\0\0\0"), SPAN("CN=jo"), SPAN("ip:\x0a\1\2\3"), NO},
    {SPAN("+ip:\x0a\0\0\0"), SPAN("CN=jo"), SPAN("ip:\x0a\1\2\3"), BROKEN},
    {SPAN("+ip:\x0a\0\0\0\xff\0\0\0"), SPAN("CN=jo"), SPAN("ip:\x0a"), BROKEN},
    /* forms that are not judged */
    {SPAN("+uri:example.org"), SPAN("CN=jo"), SPAN("dns:x"), YES},
    {SPAN("+uri:example.org"), SPAN("CN=jo"), SPAN("uri:http://example.org/"), BROKEN},
    {SPAN("-uri:example.org"), SPAN("CN=jo"), SPAN("uri:http://example.org/"), BROKEN},
    {SPAN("+upn:jo"), SPAN("CN=jo"), SPAN("upn:jo"), BROKEN},
    {SPAN("+upn:jo"), SPAN("CN=jo"), SPAN("box:jo@x"), YES},
    {SPAN(""), SPAN("CN=jo"), SPAN("upn:jo"), YES},
};
/* clang-format on */

static void each_form(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char room[3][GENERAL_ROOM];
        struct buf constraints = BUF(room[0]), subject = BUF(room[1]), names = BUF(room[2]);
        ROW(i, rows[i].constraints.p);
        put_constraints(&constraints, rows[i].constraints);
        put_dn(&subject, rows[i].subject);
        if (rows[i].names.n > 0)
            put_names(&names, rows[i].names);
        assert_int_equal(
            name_constraints_judge(buf_span(&constraints), buf_span(&subject), buf_span(&names)),
            rows[i].outcome);
    }
}

#define BASE "\x82\x01x"

/* Judged whether or not a name is of a form that they constrain. */
static void constraints_that_cannot_be_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span constraints;
        int outcome;
    } bad[] = {
        {"nothing", SPAN(""), BROKEN},
        {"no constraints in it", SPAN("\x30\0"), YES},
        {"not a SEQUENCE", SPAN("\x31\0"), BROKEN},
        {"good", SPAN("\x30\x07\xa0\x05\x30\x03" BASE), YES},
        {"octets behind", SPAN("\x30\x07\xa0\x05\x30\x03" BASE "\0"), BROKEN},
        {"permitted twice", SPAN("\x30\x0e\xa0\x05\x30\x03" BASE "\xa0\x05\x30\x03" BASE), BROKEN},
        {"excluded first", SPAN("\x30\x0e\xa1\x05\x30\x03" BASE "\xa0\x05\x30\x03" BASE), BROKEN},
        {"an unknown list", SPAN("\x30\x07\xa2\x05\x30\x03" BASE), BROKEN},
        {"a subtree that is no SEQUENCE", SPAN("\x30\x07\xa0\x05\x31\x03" BASE), BROKEN},
        {"an empty subtree", SPAN("\x30\x04\xa0\x02\x30\0"), BROKEN},
        {"minimum 0", SPAN("\x30\x0a\xa0\x08\x30\x06" BASE "\x80\x01\0"), YES},
        {"minimum 1", SPAN("\x30\x0a\xa0\x08\x30\x06" BASE "\x80\x01\1"), BROKEN},
        {"a maximum", SPAN("\x30\x0a\xa0\x08\x30\x06" BASE "\x81\x01\0"), BROKEN},
        {"a length not in its shortest form", SPAN("\x30\x81\x07\xa0\x05\x30\x03" BASE), BROKEN},
        {"an indefinite length", SPAN("\x30\x80\xa0\x05\x30\x03" BASE "\0\0"), BROKEN},
    };
    char room[GENERAL_ROOM], names_room[GENERAL_ROOM];
    struct buf subject = BUF(room), names = BUF(names_room);

    put_dn(&subject, SPAN("CN=jo"));
    put_names(&names, SPAN("dns:x"));
    for (size_t i = 0; i < ROWS(bad); i++) {
        ROW(i, bad[i].name);
        assert_int_equal(
            name_constraints_judge(bad[i].constraints, buf_span(&subject), buf_span(&names)),
            bad[i].outcome);
    }
}

/* Each of the three inputs, cut anywhere, with the rest whole. */
static void cut_input_is_never_allowed(void **unused)
{
    (void)unused;
    char room[3][GENERAL_ROOM];
    struct buf parts[3] = {BUF(room[0]), BUF(room[1]), BUF(room[2])};

    put_constraints(&parts[0], SPAN("+dir:O=A;+dns:x;-dir:O=A/OU=b"));
    put_dn(&parts[1], SPAN("O=A/EA=%ijo@x"));
    put_names(&parts[2], SPAN("dns:x;dir:O=A"));
    for (size_t part = 0; part < 3; part++)
        for (size_t n = part == 2; n < parts[part].len; n++) {
            struct span in[3];
            for (size_t k = 0; k < 3; k++)
                in[k] = span_head(buf_span(&parts[k]), k == part ? n : parts[k].len);
            char *copy = test_malloc(n + 1); /* a read behind the end is found */
            memcpy(copy, in[part].p, n);
            in[part].p = copy;
            assert_int_equal(name_constraints_judge(in[0], in[1], in[2]), BROKEN);
            test_free(copy);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form),
        cmocka_unit_test(constraints_that_cannot_be_read),
        cmocka_unit_test(cut_input_is_never_allowed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
