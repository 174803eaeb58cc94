/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/relay/handover. */
#include "check.h"

#include "handover.h"

static char room[HANDOVER_MAX];
static char big[HANDOVER_EARLY_MAX + 1];

static struct handover sample(void)
{
    struct handover h = {.id = 7, .idle_timeout = 1800, .interim = 300, .half_close = 1};

    h.bytes_in = 1;
    h.bytes_out = 2;
    h.client = (struct handover_end){.kind = HANDOVER_RECORD};
    h.client.params.version = RECORD_TLS13;
    h.client.params.in.sequence = 5;
    memset(h.client.params.in.key, 'k', sizeof h.client.params.in.key);
    return h;
}

static void round_trip(void **unused)
{
    (void)unused;
    static const struct {
        struct span to_server, to_client, jail;
    } rows[] = {
        {SPAN("b CAPABILITY\r\n"), SPAN("* 1 EXISTS\r\n"), SPAN("\1\2\3\4\5\6\7\10")},
        {SPAN(""), SPAN("x"), SPAN("")},
        {SPAN("x"), SPAN(""), SPAN("")},
        {{big, HANDOVER_EARLY_MAX}, {big, HANDOVER_EARLY_MAX}, {big, HANDOVER_JAIL_MAX}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct handover h = sample(), back;
        struct span to_server, to_client, jail;
        struct buf out = BUF(room);

        assert_true(handover_encode(&h, rows[i].to_server, rows[i].to_client, rows[i].jail, &out));
        assert_true(handover_decode(&back, buf_span(&out), &to_server, &to_client, &jail));
        assert_memory_equal(&back, &h, sizeof h);
        assert_true(span_eq(to_server, rows[i].to_server));
        assert_true(span_eq(to_client, rows[i].to_client));
        assert_true(span_eq(jail, rows[i].jail));
    }
}

static void foreign_images_are_rejected(void **unused)
{
    (void)unused;
    struct handover h = sample(), back, nothing = {0};
    struct span a, b, c;
    struct buf out = BUF(room);

    assert_true(handover_encode(&h, SPAN("abc"), SPAN("de"), SPAN("12345678"), &out));
    for (size_t cut = 0; cut < out.len; cut++)
        assert_false(handover_decode(&back, span_head(buf_span(&out), cut), &a, &b, &c));
    assert_memory_equal(&back, &nothing, sizeof back); /* no keys are left */
    buf_putc(&out, 'x');
    assert_false(handover_decode(&back, buf_span(&out), &a, &b, &c));
    out.len--;
    assert_true(handover_decode(&back, buf_span(&out), &a, &b, &c));
    for (size_t i = 0; i < sizeof h.magic; i++) {
        room[i] ^= 1;
        assert_false(handover_decode(&back, buf_span(&out), &a, &b, &c));
        room[i] ^= 1;
    }
}

static void invalid_fields_are_rejected(void **unused)
{
    (void)unused;
    const struct {
        const char *name;
        size_t at;
        uint8_t value;
    } rows[] = {
        {"client kind", offsetof(struct handover, client.kind), 2},
        {"server kind", offsetof(struct handover, server.kind), 2},
        {"half_close", offsetof(struct handover, half_close), 2},
        {"to_server too long for the image", offsetof(struct handover, to_server_size), 4},
        {"to_client too long for the image", offsetof(struct handover, to_client_size), 4},
        {"to_server over its limit", offsetof(struct handover, to_server_size) + 3, 0xff},
        {"jail too long for the image", offsetof(struct handover, jail_size), 9},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct handover h = sample(), back;
        struct span a, b, c;
        struct buf out = BUF(room);

        ROW(i, rows[i].name);
        assert_true(handover_encode(&h, SPAN("abc"), SPAN("de"), SPAN("12345678"), &out));
        room[rows[i].at] = (char)rows[i].value;
        assert_false(handover_decode(&back, buf_span(&out), &a, &b, &c));
    }
}

static void limits_are_kept(void **unused)
{
    (void)unused;
    struct handover h = sample();
    struct buf out = BUF(room);

    assert_false(handover_encode(&h, span_of(big, sizeof big), SPAN_NONE, SPAN_NONE, &out));
    assert_false(handover_encode(&h, SPAN_NONE, span_of(big, sizeof big), SPAN_NONE, &out));
    assert_false(
        handover_encode(&h, SPAN_NONE, SPAN_NONE, span_of(big, HANDOVER_JAIL_MAX + 1), &out));
    h.client.kind = 2;
    assert_false(handover_encode(&h, SPAN_NONE, SPAN_NONE, SPAN_NONE, &out));
    h = sample();
    out.cap = sizeof h + 2;
    assert_false(handover_encode(&h, SPAN("abc"), SPAN_NONE, SPAN_NONE, &out));
    assert_int_equal(out.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(foreign_images_are_rejected),
        cmocka_unit_test(invalid_fields_are_rejected),
        cmocka_unit_test(limits_are_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
