/* SPDX-License-Identifier: ISC */
/* Unit tests of RADIUS packets: the examples of RFC 2865, answers that aren't the server's, and streams
 * cut anywhere. */
#include "check.h"

#include <stdlib.h>

#include "radius_make.h"

#define SECRET "xyzzy5461"

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

    assert_int_equal(k.size, RADIUS_HEADER + SIGNATURE + 6 + 18 + 6 + 12);
    assert_memory_equal(k.p, "\x01\x00\x00\x50", 4);
    assert_memory_equal(k.p + 4, salt.random, sizeof salt.random);
    assert_memory_equal(k.p + RADIUS_HEADER, "\x50\x12", 2);
    assert_memory_equal(k.p + 38, "\x01\x06nemo", 6);
    assert_memory_equal(k.p + 44, hidden, sizeof hidden - 1);
    assert_memory_equal(k.p + 62, rest, sizeof rest - 1);
    memcpy(signature, k.p + RADIUS_HEADER + 2, sizeof signature);
    memset(k.p + RADIUS_HEADER + 2, 0, sizeof signature);
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

    assert_int_equal(k.size, RADIUS_HEADER + 6 + 18 + 6 + 12);
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
            assert_int_equal(k.size, RADIUS_HEADER + SIGNATURE + 6 + 2 + rows[i].hidden + 6 + 12);
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

/* RFC 5997 section 2: a random authenticator and a signature, wherever it goes. */
static void status_server(void **unused)
{
    (void)unused;
    static const enum radius_kind kinds[] = {RADIUS_STATUS, RADIUS_STATUS_ACCOUNTING};

    for (size_t i = 0; i < ROWS(kinds); i++) {
        struct radius_request r = {.kind = kinds[i]};
        struct radius_packet k;
        unsigned char signature[MD5_DIGEST_SIZE], made[MD5_DIGEST_SIZE];
        struct hmac_md5_ctx c;

        radius_text(&r, RADIUS_NAS_IDENTIFIER, SPAN("mw"));
        assert_true(packet_build(&k, &r, &salt, SECRET));
        assert_int_equal(k.size, RADIUS_HEADER + SIGNATURE + 4);
        assert_memory_equal(k.p, "\x0c\x00\x00\x2a", 4);
        assert_memory_equal(k.p + 4, salt.random, sizeof salt.random);
        memcpy(signature, k.p + RADIUS_HEADER + 2, sizeof signature);
        memset(k.p + RADIUS_HEADER + 2, 0, sizeof signature);
        hmac_md5_set_key(&c, strlen(SECRET), (const uint8_t *)SECRET);
        hmac_md5_update(&c, k.size, k.p);
        hmac_md5_digest(&c, sizeof made, made);
        assert_memory_equal(signature, made, sizeof made);
    }
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
    assert_int_equal(packet_attributes(span_of(copy, n + 8)).n, n - RADIUS_HEADER);
    for (size_t cut = 0; cut < n; cut++) {
        char *head = malloc(cut + 1);
        assert_non_null(head);
        memcpy(head, answer, cut);
        assert_int_equal(packet_judge(&request, span_of(head, cut), SECRET, false), PACKET_BROKEN);
        assert_int_equal(packet_attributes(span_of(head, cut)).n, 0);
        free(head);
    }
    for (size_t i = 0; i < n * 8; i++) { /* each bit counts */
        memcpy(copy, answer, n);
        copy[i / 8] = (char)(copy[i / 8] ^ 1 << i % 8);
        assert_int_not_equal(packet_judge(&request, span_of(copy, n), SECRET, false), PACKET_GOOD);
    }
}

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
        {"signed twice", 0, 2, SPAN(SIGNED SIGNED), PACKET_BROKEN, PACKET_BROKEN},
        {"a short signature", 0, 2, SPAN("\x50\x03x"), PACKET_BROKEN, PACKET_BROKEN},
        {"a request", 0, 1, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"a record's receipt", 0, 5, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"code 0", 0, 0, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"an attribute of no length", 0, 2, SPAN(SIGNED "\x19\0"), PACKET_BROKEN, PACKET_BROKEN},
        {"of length 1", 0, 2, SPAN(SIGNED "\x19\1"), PACKET_BROKEN, PACKET_BROKEN},
        {"half an attribute", 0, 2, SPAN(SIGNED "\x19"), PACKET_BROKEN, PACKET_BROKEN},
        {"beyond the end", 0, 2, SPAN(SIGNED "\x19\4x"), PACKET_BROKEN, PACKET_BROKEN},
        {"receipt", RADIUS_ACCOUNTING, 5, SPAN(""), PACKET_GOOD, PACKET_GOOD},
        {"receipt, signed", RADIUS_ACCOUNTING, 5, SPAN(SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"status", RADIUS_STATUS, 2, SPAN(SIGNED), PACKET_GOOD, PACKET_GOOD},
        {"status, unsigned", RADIUS_STATUS, 2, SPAN(""), PACKET_GOOD, PACKET_GOOD},
        {"status of accounting", RADIUS_STATUS_ACCOUNTING, 5, SPAN(""), PACKET_GOOD, PACKET_GOOD},
        {"status, rejected", RADIUS_STATUS, 3, SPAN(SIGNED), PACKET_FOREIGN, PACKET_FOREIGN},
        {"status, signed by another", RADIUS_STATUS, 2, SPAN(WRONG), PACKET_FORGED, PACKET_FORGED},
        {"accepted record", RADIUS_ACCOUNTING, 2, SPAN(""), PACKET_FOREIGN, PACKET_FOREIGN},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct radius_packet request = built(rows[i].kind);
        struct radius_packet k = make_answer(request.p, rows[i].code, rows[i].attributes, SECRET);
        struct span reply = span_of(k.p, k.size);

        ROW(i, rows[i].name);
        assert_int_equal(packet_judge(&request, reply, SECRET, true), rows[i].required);
        assert_int_equal(packet_judge(&request, reply, SECRET, false), rows[i].lenient);
        request.p[1]++; /* another request's */
        assert_int_equal(packet_judge(&request, reply, SECRET, false),
                         rows[i].lenient == PACKET_BROKEN ? PACKET_BROKEN : PACKET_FOREIGN);
        request.p[1]--;
        request.p[4]++;
        assert_int_not_equal(packet_judge(&request, reply, SECRET, false), PACKET_GOOD);
    }
}

/* Packets in a stream: the answer of the RFC, the shortest packet, and the longest. */
static size_t fill_stream(unsigned char room[static RADIUS_PACKET * 2], size_t ends[3])
{
    size_t n = sizeof answer - 1;

    memset(room, 'x', RADIUS_PACKET * 2);
    memcpy(room, answer, n);
    memcpy(room + n, "\x03\x01\x00\x14", 4);
    memcpy(room + n + RADIUS_HEADER, "\x0b\x02\x10\x00", 4);
    ends[0] = n;
    ends[1] = n + RADIUS_HEADER;
    ends[2] = n + RADIUS_HEADER + RADIUS_PACKET;
    return ends[2];
}

/* With the first n octets of the stream: each packet that ends among them, and no other. */
static void cut_at(const unsigned char *all, size_t n, const size_t ends[3])
{
    unsigned char *copy = malloc(n + 1);
    size_t begin = 0;

    assert_non_null(copy);
    memcpy(copy, all, n);
    struct span stream = span_of(copy, n), packet;
    for (size_t i = 0; i < 3 && ends[i] <= n; begin = ends[i++]) {
        assert_int_equal(packet_cut(&stream, &packet), STREAM_PACKET);
        assert_ptr_equal(packet.p, copy + begin);
        assert_int_equal(packet.n, ends[i] - begin);
    }
    assert_int_equal(packet_cut(&stream, &packet), STREAM_MORE);
    assert_int_equal(stream.n, n - begin);
    if (stream.n > 0)
        assert_ptr_equal(stream.p, copy + begin);
    free(copy);
}

static void streams(void **unused)
{
    (void)unused;
    static unsigned char room[RADIUS_PACKET * 2];
    size_t ends[3], n = fill_stream(room, ends);

    for (size_t cut = 0; cut <= n; cut++)
        cut_at(room, cut, ends);
}

static void stream_lengths(void **unused)
{
    (void)unused;
    static const struct {
        unsigned length;
        enum packet_stream then;
    } rows[] = {{0, STREAM_BROKEN},      {1, STREAM_BROKEN},     {4, STREAM_BROKEN},
                {19, STREAM_BROKEN},     {20, STREAM_PACKET},    {4095, STREAM_PACKET},
                {4096, STREAM_PACKET},   {4097, STREAM_BROKEN},  {0x2000, STREAM_BROKEN},
                {0xffff, STREAM_BROKEN}, {0x0100, STREAM_PACKET}};
    static unsigned char room[RADIUS_PACKET];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span stream = span_of(room, sizeof room), packet;
        struct span four = span_of(room, 4);

        room[2] = (unsigned char)(rows[i].length >> 8);
        room[3] = (unsigned char)rows[i].length;
        assert_int_equal(packet_cut(&stream, &packet), rows[i].then);
        assert_int_equal(packet_cut(&four, &packet),
                         rows[i].then == STREAM_PACKET ? STREAM_MORE : STREAM_BROKEN);
        if (rows[i].then == STREAM_PACKET)
            assert_int_equal(packet.n, rows[i].length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(building),      cmocka_unit_test(building_accounting),
        cmocka_unit_test(sizes),         cmocka_unit_test(the_rfcs_answer),
        cmocka_unit_test(status_server), cmocka_unit_test(answers),
        cmocka_unit_test(streams),       cmocka_unit_test(stream_lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
