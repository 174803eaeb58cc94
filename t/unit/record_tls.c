/* SPDX-License-Identifier: ISC */
/* lib/record against GnuTLS: after a handshake in memory, lib/record takes one side over. */
#include "check.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <time.h>

#include "record.h"

struct pipe {
    uint8_t p[8 * RECORD_WIRE_MAX];
    size_t n;
};

struct end {
    gnutls_session_t session;
    struct pipe *in, *out;
    uint8_t secret_in[RECORD_SECRET_MAX], secret_out[RECORD_SECRET_MAX];
    size_t secret_size;
};

/* One connection: `peer` stays with GnuTLS, `us` takes over the end `left`. */
struct scene {
    struct pipe pipes[2];
    struct end server, client, *peer, *left;
    struct record us;
};

static gnutls_certificate_credentials_t server_cred, client_cred;
static gnutls_datum_t ticket_key;
static char blob[RECORD_PLAIN_MAX];

static ssize_t push_octets(gnutls_transport_ptr_t t, const void *data, size_t n)
{
    struct end *e = t;

    assert_true(n <= sizeof e->out->p - e->out->n);
    memcpy(e->out->p + e->out->n, data, n);
    e->out->n += n;
    return (ssize_t)n;
}

static void consume(struct pipe *p, size_t n)
{
    memmove(p->p, p->p + n, p->n - n);
    p->n -= n;
}

static ssize_t pull_octets(gnutls_transport_ptr_t t, void *room, size_t n)
{
    struct end *e = t;

    if (e->in->n == 0) {
        gnutls_transport_set_errno(e->session, EAGAIN);
        return -1;
    }
    n = n < e->in->n ? n : e->in->n;
    memcpy(room, e->in->p, n);
    consume(e->in, n);
    return (ssize_t)n;
}

static int keep_secret(gnutls_session_t session, gnutls_record_encryption_level_t level,
                       const void *secret_read, const void *secret_write, size_t size)
{
    struct end *e = gnutls_session_get_ptr(session);

    if (level != GNUTLS_ENCRYPTION_LEVEL_APPLICATION)
        return 0;
    if (secret_read)
        memcpy(e->secret_in, secret_read, size);
    if (secret_write)
        memcpy(e->secret_out, secret_write, size);
    e->secret_size = size;
    return 0;
}

static void start_session(struct end *e, unsigned flags, gnutls_certificate_credentials_t cred,
                          const char *priority)
{
    assert_int_equal(gnutls_init(&e->session, flags | GNUTLS_NONBLOCK), 0);
    gnutls_session_set_ptr(e->session, e);
    gnutls_transport_set_ptr(e->session, e);
    gnutls_transport_set_push_function(e->session, push_octets);
    gnutls_transport_set_pull_function(e->session, pull_octets);
    gnutls_handshake_set_secret_function(e->session, keep_secret);
    assert_int_equal(gnutls_priority_set_direct(e->session, priority, NULL), 0);
    gnutls_credentials_set(e->session, GNUTLS_CRD_CERTIFICATE, cred);
    if (flags & GNUTLS_SERVER)
        assert_int_equal(gnutls_session_ticket_enable_server(e->session, &ticket_key), 0);
}

static void export_keys(const struct end *e, bool in, struct record_keys *k)
{
    gnutls_datum_t mac, iv, key;
    unsigned char sequence[8];

    assert_int_equal(gnutls_record_get_state(e->session, in, &mac, &iv, &key, sequence), 0);
    assert_true(key.size <= sizeof k->key && iv.size <= sizeof k->iv);
    memcpy(k->key, key.data, key.size);
    memcpy(k->iv, iv.data, iv.size);
    for (size_t i = 0; i < sizeof sequence; i++)
        k->sequence = k->sequence << 8 | sequence[i];
    memcpy(k->secret, in ? e->secret_in : e->secret_out, e->secret_size);
    k->secret_size = (uint8_t)e->secret_size;
    k->limit = RECORD_PLAIN_MAX;
}

struct row {
    const char *name, *cipher;
    enum record_suite suite;
};

static const struct row suites[] = {
    {"AES-128-GCM", "+AES-128-GCM", RECORD_AES_128_GCM},
    {"AES-256-GCM", "+AES-256-GCM", RECORD_AES_256_GCM},
    {"ChaCha20-Poly1305", "+CHACHA20-POLY1305", RECORD_CHACHA20_POLY1305},
};

static void meet(struct scene *s, const struct row *row, bool tls13, bool server)
{
    struct record_params params = {.version = tls13 ? RECORD_TLS13 : RECORD_TLS12,
                                   .suite = (uint8_t)row->suite,
                                   .server = server};
    char priority[128];
    int a = -1, b = -1;

    *s = (struct scene){.pipes = {{.n = 0}}};
    s->server.in = s->client.out = &s->pipes[0];
    s->client.in = s->server.out = &s->pipes[1];
    snprintf(priority, sizeof priority, "NORMAL:-VERS-ALL:+VERS-TLS1.%d:-CIPHER-ALL:%s",
             tls13 ? 3 : 2, row->cipher);
    start_session(&s->server, GNUTLS_SERVER, server_cred, priority);
    start_session(&s->client, GNUTLS_CLIENT, client_cred, priority);
    for (int i = 0; i < 20 && (a || b); i++) {
        a = a ? gnutls_handshake(s->client.session) : 0;
        b = b ? gnutls_handshake(s->server.session) : 0;
    }
    assert_true(a == 0 && b == 0);
    s->left = server ? &s->server : &s->client;
    s->peer = server ? &s->client : &s->server;
    export_keys(s->left, true, &params.in);
    export_keys(s->left, false, &params.out);
    assert_true(record_init(&s->us, &params));
}

static void free_sessions(struct scene *s)
{
    record_wipe(&s->us);
    gnutls_deinit(s->server.session);
    gnutls_deinit(s->client.session);
}

/* Returns the next event but RECORD_NOTHING, which it counts in *nothing. */
static enum record_event receive_event(struct scene *s, struct span *data, int *nothing)
{
    static uint8_t out[RECORD_WIRE_MAX];
    enum record_event event;
    size_t used;

    do {
        event = record_open(&s->us, s->left->in->p, s->left->in->n, &used, out, data);
        consume(s->left->in, used);
        *nothing += event == RECORD_NOTHING;
    } while (event == RECORD_NOTHING);
    return event;
}

static void send_data(struct scene *s, size_t n)
{
    static uint8_t out[RECORD_SEALED_MAX];

    push_octets(s->left, out, record_owes(&s->us, out));
    size_t size = record_seal(&s->us, span_of(blob, n), out);

    assert_true(size > n);
    push_octets(s->left, out, size);
}

static void peer_receives(struct scene *s, size_t n)
{
    static char room[RECORD_PLAIN_MAX];
    ssize_t got;

    do
        got = gnutls_record_recv(s->peer->session, room, sizeof room);
    while (got == GNUTLS_E_AGAIN && s->peer->in->n > 0);
    assert_int_equal(got, n);
    assert_memory_equal(room, blob, n);
}

/* Sends data of several lengths in both directions. Returns how many records brought none. */
static int exchange_data(struct scene *s)
{
    static const size_t lengths[] = {1, 15, 16, 17, 63, 64, 65, 1000, RECORD_PLAIN_MAX};
    struct span data;
    int nothing = 0;

    for (size_t i = 0; i < ROWS(lengths); i++) {
        assert_int_equal(gnutls_record_send(s->peer->session, blob, lengths[i]), lengths[i]);
        assert_int_equal(receive_event(s, &data, &nothing), RECORD_DATA);
        assert_true(span_eq(data, span_of(blob, lengths[i])));
        send_data(s, lengths[i]);
        peer_receives(s, lengths[i]);
    }
    return nothing;
}

static void key_updates(struct scene *s)
{
    gnutls_session_t peer = s->peer->session;

    for (int i = 0; i < 3; i++) {
        assert_int_equal(gnutls_session_key_update(peer, 0), 0);
        assert_int_equal(exchange_data(s), 1);
        assert_true(s->us.internal.out.sequence > 1);
        assert_int_equal(gnutls_session_key_update(peer, GNUTLS_KU_PEER), 0);
        assert_int_equal(exchange_data(s), 1);
        assert_int_equal(s->us.internal.out.sequence, 9); /* our key is new too */
        s->us.internal.key_limit = 9;                     /* and used up */
        assert_int_equal(exchange_data(s), 0);
        assert_int_equal(s->us.internal.out.sequence, 9);
        s->us.internal.key_limit = 1 << 24;
    }
}

/* A server asks by HelloRequest, a client by ClientHello. Both are refused, and data flows on. */
static void renegotiation(struct scene *s)
{
    gnutls_session_t peer = s->peer->session;
    bool client = s->peer == &s->client;
    char room[16];
    uint8_t out[RECORD_SMALL_MAX];
    struct span data;
    int nothing = 0;

    assert_int_equal(client ? gnutls_handshake(peer) : gnutls_rehandshake(peer),
                     client ? GNUTLS_E_AGAIN : 0);
    assert_int_equal(receive_event(s, &data, &nothing), RECORD_MORE);
    assert_int_equal(nothing, 1);
    push_octets(s->left, out, record_owes(&s->us, out));
    assert_int_equal(client ? gnutls_handshake(peer) : gnutls_record_recv(peer, room, sizeof room),
                     GNUTLS_E_WARNING_ALERT_RECEIVED);
    assert_int_equal(gnutls_alert_get(peer), GNUTLS_A_NO_RENEGOTIATION);
    assert_int_equal(exchange_data(s), 0);
}

static void say_goodbye(struct scene *s, bool politely)
{
    uint8_t out[RECORD_SMALL_MAX];
    struct span data;
    char room[16];
    int nothing = 0;

    if (!politely) {
        gnutls_alert_send(s->peer->session, GNUTLS_AL_FATAL, GNUTLS_A_ACCESS_DENIED);
        assert_int_equal(receive_event(s, &data, &nothing), RECORD_ALERT);
        assert_int_equal(s->us.alert, GNUTLS_A_ACCESS_DENIED);
        push_octets(s->left, out, record_alert(&s->us, 80, out));
        assert_int_equal(gnutls_record_recv(s->peer->session, room, sizeof room),
                         GNUTLS_E_FATAL_ALERT_RECEIVED);
        assert_int_equal(gnutls_alert_get(s->peer->session), GNUTLS_A_INTERNAL_ERROR);
        return;
    }
    assert_int_equal(gnutls_bye(s->peer->session, GNUTLS_SHUT_WR), 0);
    assert_int_equal(receive_event(s, &data, &nothing), RECORD_CLOSED);
    send_data(s, 100); /* our direction is still open */
    push_octets(s->left, out, record_alert(&s->us, RECORD_CLOSE_NOTIFY, out));
    peer_receives(s, 100);
    assert_int_equal(gnutls_record_recv(s->peer->session, room, sizeof room), 0);
}

static void interoperate(bool tls13)
{
    static struct scene s;

    for (size_t i = 0; i < ROWS(suites); i++)
        for (int server = 0; server <= 1; server++)
            for (int politely = 0; politely <= 1; politely++) {
                ROW(i, suites[i].name);
                meet(&s, &suites[i], tls13, server);
                /* a 1.3 server sends tickets first */
                assert_int_equal(exchange_data(&s) > 0, tls13 && !server);
                if (tls13)
                    key_updates(&s);
                else
                    renegotiation(&s);
                say_goodbye(&s, politely);
                free_sessions(&s);
            }
}

static void tls12_with_gnutls(void **unused)
{
    (void)unused;
    interoperate(false);
}

static void tls13_with_gnutls(void **unused)
{
    (void)unused;
    interoperate(true);
}

/* Makes a certificate: P-256, self-signed, verified by nobody. */
static int prepare(void **unused)
{
    (void)unused;
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    int r = 0;

    for (size_t k = 0; k < sizeof blob; k++)
        blob[k] = (char)(k * 7 + k / 256);
    r |= gnutls_x509_privkey_init(&key) | gnutls_x509_crt_init(&crt);
    r |= gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    r |= gnutls_x509_crt_set_version(crt, 3) | gnutls_x509_crt_set_serial(crt, "\1", 1);
    r |= gnutls_x509_crt_set_activation_time(crt, time(NULL) - 60);
    r |= gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 3600);
    r |= gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "test", 4);
    r |= gnutls_x509_crt_set_key(crt, key) |
         gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0);
    r |= gnutls_certificate_allocate_credentials(&server_cred);
    r |= gnutls_certificate_allocate_credentials(&client_cred);
    r |= gnutls_certificate_set_x509_key(server_cred, &crt, 1, key);
    r |= gnutls_session_ticket_key_generate(&ticket_key);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    return r < 0 ? -1 : 0;
}

static int tidy(void **unused)
{
    (void)unused;
    gnutls_certificate_free_credentials(server_cred);
    gnutls_certificate_free_credentials(client_cred);
    gnutls_free(ticket_key.data);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tls12_with_gnutls),
        cmocka_unit_test(tls13_with_gnutls),
    };
    return cmocka_run_group_tests(tests, prepare, tidy);
}
