/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/record: which records a peer may send, in every suite, replayed at every
 * cut. */
#include "check.h"

#include "record_pair.h"

#define STEPS 8
#define WIRE  (3 * RECORD_WIRE_MAX)

static char plenty[RECORD_PLAIN_MAX + 300]; /* data of any length up to the longest */

struct step {
    uint8_t type;        /* in 1.3: of TLSInnerPlaintext, its last octet */
    struct span content; /* what comes before it */
    bool rekey;          /* the peer changes its key after this record */
    enum record_event event;
    uint8_t alert;
    struct span data;
};

struct row {
    const char *name;
    int versions, roles;
    struct step steps[STEPS]; /* ends at a step with type 0 and no content */
};

#define GETS(s)                                                                                    \
    {                                                                                              \
        .type = DATA, .content = SPAN(s), .event = RECORD_DATA, .data = SPAN(s)                    \
    }
#define TAKES(t, s)                                                                                \
    {                                                                                              \
        .type = (t), .content = SPAN(s), .event = RECORD_NOTHING                                   \
    }
#define FAILS(t, s, a)                                                                             \
    {                                                                                              \
        .type = (t), .content = SPAN(s), .event = RECORD_FAULT, .alert = (a)                       \
    }
#define REKEYS(s)                                                                                  \
    {                                                                                              \
        .type = SHAKE, .content = SPAN(s), .rekey = true, .event = RECORD_NOTHING                  \
    }

static const struct row rows[] = {
    {"data", BOTH, EITHER, {GETS("one"), GETS("a NUL \0 in it"), GETS("x")}},
    {"empty data between data", BOTH, EITHER, {GETS(""), GETS("one"), GETS(""), GETS("two")}},
    {"the longest data",
     BOTH,
     EITHER,
     {{DATA, {plenty, RECORD_PLAIN_MAX}, 0, RECORD_DATA, 0, {plenty, RECORD_PLAIN_MAX}},
      GETS("x")}},
    {"too long by one",
     BOTH,
     EITHER,
     {{DATA, {plenty, RECORD_PLAIN_MAX + 1}, 0, RECORD_FAULT, RECORD_OVERFLOW, SPAN_NONE}}},
    {"too long, in a record that still fits",
     V13,
     EITHER,
     {{DATA, {plenty, RECORD_PLAIN_MAX + 239}, 0, RECORD_FAULT, RECORD_OVERFLOW, SPAN_NONE}}},
    {"too long for any record",
     BOTH,
     EITHER,
     {{DATA, {plenty, RECORD_PLAIN_MAX + 240}, 0, RECORD_FAULT, RECORD_OVERFLOW, SPAN_NONE}}},
    {"padded",
     V13,
     EITHER,
     {{0, SPAN("one\x17\0\0\0"), 0, RECORD_DATA, 0, SPAN("one")},
      {0, SPAN("\x17"), 0, RECORD_DATA, 0, SPAN_NONE},
      {0, SPAN(UPDATE "\x16\0"), true, RECORD_NOTHING, 0, SPAN_NONE},
      GETS("two\0")}},
    {"padding alone", V13, EITHER, {GETS("a"), FAILS(0, "\0\0\0", 10)}},

    {"close_notify",
     BOTH,
     EITHER,
     {GETS("last"), {.type = ALERT, .content = SPAN("\1\0"), .event = RECORD_CLOSED}}},
    {"close_notify as fatal",
     BOTH,
     EITHER,
     {{.type = ALERT, .content = SPAN("\2\0"), .event = RECORD_CLOSED}}},
    {"fatal alert",
     BOTH,
     EITHER,
     {{.type = ALERT, .content = SPAN("\2\x28"), .event = RECORD_ALERT, .alert = 40}}},
    {"1.3 warning is fatal",
     V13,
     EITHER,
     {{.type = ALERT, .content = SPAN("\1\x64"), .event = RECORD_ALERT, .alert = 100}}},
    {"1.2 warning", V12, EITHER, {TAKES(ALERT, "\1\x64"), GETS("on")}},
    {"data after user_canceled", BOTH, EITHER, {TAKES(ALERT, "\1\x5a"), GETS("on")}},
    {"alert with an unknown level", V12, EITHER, {FAILS(ALERT, "\3\x28", 47)}},
    {"two alerts", BOTH, EITHER, {FAILS(ALERT, "\1\x5a\1\0", 50)}},
    {"half an alert", BOTH, EITHER, {FAILS(ALERT, "\1", 50)}},
    {"empty alert", V12, EITHER, {FAILS(ALERT, "", 10)}},
    {"empty alert, padded", V13, EITHER, {FAILS(0, "\x15", 10)}},

    {"KeyUpdate",
     V13,
     EITHER,
     {GETS("old"), REKEYS(UPDATE), GETS("new"), REKEYS(UPDATE_ASKED), GETS("newer")}},
    {"KeyUpdate in pieces",
     V13,
     EITHER,
     {TAKES(SHAKE, "\x18"), TAKES(SHAKE, "\0\0"), TAKES(SHAKE, "\1"), REKEYS("\0"), GETS("new")}},
    {"KeyUpdate with another after it", V13, EITHER, {FAILS(SHAKE, UPDATE UPDATE, 10)}},
    {"KeyUpdate with value 2", V13, EITHER, {FAILS(SHAKE, "\x18\0\0\1\2", 47)}},
    {"empty KeyUpdate", V13, EITHER, {FAILS(SHAKE, "\x18\0\0\0", 50)}},
    {"KeyUpdate of two octets", V13, EITHER, {FAILS(SHAKE, "\x18\0\0\2\0\0", 50)}},
    {"KeyUpdate in 1.2", V12, EITHER, {FAILS(SHAKE, UPDATE, 10)}},
    {"ticket", V13, CLIENT, {TAKES(SHAKE, TICKET), GETS("on")}},
    {"two tickets and a KeyUpdate in one record",
     V13,
     CLIENT,
     {REKEYS(TICKET TICKET UPDATE), GETS("on")}},
    {"ticket in pieces, and the next right after it",
     V13,
     CLIENT,
     {TAKES(SHAKE, "\4\0"), TAKES(SHAKE, "\0\5ab"), TAKES(SHAKE, "cde\4"), TAKES(SHAKE, "\0\0\0"),
      GETS("on")}},
    {"data inside a ticket", V13, CLIENT, {TAKES(SHAKE, "\4\0\0\5ab"), FAILS(DATA, "x", 10)}},
    {"data inside a header", V13, CLIENT, {TAKES(SHAKE, "\4"), FAILS(DATA, "x", 10)}},
    {"close_notify inside a ticket",
     V13,
     CLIENT,
     {TAKES(SHAKE, "\4\0\0\5ab"),
      {.type = ALERT, .content = SPAN("\1\0"), .event = RECORD_CLOSED}}},
    {"the largest ticket", V13, CLIENT, {TAKES(SHAKE, "\4\2\1\11ab")}},
    {"a ticket too large", V13, CLIENT, {FAILS(SHAKE, "\4\2\1\12", 50)}},
    {"ticket to a server", V13, SERVER, {FAILS(SHAKE, TICKET, 10)}},
    {"ticket in 1.2", V12, EITHER, {FAILS(SHAKE, TICKET, 10)}},
    {"ClientHello in 1.3", V13, EITHER, {FAILS(SHAKE, "\1\0\0\1x", 10)}},
    {"CertificateRequest", V13, CLIENT, {FAILS(SHAKE, "\x0d\0\0\1x", 10)}},
    {"unknown message, refused at its first octet", BOTH, EITHER, {FAILS(SHAKE, "\x14", 10)}},
    {"empty handshake", V12, EITHER, {FAILS(SHAKE, "", 10)}},
    {"empty handshake, padded", V13, EITHER, {FAILS(0, "\x16", 10)}},

    {"HelloRequest", V12, CLIENT, {TAKES(SHAKE, "\0\0\0\0"), GETS("on")}},
    {"HelloRequest with a body", V12, CLIENT, {FAILS(SHAKE, "\0\0\0\1x", 50)}},
    {"HelloRequest to a server", V12, SERVER, {FAILS(SHAKE, "\0\0\0\0", 10)}},
    {"ClientHello", V12, SERVER, {TAKES(SHAKE, "\1\0\0\3abc"), GETS("on")}},
    {"ClientHello in pieces",
     V12,
     SERVER,
     {TAKES(SHAKE, "\1\0\0"), TAKES(SHAKE, "\3ab"), TAKES(SHAKE, "c"), GETS("on")}},
    {"ClientHello too long", V12, SERVER, {FAILS(SHAKE, "\1\0\x40\1", 50)}},
    {"ClientHello to a client", V12, CLIENT, {FAILS(SHAKE, "\1\0\0\3abc", 10)}},

    {"change_cipher_spec", V12, EITHER, {FAILS(20, "\1", 10)}},
    {"heartbeat", V12, EITHER, {FAILS(24, "\1", 10)}},
    {"encrypted change_cipher_spec", V13, EITHER, {FAILS(20, "\1", 10)}},
    {"encrypted heartbeat", V13, EITHER, {FAILS(24, "\1", 10)}},
};

static size_t seal_row(const struct row *row, struct record *peer, uint8_t *wire)
{
    size_t n = 0;

    for (const struct step *s = row->steps; s < row->steps + STEPS && (s->type || s->content.p);
         s++) {
        n += cipher_seal(&peer->internal, s->type, s->content, wire + n);
        if (s->rekey)
            cipher_next_key(&peer->internal.out, peer->internal.cipher);
    }
    return n;
}

/* Gives us wire[0..first), then `more` octets at a time. */
static void play(const struct row *row, struct record us, const uint8_t *wire, size_t size,
                 size_t first, size_t more)
{
    static uint8_t out[RECORD_WIRE_MAX];
    const struct step *s = row->steps;

    for (size_t at = 0, have = first, used; at < size;) {
        struct span data;
        enum record_event event = record_open(&us, wire + at, have - at, &used, out, &data);

        if (event == RECORD_MORE) {
            assert_true(used == 0 && have < size);
            have = size - have < more ? size : have + more;
            continue;
        }
        if (event != s->event || !span_eq(data, s->data) || us.alert != s->alert)
            fail_msg("%s: step %td, cut %zu/%zu: event %d alert %d", row->name, s - row->steps,
                     first, more, event, us.alert);
        at += used;
        s++;
        if (us.internal.in.state != RECORD_DIRECTION_OPEN)
            break;
    }
    assert_true(s == row->steps + STEPS || (!s->type && !s->content.p));
}

static void play_all(const struct row *row, int version, int role, unsigned suite)
{
    static uint8_t wire[WIRE];
    static struct record us, peer;

    meet(version, role, suite, &us, &peer);
    size_t size = seal_row(row, &peer, wire), stride = size > 1000 ? 1009 : 1;

    play(row, us, wire, size, size, 1);
    play(row, us, wire, size, 0, 1);
    for (size_t cut = 1; cut < size; cut += stride)
        play(row, us, wire, size, cut, size);
}

static void records_at_every_cut(void **unused)
{
    (void)unused;
    memset(plenty, 'p', sizeof plenty);
    for (size_t i = 0; i < ROWS(rows); i++)
        for (unsigned suite = 1; suite <= 3; suite++)
            for (int version = V12; version <= V13; version++)
                for (int role = CLIENT; role <= SERVER; role++)
                    if ((rows[i].versions & version) && (rows[i].roles & role))
                        play_all(&rows[i], version, role, suite);
}

/* Flips every bit of a record: none yields data. */
static void flip_all(struct record us, const uint8_t *good, size_t n)
{
    uint8_t bad[100], out[100];
    struct span data;
    size_t used;

    for (size_t bit = 0; bit < 8 * n; bit++) {
        struct record copy = us;

        memcpy(bad, good, n);
        bad[bit / 8] ^= (uint8_t)(1 << bit % 8);
        enum record_event e = record_open(&copy, bad, n, &used, out, &data);

        assert_true(e == RECORD_FAULT || (e == RECORD_MORE && (bit / 8 == 3 || bit / 8 == 4)));
        assert_int_equal(data.n, 0);
        if (bit / 8 >= RECORD_HEADER)
            assert_int_equal(copy.alert, RECORD_BAD_RECORD_MAC);
    }
}

static void tampered_records_bring_no_data(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t good[100], out[100];
    struct span data;
    size_t used;

    for (unsigned suite = 1; suite <= 3; suite++)
        for (int version = V12; version <= V13; version++) {
            meet(version, SERVER, suite, &us, &peer);
            size_t n = record_seal(&peer, SPAN("some data"), good);

            flip_all(us, good, n);
            assert_int_equal(record_open(&us, good, n, &used, out, &data), RECORD_DATA);
            assert_int_equal(record_open(&us, good, n, &used, out, &data), RECORD_FAULT);
            assert_int_equal(us.alert, RECORD_BAD_RECORD_MAC); /* replayed */
        }
}

/* Rows that the five octets of a header decide. */
static const struct {
    int versions;
    unsigned suites; /* bits */
    uint8_t header[RECORD_HEADER], alert;
    enum record_event event;
} header_rows[] = {
#define BAD(v, s, a, ...)                                                                          \
    {                                                                                              \
        v, s, {__VA_ARGS__}, a, RECORD_FAULT                                                       \
    }
#define GOOD(v, s, ...)                                                                            \
    {                                                                                              \
        v, s, {__VA_ARGS__}, 0, RECORD_MORE                                                        \
    }
    GOOD(BOTH, 14, 23, 3, 3, 0, 50),     GOOD(V12, 14, 21, 3, 3, 0, 50),
    GOOD(V12, 14, 22, 3, 3, 0, 50),      BAD(V13, 14, 10, 21, 3, 3, 0, 50),
    BAD(V13, 14, 10, 22, 3, 3, 0, 50),   BAD(BOTH, 14, 10, 20, 3, 3, 0, 1),
    BAD(BOTH, 14, 10, 24, 3, 3, 0, 50),  BAD(BOTH, 14, 10, 0, 3, 3, 0, 50),
    BAD(BOTH, 14, 10, 128, 3, 3, 0, 50), BAD(BOTH, 14, 10, 'G', 'E', 'T', ' ', '/'),
    BAD(BOTH, 14, 70, 23, 3, 1, 0, 50),  BAD(BOTH, 14, 70, 23, 3, 4, 0, 50),
    BAD(BOTH, 14, 70, 23, 2, 3, 0, 50),  GOOD(V13, 14, 23, 3, 3, 0x41, 0),
    BAD(V13, 14, 22, 23, 3, 3, 0x41, 1), GOOD(V12, 6, 23, 3, 3, 0x40, 24),
    BAD(V12, 6, 22, 23, 3, 3, 0x40, 25), GOOD(V12, 8, 23, 3, 3, 0x40, 16),
    BAD(V12, 8, 22, 23, 3, 3, 0x40, 17), BAD(BOTH, 14, 22, 23, 3, 3, 0xff, 0xff),
    BAD(BOTH, 14, 20, 23, 3, 3, 0, 0), /* nothing sealed: no tag */
};

static void header_alone_decides(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t out[RECORD_HEADER];
    struct span data;
    size_t used;

    for (size_t i = 0; i < ROWS(header_rows); i++)
        for (unsigned suite = 1; suite <= 3; suite++)
            for (int version = V12; version <= V13; version++)
                if ((header_rows[i].versions & version) && (header_rows[i].suites >> suite & 1)) {
                    ROW(i, "header");
                    meet(version, CLIENT, suite, &us, &peer);
                    assert_int_equal(
                        record_open(&us, header_rows[i].header, RECORD_HEADER, &used, out, &data),
                        header_rows[i].event);
                    assert_int_equal(us.alert, header_rows[i].alert);
                }
}

/* Records of 0 octets up to one less than the minimum. */
static void short_records_fail(void **unused)
{
    (void)unused;
    static struct record us, peer;
    uint8_t wire[64] = {23, 3, 3}, out[64];
    struct span data;
    size_t used;

    for (unsigned suite = 1; suite <= 3; suite++)
        for (int version = V12; version <= V13; version++)
            for (uint8_t n = 0; n < 26; n++) {
                meet(version, CLIENT, suite, &us, &peer);
                wire[4] = n;
                assert_int_equal(
                    record_open(&us, wire, RECORD_HEADER + (size_t)n, &used, out, &data),
                    RECORD_FAULT);
                assert_int_equal(us.alert, RECORD_BAD_RECORD_MAC);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_at_every_cut),
        cmocka_unit_test(tampered_records_bring_no_data),
        cmocka_unit_test(header_alone_decides),
        cmocka_unit_test(short_records_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
