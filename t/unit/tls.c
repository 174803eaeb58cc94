/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/tls, against plain GnuTLS over a socket: the record sizes that a peer takes,
 * renegotiation, a socket that is full, and keys that can't be exported. */
#include "check.h"

#include <errno.h>

#include "tls_bed.h"

/* The peer receives exactly this, from the socket and without a fault. */
static void peer_hears(struct scene *s, struct span data)
{
    static char room[RECORD_PLAIN_MAX];

    while (data.n) {
        ssize_t n = gnutls_record_recv(s->peer, room, sizeof room);
        if (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED)
            continue;
        if (n <= 0)
            print_message("the peer: %s\n", gnutls_strerror((int)n));
        assert_true(n > 0);
        assert_true(span_eq(span_of(room, (size_t)n), span_head(data, (size_t)n)));
        data = span_tail(data, (size_t)n);
    }
}

/* Sends by the exported keys, and receives what the peer sends. */
static void go_on_with_records(struct scene *s, const struct record_params *params)
{
    static struct record record;
    static uint8_t wire[RECORD_SEALED_MAX], plain[RECORD_WIRE_MAX];
    struct span rest = span_of(big, sizeof big), data;
    size_t have = 0, used, limit;

    assert_true(record_init(&record, params));
    limit = RECORD_LIMIT(&record);
    for (; rest.n; rest = span_tail(rest, limit)) {
        struct span one = span_head(rest, limit);
        size_t n = record_seal(&record, one, wire);
        assert_true(n > 0);
        assert_int_equal(write(s->us, wire, n), n);
        peer_hears(s, one);
    }
    ssize_t sent = gnutls_record_send(s->peer, big, 20000);
    assert_true(sent > 0);
    for (size_t heard = 0; heard < (size_t)sent;) {
        ssize_t n = read(s->us, wire + have, sizeof wire - have);
        have += n > 0 ? (size_t)n : 0;
        enum record_event e = record_open(&record, wire, have, &used, plain, &data);
        assert_true(e == RECORD_DATA || e == RECORD_NOTHING || e == RECORD_MORE);
        assert_true(span_eq(data, span_head(span_of(big + heard, sizeof big - heard), data.n)));
        heard += data.n;
        memmove(wire, wire + used, have -= used);
    }
    record_wipe(&record);
}

/* Everything that we send, before the handover and after it, is in records that the peer takes.
 * GnuTLS always offers record_size_limit; t/e2e/tls.sh has peers that don't. */
static void record_sizes_are_kept(void **unused)
{
    (void)unused;
    static const struct peer rows[] = {
        {"client, nothing negotiated, 1.2", true, .version = 2},
        {"client, nothing negotiated, 1.3", true, .version = 3},
        {"client, both extensions, 1.2", true, 2, 1024, .out = 1024},
        {"client, both extensions, 1.3", true, 3, 1024, .out = 1024},
        {"client, record_size_limit 1000, 1.2", true, 2, 0, 1000, .out = 1000},
        {"client, record_size_limit 1000, 1.3", true, 3, 0, 1000, .out = 1000},
        {"client, record_size_limit 64, 1.2", true, 2, 0, 64, .out = 64},
        {"client, record_size_limit 64, 1.3", true, 3, 0, 64, .out = 64},
        {"client, record_size_limit 16383, 1.3", true, 3, 0, 16383, .out = 16383},
        {"server, nothing negotiated, 1.2", false, .version = 2},
        {"server, nothing negotiated, 1.3", false, .version = 3},
        {"server, record_size_limit 1024, 1.2", false, 2, 0, 1024, .out = 1024},
        {"server, record_size_limit 1024, 1.3", false, 3, 0, 1024, .out = 1024},
        {"server, record_size_limit 64, 1.2", false, 2, 0, 64, .out = 64},
        {"server, record_size_limit 64, 1.3", false, 3, 0, 64, .out = 64},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct record_params params;
        struct scene s;

        ROW(i, rows[i].name);
        meet(&s, &rows[i]);
        shake_hands(&s);
        struct span rest = span_of(big, 8000); /* longer than any reply before the handover */
        while (rest.n) {
            ssize_t n = tls_write(s.tls, rest.p, rest.n);
            assert_true(n > 0);
            peer_hears(&s, span_head(rest, (size_t)n));
            rest = span_tail(rest, (size_t)n);
        }
        char none[1]; /* what came with the handshake: tickets */
        assert_int_equal(tls_read(s.tls, none, sizeof none), -1);
        assert_true(tls_export(s.tls, &params));
        assert_int_equal(params.out.limit, rows[i].out ? rows[i].out : RECORD_PLAIN_MAX);
        assert_int_equal(params.in.limit, RECORD_PLAIN_MAX);
        go_on_with_records(&s, &params);
        part(&s);
    }
}

/* RFC 5246 section 7.2.2: a warning, and the session goes on. */
static void renegotiation_is_refused(void **unused)
{
    (void)unused;
    static const struct peer rows[] = {{"the client asks", true, .version = 2},
                                       {"the server asks", false, .version = 2}};

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct scene s;
        char c[3];

        ROW(i, rows[i].name);
        meet(&s, &rows[i]);
        shake_hands(&s);
        int r = rows[i].server ? gnutls_handshake(s.peer) : gnutls_rehandshake(s.peer);
        assert_true(r == 0 || r == GNUTLS_E_AGAIN);
        errno = 0;
        assert_int_equal(tls_read(s.tls, c, sizeof c), -1);
        assert_int_equal(errno, EAGAIN);
        r = rows[i].server ? gnutls_handshake(s.peer)
                           : (int)gnutls_record_recv(s.peer, c, sizeof c);
        assert_int_equal(r, GNUTLS_E_WARNING_ALERT_RECEIVED);
        assert_int_equal(gnutls_alert_get(s.peer), GNUTLS_A_NO_RENEGOTIATION);
        if (!rows[i].server) { /* a GnuTLS client that was refused sends no data any more */
            assert_int_equal(gnutls_record_send(s.peer, "abc", 3), 3);
            assert_int_equal(tls_read(s.tls, c, sizeof c), 3);
        }
        assert_int_equal(tls_write(s.tls, "def", 3), 3);
        part(&s);
    }
}

static void handshake_waits_for_room(void **unused)
{
    (void)unused;
    static const struct peer rows[] = {{"server, 1.2", true, .version = 2},
                                       {"server, 1.3", true, .version = 3},
                                       {"client, 1.3", false, .version = 3}};

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct scene s;

        ROW(i, rows[i].name);
        meet(&s, &rows[i]);
        if (rows[i].server)
            assert_int_equal(gnutls_handshake(s.peer), GNUTLS_E_AGAIN);
        size_t filled = fill_socket(s.us);
        assert_int_equal(tls_handshake(s.tls), TLS_WAIT_WRITE);
        assert_int_equal(tls_handshake(s.tls), TLS_WAIT_WRITE);
        empty_socket(s.them, filled);
        shake_hands(&s);
        part(&s);
    }
}

static void write_waits_for_room(void **unused)
{
    (void)unused;
    for (int version = 2; version <= 3; version++) {
        struct peer row = {"full", true, .version = version};
        struct scene s;

        ROW(version, "a full socket");
        meet(&s, &row);
        shake_hands(&s);
        char none[1];
        assert_int_equal(tls_read(s.tls, none, sizeof none), -1);
        for (int k = 0; k < 4; k++) /* tickets */
            assert_int_equal(gnutls_record_recv(s.peer, none, sizeof none), GNUTLS_E_AGAIN);
        size_t filled = fill_socket(s.us);
        errno = 0;
        assert_int_equal(tls_write(s.tls, "whole", 5), -1);
        assert_int_equal(errno, EAGAIN);
        empty_socket(s.them, filled);
        assert_int_equal(tls_write(s.tls, "whole", 5), 5); /* the same octets, once */
        assert_int_equal(tls_write(s.tls, " and more", 9), 9);
        peer_hears(&s, SPAN("whole and more"));
        part(&s);
    }
}

/* The exported keys are those in use, however often the peer has updated its own. Data that TLS
 * holds would be lost. */
static void keys_are_exported_unless_data_is_pending(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        int updates;
        bool pending, good;
    } rows[] = {
        {"no update", 0, false, true},
        {"one update", 1, false, true},
        {"17 updates", 17, false, true},
        {"data pending", 0, true, false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct peer row = {"1.3", true, .version = 3};
        struct record_params params, wiped;
        struct scene s;
        char c;

        ROW(i, rows[i].name);
        memset(&wiped, 0, sizeof wiped);
        memset(&params, 'x', sizeof params);
        meet(&s, &row);
        shake_hands(&s);
        for (int k = 0; k < rows[i].updates; k++) {
            if (k % 8 == 7)
                usleep(1100000); /* GnuTLS takes only 8 in a second */
            assert_int_equal(gnutls_session_key_update(s.peer, 0), 0);
            assert_int_equal(tls_read(s.tls, &c, 1), -1);
            assert_int_equal(errno, EAGAIN);
        }
        if (rows[i].pending) {
            assert_int_equal(gnutls_record_send(s.peer, "ab", 2), 2);
            assert_int_equal(tls_read(s.tls, &c, 1), 1);
        }
        assert_int_equal(tls_export(s.tls, &params), rows[i].good);
        if (rows[i].good)
            go_on_with_records(&s, &params);
        else
            assert_memory_equal(&params, &wiped, sizeof params);
        part(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(record_sizes_are_kept),
        cmocka_unit_test(renegotiation_is_refused),
        cmocka_unit_test(handshake_waits_for_room),
        cmocka_unit_test(write_waits_for_room),
        cmocka_unit_test(keys_are_exported_unless_data_is_pending),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
