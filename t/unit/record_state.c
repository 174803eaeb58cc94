/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/record: what we owe the peer, how directions end, limits of keys and sequence
 * numbers. */
#include "check.h"

#include "record_pair.h"

static void ended_direction_stays_ended(void **unused)
{
    (void)unused;
    static const struct {
        struct span alert;
        enum record_event event;
        uint8_t description;
    } ends[] = {{SPAN("\1\0"), RECORD_CLOSED, 0},
                {SPAN("\2\x50"), RECORD_ALERT, 80},
                {SPAN("\2"), RECORD_FAULT, RECORD_DECODE_ERROR}};
    static struct record us, peer;
    uint8_t wire[200], out[200];
    struct span data;
    size_t used;

    for (size_t i = 0; i < ROWS(ends); i++) {
        meet(V13, CLIENT, RECORD_AES_128_GCM, &us, &peer);
        size_t n = cipher_seal(&peer.internal, ALERT, ends[i].alert, wire);
        n += cipher_seal(&peer.internal, DATA, SPAN("too late"), wire + n);
        for (size_t size = n; size <= n; size = size ? 0 : n + 1) {
            assert_int_equal(record_open(&us, wire, size, &used, out, &data), ends[i].event);
            assert_int_equal(us.alert, ends[i].description);
            assert_true(used == size && data.n == 0);
        }
        assert_true(record_seal(&us, SPAN("still open"), out) > 0);
        assert_true(record_alert(&us, ends[i].description, out) > 0);
        assert_int_equal(record_seal(&us, SPAN("closed"), out), 0);
        assert_int_equal(record_alert(&us, 0, out), 0);
        record_wipe(&us);
        assert_int_equal(record_open(&us, wire, n, &used, out, &data), RECORD_FAULT);
        assert_int_equal(record_seal(&us, SPAN("wiped"), out), 0);
        assert_int_equal(record_owes(&us, out) + record_alert(&us, 0, out), 0);
    }
}

static enum record_event send_record(struct record *from, struct record *to, uint8_t type,
                                     struct span s)
{
    uint8_t wire[200], out[200];
    struct span data;
    size_t used;

    return record_open(to, wire, cipher_seal(&from->internal, type, s, wire), &used, out, &data);
}

static void records_without_data_are_limited(void **unused)
{
    (void)unused;
    static const struct {
        int version;
        uint8_t type;
        struct span content;
    } kinds[] = {{V12, DATA, SPAN("")},          {V13, DATA, SPAN("")},
                 {V12, ALERT, SPAN("\1\x64")},   {V13, ALERT, SPAN("\1\x5a")},
                 {V12, SHAKE, SPAN("\0\0\0\0")}, {V13, SHAKE, SPAN(TICKET)}};
    static struct record us, peer;

    for (size_t i = 0; i < ROWS(kinds); i++) {
        meet(kinds[i].version, CLIENT, RECORD_CHACHA20_POLY1305, &us, &peer);
        for (int k = 0; k < 2 * RECORD_USELESS_MAX; k++) {
            if (k == RECORD_USELESS_MAX)
                assert_int_equal(send_record(&peer, &us, DATA, SPAN("x")), RECORD_DATA);
            assert_true(send_record(&peer, &us, kinds[i].type, kinds[i].content) != RECORD_FAULT);
        }
        assert_int_equal(send_record(&peer, &us, kinds[i].type, kinds[i].content), RECORD_FAULT);
        assert_int_equal(us.alert, RECORD_UNEXPECTED_MESSAGE);
    }
}

/* Three requests get one answer, and both sides still understand each other. */
static void key_update_is_answered_once(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t wire[200], out[200];
    struct span data;
    size_t used;

    for (unsigned suite = 1; suite <= 3; suite++) {
        meet(V13, SERVER, suite, &us, &peer);
        assert_int_equal(record_owes(&us, wire), 0);
        assert_int_equal(send_record(&peer, &us, SHAKE, SPAN(UPDATE)), RECORD_NOTHING);
        cipher_next_key(&peer.internal.out, peer.internal.cipher);
        assert_int_equal(record_owes(&us, wire), 0);
        for (int k = 0; k < 3; k++) {
            assert_int_equal(send_record(&peer, &us, SHAKE, SPAN(UPDATE_ASKED)), RECORD_NOTHING);
            cipher_next_key(&peer.internal.out, peer.internal.cipher);
        }
        size_t n = record_owes(&us, wire);
        assert_true(n > 0 && n <= RECORD_SMALL_MAX);
        assert_int_equal(record_open(&peer, wire, n, &used, out, &data), RECORD_NOTHING);
        assert_int_equal(record_owes(&peer, out), 0); /* ours asks for nothing in return */
        assert_int_equal(record_owes(&us, wire), 0);
        assert_int_equal(us.internal.out.sequence, 0);
        assert_int_equal(send_record(&us, &peer, DATA, SPAN("under the new key")), RECORD_DATA);
        assert_int_equal(send_record(&peer, &us, SHAKE, SPAN(UPDATE_ASKED)), RECORD_NOTHING);
        assert_true(record_alert(&us, RECORD_CLOSE_NOTIFY, wire) > 0);
        assert_int_equal(record_owes(&us, wire), 0);
    }
}

static void renegotiation_is_refused(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t wire[200], out[200];
    struct span data;
    size_t used;

    meet(V12, SERVER, RECORD_AES_256_GCM, &us, &peer);
    for (int k = 0; k < 2; k++)
        assert_int_equal(send_record(&peer, &us, SHAKE, SPAN("\1\0\0\3abc")), RECORD_NOTHING);
    size_t n = record_owes(&us, wire);
    assert_int_equal(n, RECORD_HEADER + 8 + 2 + 16);
    assert_int_equal(wire[0], ALERT);
    assert_true(cipher_open(&peer.internal, wire, n - RECORD_HEADER, out));
    assert_memory_equal(out, "\1\x64", 2);
    assert_int_equal(record_owes(&us, wire), 0);
    n = record_seal(&us, SPAN("goes on"), wire);
    assert_int_equal(record_open(&peer, wire, n, &used, out, &data), RECORD_DATA);
}

static void key_limit_is_kept(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t wire[200], out[200];
    struct span data;
    size_t used, n, updates = 0;

    meet(V13, CLIENT, RECORD_AES_256_GCM, &us, &peer);
    assert_int_equal(us.internal.key_limit, 1 << 24);
    us.internal.key_limit = 3;
    for (int k = 0; k < 10; k++) { /* the first key is used up already */
        n = record_owes(&us, wire);
        if (n > 0) {
            assert_int_equal(record_open(&peer, wire, n, &used, out, &data), RECORD_NOTHING);
            updates++;
        }
        n = record_seal(&us, SPAN("data"), wire);
        assert_int_equal(record_open(&peer, wire, n, &used, out, &data), RECORD_DATA);
    }
    assert_int_equal(updates, 4);

    meet(V12, CLIENT, RECORD_AES_256_GCM, &us, &peer);
    us.internal.out.sequence = us.internal.key_limit - 1;
    assert_true(record_seal(&us, SPAN("the last"), wire) > 0);
    assert_int_equal(record_seal(&us, SPAN("used up"), wire), 0);
    assert_int_equal(record_owes(&us, wire), 0);
    assert_true(record_alert(&us, RECORD_CLOSE_NOTIFY, wire) > 0);
}

static void sequence_never_wraps(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t wire[200];

    meet(V13, CLIENT, RECORD_CHACHA20_POLY1305, &us, &peer);
    us.internal.in.sequence = peer.internal.out.sequence = UINT64_MAX - 1;
    assert_int_equal(send_record(&peer, &us, DATA, SPAN("x")), RECORD_DATA);
    peer.internal.out.sequence = 0;
    assert_int_equal(send_record(&peer, &us, DATA, SPAN("x")), RECORD_FAULT);
    assert_int_equal(us.alert, RECORD_INTERNAL_ERROR);
    us.internal.out.sequence = UINT64_MAX;
    assert_int_equal(record_seal(&us, SPAN("x"), wire), 0);
    assert_int_equal(record_alert(&us, 0, wire), 0);
}

/* Lengths around the block sizes give the same octets in place as from buffer to buffer. */
static void sealing_and_opening_in_place(void **unused)
{
    (void)unused;
    static struct record us, peer, us2, peer2;
    static uint8_t apart[RECORD_SEALED_MAX], here[RECORD_SEALED_MAX], out[RECORD_WIRE_MAX];
    struct span data;
    size_t used;

    static char plenty[RECORD_PLAIN_MAX + 1];

    for (size_t k = 0; k < sizeof plenty; k++)
        plenty[k] = (char)(k * 7);
    for (unsigned suite = 1; suite <= 3; suite++)
        for (int version = V12; version <= V13; version++) {
            meet(version, SERVER, suite, &us, &peer);
            us2 = us, peer2 = peer;
            for (size_t n = 0; n <= RECORD_PLAIN_MAX; n += n < 140 ? 1 : 4061) {
                uint8_t *p = here + RECORD_DATA_OFFSET(&us);
                memcpy(p, plenty, n);
                size_t size = record_seal(&peer, span_of(plenty, n), apart);
                assert_true(size > n && size <= RECORD_SEALED_MAX);
                assert_int_equal(record_seal(&peer2, span_of(p, n), here), size);
                assert_memory_equal(here, apart, size);
                assert_int_equal(record_open(&us, apart, size, &used, out, &data), RECORD_DATA);
                assert_true(used == size && span_eq(data, span_of(plenty, n)));
                assert_int_equal(record_open(&us2, here, size, &used, here + RECORD_HEADER, &data),
                                 RECORD_DATA);
                assert_true(used == size && span_eq(data, span_of(plenty, n)));
            }
        }
    assert_int_equal(record_seal(&us, span_of(plenty, RECORD_PLAIN_MAX + 1), apart), 0);
}

static void invalid_params_are_refused(void **unused)
{
    (void)unused;
    static struct record r, zero;
    static const struct {
        const char *name;
        int version, suite, server, secret_in, secret_out;
        bool good;
    } inits[] = {
        {"1.3", 0x304, 1, 0, 32, 32, true},
        {"1.3, SHA-384", 0x304, 2, 1, 48, 48, true},
        {"1.2", 0x303, 3, 1, 0, 0, true},
        {"1.1", 0x302, 1, 0, 0, 0, false},
        {"no suite", 0x304, 0, 0, 32, 32, false},
        {"suite 4", 0x304, 4, 0, 32, 32, false},
        {"suite 255", 0x304, 255, 0, 32, 32, false},
        {"role 2", 0x304, 1, 2, 32, 32, false},
        {"no secret", 0x304, 1, 0, 0, 32, false},
        {"SHA-384 for SHA-256", 0x304, 1, 0, 32, 48, false},
        {"SHA-256 for SHA-384", 0x304, 2, 0, 32, 32, false},
        {"secret in 1.2", 0x303, 1, 0, 32, 32, false},
    };
    for (size_t i = 0; i < ROWS(inits); i++) {
        struct record_params p = {.version = (uint16_t)inits[i].version,
                                  .suite = (uint8_t)inits[i].suite,
                                  .server = (uint8_t)inits[i].server,
                                  .in.secret_size = (uint8_t)inits[i].secret_in,
                                  .out.secret_size = (uint8_t)inits[i].secret_out};
        p.in.limit = p.out.limit = RECORD_PLAIN_MAX;
        ROW(i, inits[i].name);
        assert_int_equal(record_init(&r, &p), inits[i].good);
        if (!inits[i].good)
            assert_memory_equal(&r, &zero, sizeof r);
    }
}

static void invalid_limits_are_refused(void **unused)
{
    (void)unused;
    static struct record r;
    static const struct {
        uint16_t in, out;
        bool good;
    } rows[] = {
        {16384, 16384, true},  {63, 63, true},        {62, 16384, false}, {16384, 62, false},
        {0, 16384, false},     {16384, 0, false},     {0, 0, false},      {16385, 16384, false},
        {16384, 16385, false}, {16384, 65535, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        for (int version = V12; version <= V13; version++) {
            struct record_params p = params(version, SERVER, RECORD_AES_128_GCM);

            ROW(i, "limits");
            p.in.limit = rows[i].in;
            p.out.limit = rows[i].out;
            assert_int_equal(record_init(&r, &p), rows[i].good);
        }
}

/* A negotiated limit holds for what is sealed and, apart from that, for what is opened. */
static void negotiated_limits_are_kept(void **unused)
{
    (void)unused;
    static const uint16_t limits[] = {63, 511, 512, 1024, 4096, 16383};
    static struct record us, peer;
    static uint8_t wire[RECORD_SEALED_MAX], out[RECORD_WIRE_MAX];
    static char plenty[RECORD_PLAIN_MAX];
    struct span data;
    size_t used, n;

    for (size_t i = 0; i < ROWS(limits); i++)
        for (unsigned suite = 1; suite <= 3; suite++)
            for (int version = V12; version <= V13; version++) {
                struct record_params p = params(version, SERVER, suite);

                ROW(i, version == V12 ? "TLS 1.2" : "TLS 1.3");
                p.out.limit = limits[i];
                meet_as(p, &us, &peer);
                assert_int_equal(RECORD_LIMIT(&us), limits[i]);
                assert_int_equal(record_seal(&us, span_of(plenty, limits[i] + 1u), wire), 0);
                n = record_seal(&us, span_of(plenty, limits[i]), wire);
                assert_int_equal(record_open(&peer, wire, n, &used, out, &data), RECORD_DATA);
                assert_int_equal(data.n, limits[i]);
                /* the other direction has no limit of its own */
                n = record_seal(&peer, span_of(plenty, sizeof plenty), wire);
                assert_int_equal(record_open(&us, wire, n, &used, out, &data), RECORD_DATA);
                /* the peer, which doesn't know of the limit, seals one octet too many */
                p.in.limit = limits[i];
                meet_as(p, &us, &peer);
                peer.internal.out.limit = RECORD_PLAIN_MAX;
                n = record_seal(&peer, span_of(plenty, limits[i]), wire);
                assert_int_equal(record_open(&us, wire, n, &used, out, &data), RECORD_DATA);
                n = record_seal(&peer, span_of(plenty, limits[i] + 1u), wire);
                assert_int_equal(record_open(&us, wire, n, &used, out, &data), RECORD_FAULT);
                assert_int_equal(us.alert, RECORD_OVERFLOW);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ended_direction_stays_ended),
        cmocka_unit_test(records_without_data_are_limited),
        cmocka_unit_test(key_update_is_answered_once),
        cmocka_unit_test(renegotiation_is_refused),
        cmocka_unit_test(key_limit_is_kept),
        cmocka_unit_test(sequence_never_wraps),
        cmocka_unit_test(sealing_and_opening_in_place),
        cmocka_unit_test(invalid_params_are_refused),
        cmocka_unit_test(invalid_limits_are_refused),
        cmocka_unit_test(negotiated_limits_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
