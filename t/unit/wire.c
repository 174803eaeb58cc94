/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/wire. */
#include "check.h"

#include "wire.h"

/* Longer than any string may be. */
static char long_text[LIMIT_MESSAGE];
#define LONG(n) ((struct span){long_text, (n)})

static const struct wire good[] = {
    {.type = WIRE_HELLO, .hello = {PROTOCOL_SMTPS, 1}},
    {.type = WIRE_USER, .user = {SPAN("jo:jo@example.org@mail")}},
    {.type = WIRE_USER, .user = {SPAN("")}},
    {.type = WIRE_VERIFY,
     .verify = {MECHANISM_PASSWORD, SPAN("jo"), SPAN("pass\0word"), SPAN("mua.example"),
                SPAN("0\x80\0"), SPAN("0\x81"), SPAN("TLS1.3"), SPAN("AES-256-GCM")}},
    {.type = WIRE_VERIFY, .verify = {MECHANISM_IMPLICIT, .login = SPAN("jo")}},
    {.type = WIRE_RESULT, .result = {.done = 1, .server_tls = SPAN("TLS1.3")}},
    {.type = WIRE_RESULT, .result = {.denial = DENIAL_TEMPORARY, .why = SPAN("no greeting")}},
    {.type = WIRE_GRANT,
     .grant = {SPAN("jo"), SPAN("secret"), SPAN("mail.example"), SPAN("/etc/ca.pem"),
               SERVER_TLS_IMPLICIT, 1, 1, 0, CLIENT_ADDRESS_PROXY_V2, SPAN("2001:db8::1"),
               SPAN("192.0.2.1"), 65535, 993}},
    {.type = WIRE_GRANT, .grant = {.tls = 0}},
    {.type = WIRE_DENY, .deny = {DENIAL_REFUSED, 1}},
    {.type = WIRE_ESTABLISHED, .established = {0x1122334455667788, 1800, 0xffffffff, 300}},
    {.type = WIRE_GOODBYE, .goodbye = {GOODBYE_TROUBLE}},
    {.type = WIRE_INTERIM, .end = {7, 1ull << 40, UINT64_MAX, 0, UINT64_MAX, 5}},
    {.type = WIRE_END, .end = {7, 0, 1, WIRE_TLS_FAULT, 9, 8}},
    {.type = WIRE_STEP, .step = {SPAN("aaa"), SPAN("RADIUS1: radius://127.0.0.1:1812 says yes")}},
    {.type = WIRE_OFFER, .offer = {SPAN("IMAP4rev1 IDLE")}},
    {.type = WIRE_OFFER},
    {.type = WIRE_NOTE, .note = {NOTED_CERTIFICATE_WRONG, SPAN("CN=jo"), SPAN("revoked")}},
    {.type = WIRE_NOTE, .note = {.noted = NOTED_TLS_FAILED}},
    {.type = WIRE_RESULT,
     .result = {.denial = DENIAL_REFUSED, .offered = 1, .offer = SPAN("SIZE=1000 DSN")}},
};

/* Encodes w, decodes that and encodes it again: the octets must be the same. */
static void round_trip(const struct wire *w, struct buf *out)
{
    static char again_room[LIMIT_MESSAGE];
    struct buf again = BUF(again_room);
    struct wire back;

    assert_true(wire_encode(w, out));
    assert_true(wire_decode(&back, buf_span(out)));
    assert_int_equal(back.type, w->type);
    assert_true(wire_encode(&back, &again));
    assert_true(span_eq(buf_span(out), buf_span(&again)));
}

static void every_message_reads_back_and_no_part_of_it(void **unused)
{
    (void)unused;
    static char room[LIMIT_MESSAGE];
    bool seen[WIRE_TYPES] = {0};

    for (size_t i = 0; i < ROWS(good); i++) {
        struct buf out = BUF(room);
        struct wire w;

        ROW(i, "good");
        seen[good[i].type] = true;
        round_trip(&good[i], &out);
        for (size_t cut = 0; cut < out.len; cut++)
            assert_false(wire_decode(&w, span_head(buf_span(&out), cut)));
        buf_putc(&out, '\0');
        assert_false(wire_decode(&w, buf_span(&out)));
        room[0] = WIRE_VERSION + 1;
        out.len--;
        assert_false(wire_decode(&w, buf_span(&out)));
    }
    for (int type = 1; type < WIRE_TYPES; type++)
        assert_true(seen[type]);
}

static void fields_arrive_in_their_places(void **unused)
{
    (void)unused;
    char room[512];
    struct buf out = BUF(room);
    struct wire w;

    round_trip(&good[7], &out); /* GRANT */
    assert_true(wire_decode(&w, buf_span(&out)));
    assert_true(span_eq(w.grant.mail_user, SPAN("jo")));
    assert_true(span_eq(w.grant.mail_password, SPAN("secret")));
    assert_true(span_eq(w.grant.host, SPAN("mail.example")));
    assert_true(span_eq(w.grant.ca, SPAN("/etc/ca.pem")));
    assert_int_equal(w.grant.tls, SERVER_TLS_IMPLICIT);
    assert_int_equal(w.grant.verify, 1);
    assert_int_equal(w.grant.authenticate, 1);
    assert_int_equal(w.grant.allow_unauthenticate, 0);
    assert_int_equal(w.grant.client_address, CLIENT_ADDRESS_PROXY_V2);
    assert_true(span_eq(w.grant.client, SPAN("2001:db8::1")));
    assert_true(span_eq(w.grant.local, SPAN("192.0.2.1")));
    assert_int_equal(w.grant.client_port, 65535);
    assert_int_equal(w.grant.local_port, 993);
    buf_clear(&out);
    round_trip(&good[10], &out);
    assert_true(span_eq(buf_span(&out), SPAN("\1\7\x11\x22\x33\x44\x55\x66\x77\x88\0\0\x07\x08"
                                             "\xff\xff\xff\xff\0\0\x01\x2c")));
    assert_true(wire_decode(&w, buf_span(&out)));
    assert_true(w.established.id == 0x1122334455667788 && w.established.idle_timeout == 1800 &&
                w.established.session_timeout == 0xffffffff && w.established.interim == 300);
}

static void invalid_messages_are_not_sent(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct wire w;
    } bad[] = {
        {"no type", {.type = 0}},
        {"unknown type", {.type = WIRE_TYPES}},
        {"protocol", {.type = WIRE_HELLO, .hello = {.protocol = PROTOCOLS}}},
        {"mechanism", {.type = WIRE_VERIFY, .verify = {.mechanism = MECHANISM_IMPLICIT + 1}}},
        {"long login", {.type = WIRE_USER, .user = {LONG(LIMIT_LOGIN + 1)}}},
        {"long password", {.type = WIRE_VERIFY, .verify = {.password = LONG(LIMIT_PASSWORD + 1)}}},
        {"string longer than 16 bit",
         {.type = WIRE_GRANT, .grant = {.host = {long_text, 1 << 30}}}},
        {"done and denied", {.type = WIRE_RESULT, .result = {.done = 1, .denial = 1}}},
        {"neither done nor denied", {.type = WIRE_RESULT, .result = {.done = 0}}},
        {"an offer that was not seen",
         {.type = WIRE_RESULT, .result = {.done = 1, .offer = SPAN("DSN")}}},
        {"long offer", {.type = WIRE_OFFER, .offer = {LONG(LIMIT_OFFER + 1)}}},
        {"long offer of a result",
         {.type = WIRE_RESULT,
          .result = {.done = 1, .offered = 1, .offer = LONG(LIMIT_OFFER + 1)}}},
        {"learn is 2", {.type = WIRE_HELLO, .hello = {.learn = 2}}},
        {"done is 2", {.type = WIRE_RESULT, .result = {.done = 2}}},
        {"NUL in a text", {.type = WIRE_GRANT, .grant = {.host = SPAN("mail\0.example")}}},
        {"tls", {.type = WIRE_GRANT, .grant = {.tls = SERVER_TLS_IMPLICIT + 1}}},
        {"no denial", {.type = WIRE_DENY}},
        {"no interim", {.type = WIRE_ESTABLISHED, .established = {.id = 1}}},
        {"no goodbye", {.type = WIRE_GOODBYE}},
        {"interim with cause", {.type = WIRE_INTERIM, .end = {.cause = 1}}},
        {"end without cause", {.type = WIRE_END}},
        {"end of an unknown cause", {.type = WIRE_END, .end = {.cause = WIRE_CAUSE_UNKNOWN}}},
        {"note of nothing", {.type = WIRE_NOTE}},
        {"note of something unknown", {.type = WIRE_NOTE, .note = {.noted = NOTED_LAST + 1}}},
        {"long why of a note",
         {.type = WIRE_NOTE, .note = {.noted = NOTED_TLS_FAILED, .why = LONG(LIMIT_WHY + 1)}}},
        {"long subject of a note",
         {.type = WIRE_NOTE,
          .note = {.noted = NOTED_TLS_FAILED, .certificate = LONG(LIMIT_NAME + 1)}}},
        {"long step", {.type = WIRE_STEP, .step = {.text = LONG(LIMIT_STEP + 1)}}},
        {"step with a NUL", {.type = WIRE_STEP, .step = {.text = SPAN("a\0b")}}},
    };
    char room[8192];

    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 0; i < ROWS(bad); i++) {
        struct buf out = BUF(room);

        ROW(i, bad[i].name);
        buf_puts(&out, "kept");
        assert_false(wire_encode(&bad[i].w, &out));
        assert_true(span_eq(buf_span(&out), SPAN("kept")));
    }
    for (size_t cap = 0; cap < 26; cap++) { /* an ESTABLISHED needs 22 octets */
        struct buf out = buf_on(room, cap);
        assert_int_equal(wire_encode(&good[10], &out), cap >= 22);
    }
}

static void invalid_datagrams_are_not_read(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span datagram;
    } bad[] = {
        {"type 0", SPAN("\1\0")},
        {"type 13", SPAN("\1\15")},
        {"type 255", SPAN("\1\377")},
        {"protocol", SPAN("\1\1\3\0")},
        {"learn", SPAN("\1\1\2\2")},
        {"login longer than the datagram", SPAN("\1\2\0\4abc")},
        {"login over its limit", {long_text, 2 + 2 + LIMIT_LOGIN + 1}},
        {"denied and done", SPAN("\1\4\1\1\0\0\0\0\0\0\0")},
        {"NUL in why", SPAN("\1\4\0\1\0\1\0\0\0\0\0\0")},
        {"an offer that was not seen", SPAN("\1\4\1\0\0\0\0\0\0\0\1X")},
        {"NUL in an offer", SPAN("\1\14\0\1\0")},
        {"denial", SPAN("\1\6\6\0")},
        {"repeat", SPAN("\1\6\1\2")},
        {"denial 0", SPAN("\1\6\0\0")},
        {"interim 0", SPAN("\1\7\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0")},
        {"goodbye", SPAN("\1\10\6")},
    };
    struct wire w;

    memcpy(long_text, "\1\2\4\1", 4);
    for (size_t i = 0; i < ROWS(bad); i++) {
        ROW(i, bad[i].name);
        assert_false(wire_decode(&w, bad[i].datagram));
    }
    memcpy(long_text, "\1\2\4\0", 4);
    assert_true(wire_decode(&w, LONG(2 + 2 + LIMIT_LOGIN)));
}

static void longest_messages_fit(void **unused)
{
    (void)unused;
    static char room[LIMIT_MESSAGE];
    const struct wire w[] = {
        {.type = WIRE_VERIFY,
         .verify = {MECHANISM_EXTERNAL, LONG(LIMIT_LOGIN), LONG(LIMIT_PASSWORD), LONG(LIMIT_HELO),
                    LONG(LIMIT_CERTIFICATE), LONG(LIMIT_ISSUERS), LONG(LIMIT_TLS_NAME),
                    LONG(LIMIT_TLS_NAME)}},
        {.type = WIRE_GRANT,
         .grant = {LONG(LIMIT_LOGIN), LONG(LIMIT_PASSWORD), LONG(LIMIT_HOST), LONG(LIMIT_PATH),
                   .client = LONG(LIMIT_ADDRESS), .local = LONG(LIMIT_ADDRESS)}},
    };

    memset(long_text, 'x', sizeof long_text);
    for (size_t i = 0; i < ROWS(w); i++) {
        struct buf out = BUF(room);
        round_trip(&w[i], &out);
    }
}

static void every_cause_has_a_name(void **unused)
{
    (void)unused;
    assert_string_equal(wire_cause_name(WIRE_CLIENT_CLOSED), "client-closed");
    assert_string_equal(wire_cause_name(WIRE_CAUSE_UNKNOWN), "lost");
    assert_string_equal(wire_cause_name(0), "unknown");
    for (int c = WIRE_CLIENT_CLOSED; c <= WIRE_CAUSE_UNKNOWN; c++)
        assert_string_not_equal(wire_cause_name((enum wire_cause)c), "unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_message_reads_back_and_no_part_of_it),
        cmocka_unit_test(fields_arrive_in_their_places),
        cmocka_unit_test(invalid_messages_are_not_sent),
        cmocka_unit_test(invalid_datagrams_are_not_read),
        cmocka_unit_test(longest_messages_fit),
        cmocka_unit_test(every_cause_has_a_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
