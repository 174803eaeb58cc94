/* SPDX-License-Identifier: ISC */
/* Unit tests of RADIUS packets: the examples of RFC 2865, and answers that aren't the server's. */
#include "check.h"

#include <nettle/hmac.h>
#include <nettle/md5.h>
#include <stdlib.h>

#include "radius_answer.h"
#include "radius_packet.h"

#define HEADER    20
#define SIGNATURE 18
#define SECRET    "xyzzy5461"

/* RFC 2865 section 7.1: a request's authenticator, its password "arctangent", and the answer. */
static const struct radius_salt salt = {.id = 0,
                                        .random = {0x0f, 0x40, 0x3f, 0x94, 0x73, 0x97, 0x80, 0x57,
                                                   0xbd, 0x83, 0xd5, 0xcb, 0x98, 0xf4, 0x22, 0x7a}};
static const char hidden[] =
    "\x02\x12\x0d\xbe\x70\x8d\x93\xd4\x13\xce\x31\x96\xe4\x3f\x78\x2a\x0a\xee";
static const char answer[] =
    "\x02\x00\x00\x26\x86\xfe\x22\x0e\x76\x24\xba\x2a\x10\x05\xf6\xbf\x9b\x55\xe0\xb2"
    "\x06\x06\x00\x00\x00\x01\x0f\x06\x00\x00\x00\x00\x0e\x06\xc0\xa8\x01\x03";

static struct radius_request request_of(struct span password)
{
    struct radius_request r = {.kind = RADIUS_AUTHENTICATION};

    radius_text(&r, 1, SPAN("nemo"));
    radius_text(&r, 2, password);
    radius_number(&r, 5, 3);
    radius_vendor_number(&r, RADIUS_SESSION_TYPE, RADIUS_EMAIL_PROXY);
    return r;
}

static struct radius_packet built(enum radius_kind kind)
{
    struct radius_request r = request_of(SPAN("arctangent"));
    struct radius_packet k;

    r.kind = kind;
    assert_true(packet_build(&k, &r, &salt, SECRET));
    return k;
}

static void building(void **unused)
{
    (void)unused;
    struct radius_packet k = built(RADIUS_AUTHENTICATION);
    unsigned char signature[MD5_DIGEST_SIZE], made[MD5_DIGEST_SIZE];
    struct hmac_md5_ctx c;
    static const char rest[] =
        "\x05\x06\x00\x00\x00\x03\x1a\x0c\x00\x00\x0c\x04\x97\x06\x00\x00\x00\x04";

    assert_int_equal(k.size, HEADER + SIGNATURE + 6 + 18 + 6 + 12);
    assert_memory_equal(k.p, "\x01\x00\x00\x50", 4);
    assert_memory_equal(k.p + 4, salt.random, sizeof salt.random);
    assert_memory_equal(k.p + HEADER, "\x50\x12", 2);
    assert_memory_equal(k.p + 38, "\x01\x06nemo", 6);
    assert_memory_equal(k.p + 44, hidden, sizeof hidden - 1);
    assert_memory_equal(k.p + 62, rest, sizeof rest - 1);
    memcpy(signature, k.p + HEADER + 2, sizeof signature);
    memset(k.p + HEADER + 2, 0, sizeof signature);
    hmac_md5_set_key(&c, strlen(SECRET), (const uint8_t *)SECRET);
    hmac_md5_update(&c, k.size, k.p);
    hmac_md5_digest(&c, sizeof made, made);
    assert_memory_equal(signature, made, sizeof made);
}

static void building_accounting(void **unused)
{
    (void)unused;
    struct radius_packet k = built(RADIUS_ACCOUNTING);
    unsigned char authenticator[MD5_DIGEST_SIZE], made[MD5_DIGEST_SIZE];
    struct md5_ctx c;

    assert_int_equal(k.size, HEADER + 6 + 18 + 6 + 12);
    assert_int_equal(k.p[0], RADIUS_ACCOUNTING_REQUEST);
    memcpy(authenticator, k.p + 4, sizeof authenticator);
    memset(k.p + 4, 0, sizeof authenticator);
    md5_init(&c);
    md5_update(&c, k.size, k.p);
    md5_update(&c, strlen(SECRET), (const uint8_t *)SECRET);
    md5_digest(&c, sizeof made, made);
    assert_memory_equal(authenticator, made, sizeof made);
}

static void sizes(void **unused)
{
    (void)unused;
    static const struct {
        size_t octets, hidden; /* 0: not built */
    } rows[] = {{1, 16}, {15, 16}, {16, 16}, {17, 32}, {127, 128}, {128, 128}, {129, 0}, {253, 0}};
    char text[LIMIT_RADIUS_TEXT + 2];
    struct radius_request many = {.kind = RADIUS_ACCOUNTING};
    struct radius_packet k;

    memset(text, 'x', sizeof text);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct radius_request r = request_of(span_of(text, rows[i].octets));

        ROW(i, "password");
        assert_int_equal(packet_build(&k, &r, &salt, SECRET), rows[i].hidden != 0);
        if (rows[i].hidden)
            assert_int_equal(k.size, HEADER + SIGNATURE + 6 + 2 + rows[i].hidden + 6 + 12);
    }
    for (size_t i = 0; i < 15; i++)
        radius_text(&many, 1, span_of(text, LIMIT_RADIUS_TEXT));
    radius_text(&many, 1, span_of(text, 249));
    assert_true(packet_build(&k, &many, &salt, SECRET));
    assert_int_equal(k.size, RADIUS_PACKET);
    many.attributes[15].text.n++;
    assert_false(packet_build(&k, &many, &salt, SECRET));
    many = (struct radius_request){0};
    radius_text(&many, 1, span_of(text, LIMIT_RADIUS_TEXT + 1));
    assert_true(many.overflow && !packet_build(&k, &many, &salt, SECRET));
    many = (struct radius_request){0};
    for (size_t i = 0; i <= RADIUS_ATTRIBUTES; i++)
        radius_number(&many, 6, 1);
    assert_true(many.overflow);
}

static void the_rfcs_answer(void **unused)
{
    (void)unused;
    struct radius_packet request = built(RADIUS_AUTHENTICATION);
    size_t n = sizeof answer - 1;
    char copy[64];

    assert_int_equal(packet_judge(&request, span_of(answer, n), SECRET, false), PACKET_GOOD);
    assert_int_equal(packet_judge(&request, span_of(answer, n), SECRET, true), PACKET_UNSIGNED);
    assert_int_equal(packet_judge(&request, span_of(answer, n), "xyzzy5462", false), PACKET_FORGED);
    assert_int_equal(packet_code(span_of(answer, n)), RADIUS_ACCESS_ACCEPT);
    memcpy(copy, answer, n);
    memset(copy + n, 'x', 8); /* what stands behind is nothing */
    assert_int_equal(packet_judge(&request, span_of(copy, n + 8), SECRET, false), PACKET_GOOD);
    assert_int_equal(packet_attributes(span_of(copy, n + 8)).n, n - HEADER);
    for (size_t cut = 0; cut < n; cut++) {
        char *head = malloc(cut + 1);
        assert_non_null(head);
        memcpy(head, answer, cut);
        assert_int_equal(packet_judge(&request, span_of(head, cut), SECRET, false), PACKET_FOREIGN);
        assert_int_equal(packet_attributes(span_of(head, cut)).n, 0);
        free(head);
    }
    for (size_t i = 0; i < n * 8; i++) { /* each bit counts */
        memcpy(copy, answer, n);
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
        assert_int_not_equal(packet_judge(&request, span_of(copy, n), SECRET, false), PACKET_GOOD);
    }
}

/* An answer made by who knows the secret, from "attributes" where S stands for a signature. */
static struct radius_packet made(const struct radius_packet *request, unsigned char code,
                                 const char *attributes, size_t n)
{
    struct radius_packet k = {.size = HEADER + n};
    struct hmac_md5_ctx h;
    struct md5_ctx c;

    k.p[0] = code;
    k.p[1] = request->p[1];
    k.p[2] = (unsigned char)(k.size >> 8);
    k.p[3] = (unsigned char)k.size;
    memcpy(k.p + 4, request->p + 4, 16);
    memcpy(k.p + HEADER, attributes, n);
    for (size_t at = HEADER; at + SIGNATURE <= k.size && k.p[at + 1] >= 2; at += k.p[at + 1])
        if (k.p[at] == 80 && k.p[at + 1] == SIGNATURE && k.p[at + 2] == 0) {
            hmac_md5_set_key(&h, strlen(SECRET), (const uint8_t *)SECRET);
            hmac_md5_update(&h, k.size, k.p);
            hmac_md5_digest(&h, 16, k.p + at + 2);
        }
    md5_init(&c);
    md5_update(&c, k.size, k.p);
    md5_update(&c, strlen(SECRET), (const uint8_t *)SECRET);
    md5_digest(&c, 16, k.p + 4);
    return k;
}

#define SIGNED "\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
#define WRONG  "\x50\x12xxxxxxxxxxxxxxxx"
#define STAFF  "\x19\x07Staff"

static void answers(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum radius_kind kind;
        unsigned char code;
        struct span attributes;
        enum packet_verdict required, lenient;
    } rows[] = {
        {"signed", 0, 2, SPAN(SIGNED STAFF), PACKET_GOOD, PACKET_GOOD},
        {"signed at its end", 0, 2, SPAN(STAFF SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"rejected", 0, 3, SPAN(SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"challenge", 0, 11, SPAN(SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"unsigned", 0, 2, SPAN(STAFF), PACKET_UNSIGNED, PACKET_GOOD},
        {"unsigned rejection", 0, 3, SPAN(""), PACKET_UNSIGNED, PACKET_GOOD},
        {"signed by another", 0, 2, SPAN(WRONG), PACKET_FORGED, PACKET_FORGED},
        {"signed twice", 0, 2, SPAN(SIGNED SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"a short signature", 0, 2, SPAN("\x50\x03x"), PACKET_FOREIGN, PACKET_FOREIGN},
        {"a request", 0, 1, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"a record's receipt", 0, 5, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"code 0", 0, 0, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"an attribute of no length", 0, 2, SPAN(SIGNED "\x19\0"), PACKET_FOREIGN, PACKET_FOREIGN},
        {"of length 1", 0, 2, SPAN(SIGNED "\x19\1"), PACKET_FOREIGN, PACKET_FOREIGN},
        {"half an attribute", 0, 2, SPAN(SIGNED "\x19"), PACKET_FOREIGN, PACKET_FOREIGN},
        {"beyond the end", 0, 2, SPAN(SIGNED "\x19\4x"), PACKET_FOREIGN, PACKET_FOREIGN},
        {"receipt", RADIUS_ACCOUNTING, 5, SPAN(""), PACKET_GOOD, PACKET_GOOD},
        {"receipt, signed", RADIUS_ACCOUNTING, 5, SPAN(SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"accepted record", RADIUS_ACCOUNTING, 2, SPAN(""), PACKET_FOREIGN, PACKET_FOREIGN},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct radius_packet request = built(rows[i].kind);
        struct radius_packet k =
            made(&request, rows[i].code, rows[i].attributes.p, rows[i].attributes.n);
        struct span reply = span_of(k.p, k.size);

        ROW(i, rows[i].name);
        assert_int_equal(packet_judge(&request, reply, SECRET, true), rows[i].required);
        assert_int_equal(packet_judge(&request, reply, SECRET, false), rows[i].lenient);
        request.p[1]++; /* another request's */
        assert_int_equal(packet_judge(&request, reply, SECRET, false), PACKET_FOREIGN);
        request.p[1]--;
        request.p[4]++;
        assert_int_not_equal(packet_judge(&request, reply, SECRET, false), PACKET_GOOD);
    }
}

static void reading(void **unused)
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
        {SPAN("\x1a\x0d\0\0\x0c\x04\x19\x08"
              "Admin" STAFF),
         "Staff", 6}, /* longer than its shell */
        {SPAN("\x1a\x06\0\0\x0c\x04" STAFF), "Staff", 6},
        {SPAN("\x1a\x02" STAFF), "Staff", 6},
        {SPAN("\x19\x02" STAFF), "Staff", 6}, /* an empty Class */
        {SPAN("\x19\x06OU=;" STAFF), NULL, 11},
        {SPAN("\x12\x07hello" STAFF), "Staff", 6},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span rest = rows[i].attributes;
        struct radius_attribute one;
        struct radius_reading r = {0};
        struct aaa_answer a = {0};

        ROW(i, rows[i].group_policy ? rows[i].group_policy : "refused");
        while (packet_next(&rest, &one))
            reading_take(&r, &one, &a);
        assert_int_equal(rest.n, 0);
        assert_int_equal(reading_accept(&r, &a), rows[i].group_policy ? AAA_YES : AAA_NO);
        assert_string_equal(a.group_policy, rows[i].group_policy ? rows[i].group_policy : "");
        assert_int_equal(a.class_size, rows[i].class_size);
    }
}

/* As much as there is room for, and never half of one. */
static void classes(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {253, 1, 1, 200};
    static const uint16_t then[] = {254, 256, 256, 256};
    struct radius_reading r = {0};
    struct aaa_answer a = {0};
    char text[253];

    memset(text, ':', sizeof text);
    for (size_t i = 0; i < ROWS(sizes); i++) {
        struct radius_attribute one = {.type = RADIUS_CLASS, .text = span_of(text, sizes[i])};
        reading_take(&r, &one, &a);
        assert_int_equal(a.class_size, then[i]);
    }
}

static void refusals(void **unused)
{
    (void)unused;
    static const struct {
        struct span message;
        const char *why;
    } rows[] = {
        {SPAN(""), "the server refuses"},
        {SPAN("no"), "the server refuses: no"},
        {SPAN("n\0o"), "the server refuses"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct radius_attribute one = {.type = RADIUS_REPLY_MESSAGE, .text = rows[i].message};
        struct radius_reading r = {0};
        struct aaa_answer a = {0};

        reading_take(&r, &one, &a);
        assert_int_equal(reading_refuse(&r, RADIUS_REJECTED, &a), AAA_NO);
        assert_string_equal(a.why.text, rows[i].why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building), cmocka_unit_test(building_accounting),
        cmocka_unit_test(sizes),    cmocka_unit_test(the_rfcs_answer),
        cmocka_unit_test(answers),  cmocka_unit_test(reading),
        cmocka_unit_test(classes),  cmocka_unit_test(refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
