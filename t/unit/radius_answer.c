/* SPDX-License-Identifier: ISC */
/* Unit tests of what a RADIUS server's answer means: group policies, Class, refusals. */
#include "check.h"

#include "radius_answer.h"
#include "radius_packet.h"

#define STAFF "\x19\x07Staff"
#define NAMES                                                                                      \
    "the server names an invalid group policy: expected at most 64 letters, digits and _ . -"

/* What an answer with these attributes comes to. */
static enum aaa_outcome read_answer(enum radius_code code, struct span attributes,
                                    struct aaa_answer *a)
{
    unsigned char p[RADIUS_PACKET] = {(unsigned char)code};
    size_t size = RADIUS_HEADER + attributes.n;

    p[2] = (unsigned char)(size >> 8);
    p[3] = (unsigned char)size;
    memcpy(p + RADIUS_HEADER, attributes.p, attributes.n);
    *a = (struct aaa_answer){0};
    return radius_answer_read(span_of(p, size), a);
}

static void accepted(void **unused)
{
    (void)unused;
    static const struct {
        struct span attributes;
        const char *group_policy; /* NULL: refused */
        size_t class_size;
    } rows[] = {
        {SPAN(""), "", 0},
        {SPAN(STAFF), "Staff", 6},
        {SPAN(STAFF "\x1a\x0e\0\0\x0c\x04\x19\x08"
                    "Admins"),
         "Admins", 6},
        {SPAN("\x1a\x0e\0\0\x0c\x05\x19\x08"
              "Admins" STAFF),
         "Staff", 6}, /* another vendor's */
        {SPAN("\x1a\x12\0\0\x0c\x04\x01\x04WO\x19\x08"
              "Admins" STAFF),
         "Admins", 6},                        /* the second sub-attribute */
        {SPAN("\x19\x02" STAFF), "Staff", 6}, /* an empty Class */
        {SPAN("\x19\x06OU=;" STAFF), NULL, 11},
        {SPAN("\x12\x07hello" STAFF), "Staff", 6},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct aaa_answer a;

        ROW(i, rows[i].group_policy ? rows[i].group_policy : "refused");
        assert_int_equal(read_answer(RADIUS_ACCESS_ACCEPT, rows[i].attributes, &a),
                         rows[i].group_policy ? AAA_YES : AAA_UNFIT);
        assert_string_equal(a.group_policy, rows[i].group_policy ? rows[i].group_policy : "");
        assert_string_equal(a.why.text, rows[i].group_policy ? "" : NAMES);
        assert_int_equal(a.class_size, rows[i].class_size);
    }
}

/* What isn't honoured: each once, with a yes only. */
static void unheeded(void **unused)
{
    (void)unused;
    static const struct {
        enum radius_code code;
        struct span attributes;
        const char *names;
    } rows[] = {
        {RADIUS_ACCESS_ACCEPT, SPAN(STAFF), ""},
        {RADIUS_ACCESS_ACCEPT,
         SPAN("\x0b\x05"
              "acl"),
         "Filter-Id (11);"},
        {RADIUS_ACCESS_ACCEPT,
         SPAN("\x0b\x05"
              "one\x3e\x06\0\0\0\2\x0b\x05"
              "two\x08\x06\x0a\0\0\1"),
         "Filter-Id (11);Port-Limit (62);attribute 8;"},
        {RADIUS_ACCESS_ACCEPT,
         SPAN("\1\3x\6\6\0\0\0\2\7\6\0\0\0\1\x12\3x\x18\3x\x21\3x\x1b\6\0\0\0\1"), ""},
        {RADIUS_ACCESS_ACCEPT,
         SPAN("\x1a\x0b\0\0\x0c\x04\x0f\5hi!"
              "\x1a\x0c\0\0\x0c\x04\2\6\0\0\0\3"
              "\x1a\x0c\0\0\x0c\x04\2\6\0\0\0\0"),
         "attribute 15 of vendor 3076;Simultaneous-Logins other than 0;"},
        {RADIUS_ACCESS_ACCEPT, SPAN("\x1a\x0b\0\0\1\x37\x0f\5hi!"), ""}, /* another vendor's */
        {RADIUS_ACCESS_REJECT,
         SPAN("\x0b\x05"
              "acl"),
         ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char names[256] = "", name[AAA_ATTRIBUTE_NAME];
        struct aaa_answer a;

        ROW(i, rows[i].names);
        read_answer(rows[i].code, rows[i].attributes, &a);
        for (size_t k = 0; k < a.unheeded_count; k++) {
            aaa_attribute_name(name, &a.unheeded[k]);
            strcat(strcat(names, name), ";");
        }
        assert_string_equal(names, rows[i].names);
    }
}

/* An answer full of them: the first count, none is written behind the room. */
static void unheeded_is_bounded(void **unused)
{
    (void)unused;
    char attributes[2 * 40];
    struct aaa_answer a;

    for (unsigned i = 0; i < 40; i++) {
        attributes[2 * i] = (char)(100 + i);
        attributes[2 * i + 1] = 2;
    }
    assert_int_equal(read_answer(RADIUS_ACCESS_ACCEPT, span_of(attributes, sizeof attributes), &a),
                     AAA_YES);
    assert_int_equal(a.unheeded_count, AAA_UNHEEDED);
    assert_int_equal(a.unheeded[AAA_UNHEEDED - 1].type, 100 + AAA_UNHEEDED - 1);
}

#define VSA(octets) "\x1a" octets

/* The limits of an answer, and attributes that can't be read: these refuse (R3.2a). */
static void limits(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span attributes;
        struct aaa_limits limits;
        const char *why; /* NULL: accepted */
    } rows[] = {
        {"none", SPAN(STAFF), {0}, NULL},
        {"Session-Timeout", SPAN("\x1b\x06\0\0\x0e\x10"), {.session_timeout = 3600}, NULL},
        {"the shorter of two",
         SPAN("\x1b\x06\0\0\x0e\x10\x1b\x06\0\0\0\x3c"),
         {.session_timeout = 60},
         NULL},
        {"Session-Timeout 0", SPAN("\x1b\x06\0\0\0\0"), {0}, NULL},
        {"Idle-Timeout", SPAN("\x1c\x06\0\0\x02\x58"), {.idle_timeout = 600}, NULL},
        {"Session-Timeout of three octets",
         SPAN("\x1b\x05\0\0\1"),
         {0},
         "the server sent an invalid Session-Timeout"},
        {"Idle-Timeout of five octets",
         SPAN("\x1c\x07\0\0\0\0\1"),
         {0},
         "the server sent an invalid Idle-Timeout"},
        {"Simultaneous-Logins 0",
         SPAN(VSA("\x0c\0\0\x0c\x04\2\6\0\0\0\0")),
         {.blocked = true},
         NULL},
        {"Simultaneous-Logins 3", SPAN(VSA("\x0c\0\0\x0c\x04\2\6\0\0\0\3")), {0}, NULL},
        {"Simultaneous-Logins of one octet",
         SPAN(VSA("\x09\0\0\x0c\x04\2\3\0")),
         {0},
         "the server sent an invalid Simultaneous-Logins"},
        {"Access-Hours", SPAN(VSA("\x0c\0\0\x0c\x04\1\6WORK")), {.time_range = "WORK"}, NULL},
        {"Access-Hours, empty",
         SPAN(VSA("\x08\0\0\x0c\x04\1\2")),
         {0},
         "the server sent an invalid Access-Hours"},
        {"both in one, the limit first",
         SPAN(VSA("\x12\0\0\x0c\x04\2\6\0\0\0\0\1\6WORK")),
         {.blocked = true, .time_range = "WORK"},
         NULL},
        {"longer than its shell",
         SPAN(VSA("\x0d\0\0\x0c\x04\x19\x08"
                  "Admin")),
         {0},
         "the server sent an invalid Vendor-Specific"},
        {"an octet too many",
         SPAN(VSA("\x0d\0\0\x0c\x04\1\6WORK\1")),
         {.time_range = "WORK"},
         "the server sent an invalid Vendor-Specific"},
        {"no sub-attribute",
         SPAN(VSA("\6\0\0\x0c\x04")),
         {0},
         "the server sent an invalid Vendor-Specific"},
        {"no vendor", SPAN(VSA("\2")), {0}, "the server sent an invalid Vendor-Specific"},
        {"another vendor's, built otherwise", SPAN(VSA("\x09\0\0\x0c\x05\1\xffx")), {0}, NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct aaa_answer a;

        ROW(i, rows[i].name);
        assert_int_equal(read_answer(RADIUS_ACCESS_ACCEPT, rows[i].attributes, &a),
                         rows[i].why ? AAA_UNFIT : AAA_YES);
        assert_string_equal(a.why.text, rows[i].why ? rows[i].why : "");
        assert_memory_equal(&a.limits, &rows[i].limits, sizeof a.limits);
    }
}

/* Class: as much as there is room for, and never half of one. */
static void classes(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {253, 1, 1, 200};
    static const uint16_t then[] = {254, 256, 256, 256};
    char text[RADIUS_PACKET];
    size_t n = 0;

    memset(text, ':', sizeof text);
    for (size_t i = 0; i < ROWS(sizes); i++) {
        struct aaa_answer a;

        text[n] = RADIUS_CLASS;
        text[n + 1] = (char)(sizes[i] + 2);
        n += sizes[i] + 2;
        assert_int_equal(read_answer(RADIUS_ACCESS_ACCEPT, span_of(text, n), &a), AAA_YES);
        assert_int_equal(a.class_size, then[i]);
        assert_int_equal(a.class[0], 253);
    }
}

static void refused(void **unused)
{
    (void)unused;
    static const struct {
        enum radius_code code;
        struct span attributes;
        const char *why;
    } rows[] = {
        {RADIUS_ACCESS_REJECT, SPAN(""), "the server refuses"},
        {RADIUS_ACCESS_REJECT, SPAN("\x12\x04no"), "the server refuses: no"},
        {RADIUS_ACCESS_REJECT, SPAN("\x12\x04no\x12\x05yes"), "the server refuses: no"},
        {RADIUS_ACCESS_REJECT, SPAN("\x12\x05n\0o"), "the server refuses"},
        {RADIUS_ACCESS_CHALLENGE, SPAN(""), "the server asks for more than a password"},
        {RADIUS_ACCESS_CHALLENGE, SPAN("\x12\x08token?"),
         "the server asks for more than a password: token?"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct aaa_answer a;

        ROW(i, rows[i].why);
        assert_int_equal(read_answer(rows[i].code, rows[i].attributes, &a), AAA_NO);
        assert_string_equal(a.why.text, rows[i].why);
        assert_string_equal(a.group_policy, "");
    }
}

/* A receipt for an accounting record says nothing of the user. */
static void receipt(void **unused)
{
    (void)unused;
    struct aaa_answer a;

    assert_int_equal(read_answer(RADIUS_ACCOUNTING_RESPONSE, SPAN(STAFF), &a), AAA_YES);
    assert_string_equal(a.group_policy, "");
    assert_int_equal(a.class_size, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accepted),
        cmocka_unit_test(unheeded),
        cmocka_unit_test(unheeded_is_bounded),
        cmocka_unit_test(limits),
        cmocka_unit_test(classes),
        cmocka_unit_test(refused),
        cmocka_unit_test(receipt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
