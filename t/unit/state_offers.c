/* SPDX-License-Identifier: ISC */
/* Unit tests of the state file's offers of mail servers, and of files of schema 2, which had none. */
#include "check.h"

#include "file.h"
#include "vpn_bed.h"

static struct state_offer offer(enum protocol p, const char *host, uint16_t port, int64_t seen,
                                const char *words)
{
    struct state_offer o = {.protocol = p, .port = port, .seen = seen};

    assert_true(span_copy(o.host, sizeof o.host, span_str(host)));
    assert_true(span_copy(o.words, sizeof o.words, span_str(words)));
    return o;
}

static void remember(enum protocol p, const char *host, uint16_t port, int64_t seen,
                     const char *words)
{
    struct state_offer o = offer(p, host, port, seen, words);

    assert_int_equal(state_offer_put(bed.s, &o), 0);
}

/* The words and the time; or "-" if nothing is remembered. */
static const char *remembered(enum protocol p, const char *host, uint16_t port)
{
    static char text[LIMIT_OFFER + 32];
    struct state_offer o = offer(p, host, port, 0, "stale");

    if (state_offer_get(bed.s, &o)) {
        assert_int_equal(errno, ENOENT);
        assert_string_equal(o.words, "");
        return "-";
    }
    snprintf(text, sizeof text, "%lld %s", (long long)o.seen, o.words);
    return text;
}

static void by_server(void **unused)
{
    (void)unused;
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "mail.example", 143), "-");
    remember(PROTOCOL_IMAP4S, "Mail.example", 143, 1000, "IMAP4rev1 IDLE");
    remember(PROTOCOL_SMTPS, "mail.example", 143, 1001, "DSN");
    remember(PROTOCOL_IMAP4S, "mail.example", 993, 1002, "");
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "mail.EXAMPLE", 143), "1000 IMAP4rev1 IDLE");
    assert_string_equal(remembered(PROTOCOL_SMTPS, "mail.example", 143), "1001 DSN");
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "mail.example", 993), "1002 ");
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "mail.exampl", 143), "-");
    assert_string_equal(remembered(PROTOCOL_POP3S, "mail.example", 143), "-");
}

/* A login that finds nothing new must not cost a write. */
static void written_if_new(void **unused)
{
    (void)unused;
    static const struct {
        int64_t seen;
        const char *words, *then;
    } rows[] = {
        {1000, "A B", "1000 A B"},
        {1000 + STATE_OFFER_FRESH - 1, "A B", "1000 A B"},
        {1000 + STATE_OFFER_FRESH, "A B", "1060 A B"},
        {1061, "A", "1061 A"},
        {900, "A", "900 A"}, /* the clock was set back */
        {901, "", "901 "},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].then);
        remember(PROTOCOL_POP3S, "m", 110, rows[i].seen, rows[i].words);
        assert_string_equal(remembered(PROTOCOL_POP3S, "m", 110), rows[i].then);
    }
}

static unsigned visited;
static void visit(void *context, const struct state_offer *o)
{
    (void)context;
    assert_true(o->seen > 0);
    visited++;
}

static void at_most_so_many(void **unused)
{
    (void)unused;
    char host[32];

    remember(PROTOCOL_IMAP4S, "old", 143, 5, "A");
    remember(PROTOCOL_IMAP4S, "in-use", 143, 5, "A");
    for (unsigned i = 0; i < LIMIT_OFFERS; i++) {
        snprintf(host, sizeof host, "host%u", i);
        remember(PROTOCOL_IMAP4S, "in-use", 143, 1000 + 100 * i, "A");
        remember(PROTOCOL_IMAP4S, host, 143, 1000 + 100 * i, "A");
    }
    visited = 0;
    assert_int_equal(state_offers(bed.s, visit, NULL), 0);
    assert_int_equal(visited, LIMIT_OFFERS);
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "old", 143), "-");
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "host0", 143), "-");
    assert_string_not_equal(remembered(PROTOCOL_IMAP4S, "host1", 143), "-");
    assert_string_not_equal(remembered(PROTOCOL_IMAP4S, "in-use", 143), "-");
}

static void put_raw(enum table table, const void *key, size_t key_size, const void *p, size_t n)
{
    struct change c;
    MDB_val k = {key_size, (void *)(uintptr_t)key}, value = {n, (void *)(uintptr_t)p};

    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(mdb_put(c.txn, bed.s->dbi[table], &k, &value, 0), 0);
    assert_int_equal(change_close(&c, 0), 0);
}

static void forget_all(void)
{
    struct change c;

    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(mdb_drop(c.txn, bed.s->dbi[TABLE_OFFERS], 0), 0);
    assert_int_equal(change_close(&c, 0), 0);
}

static void damaged(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span key, value;
    } rows[] = {
        {"no words", SPAN("\1\0\x8fm"), SPAN("12345678")},
        {"short", SPAN("\1\0\x8fm"), SPAN("1")},
        {"text behind the words", SPAN("\1\0\x8fm"), SPAN("12345678A\0B\0")},
        {"protocol", SPAN("\3\0\x8fn"), SPAN("12345678A\0")},
        {"short key", SPAN("\1\0"), SPAN("12345678A\0")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct state_offer o = offer(PROTOCOL_IMAP4S, "m", 143, 0, "");
        ROW(i, rows[i].name);
        forget_all();
        put_raw(TABLE_OFFERS, rows[i].key.p, rows[i].key.n, rows[i].value.p, rows[i].value.n);
        if (i < 3) {
            assert_int_equal(state_offer_get(bed.s, &o), -1);
            assert_int_equal(errno, EBADMSG);
        }
        assert_int_equal(state_offers(bed.s, visit, NULL), -1);
        assert_int_equal(errno, EBADMSG);
        remember(PROTOCOL_IMAP4S, "m", 143, 1000, "A"); /* it is simply written anew */
        assert_string_equal(remembered(PROTOCOL_IMAP4S, "m", 143), "1000 A");
    }
}

/* What a server offers doesn't change when our machine boots. */
static void after_a_reboot(void **unused)
{
    (void)unused;
    struct file_record file = bed.s->file;

    remember(PROTOCOL_IMAP4S, "m", 143, 1000, "A");
    file.boot[0] ^= 1;
    put_raw(TABLE_META, "file", 4, &file, sizeof file);
    state_close(bed.s);
    bed.s = bed_open(bed.directory, 0);
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "m", 143), "1000 A");
}

/* Gives a record the key that schema 2 had: the name as presented. */
static void unfold(struct change *c, enum table table, const char *user, uint64_t id)
{
    struct key folded = key_name(user, id), raw = {.n = strlen(user)};
    MDB_val key = key_val(&folded), value;
    char copy[4096];

    memcpy(raw.p, user, raw.n);
    memcpy(raw.p + raw.n, folded.p + folded.n - 9, 9);
    raw.n += 9;
    assert_int_equal(mdb_get(c->txn, bed.s->dbi[table], &key, &value), 0);
    memcpy(copy, value.mv_data, value.mv_size);
    value.mv_data = copy;
    assert_int_equal(mdb_del(c->txn, bed.s->dbi[table], &key, NULL), 0);
    key = key_val(&raw);
    assert_int_equal(mdb_put(c->txn, bed.s->dbi[table], &key, &value, 0), 0);
}

static uint64_t index_of_session; /* of the last VPN session that was seen */
static bool note_index(void *context, const struct vpn_session *v)
{
    (void)context;
    index_of_session = v->index;
    return true;
}

/* Makes the open file one that 0.1.0 would have left, and opens it anew. */
static void reopen_as_schema_2(const char *user, uint64_t id, const char *vpn_user)
{
    struct file_record file = bed.s->file;
    struct change c;

    assert_int_equal(state_vpn_each(bed.s, note_index, NULL), 0);
    assert_int_equal(change_open(&c, bed.s), 0);
    unfold(&c, TABLE_USERS, user, id);
    unfold(&c, TABLE_VPN, vpn_user, index_of_session);
    file.schema = 2;
    assert_int_equal(meta_save(bed.s, c.txn, "file", &file, sizeof file), 0);
    assert_int_equal(mdb_drop(c.txn, bed.s->dbi[TABLE_OFFERS], 1), 0);
    assert_int_equal(change_close(&c, 0), 0);
    state_close(bed.s);
    bed.s = bed_open(bed.directory, 0);
}

static void sessions_outlive_schema_2(void **unused)
{
    (void)unused;
    uint64_t id = mail("VPN1", PROTOCOL_IMAP4S, true, me()), era = state_era(bed.s);
    struct entry e, evicted, waiting = {.protocol = PROTOCOL_POP3S, .process = me()};
    unsigned count;

    assert_int_equal(state_enter(bed.s, &waiting, 0, 0, &evicted), 0);
    assert_int_equal(add("Alice", "g1", "192.0.2.1 +10.0.0.1", 3), VPN_ADDED);
    assert_int_equal(state_failed(bed.s, "192.0.2.9"), 0);
    reopen_as_schema_2("VPN1", id, "Alice");

    assert_int_equal(bed.s->file.schema, STATE_SCHEMA);
    assert_true(state_era(bed.s) == era);
    audit();
    assert_int_equal(state_get(bed.s, id, &e), 0);
    assert_string_equal(e.vpn_user, "VPN1");
    assert_int_equal(state_sessions_of(bed.s, &e, &count), 0);
    assert_int_equal(count, 1);
    assert_true(finds("alice", "192.0.2.1"));
    assert_true(finds("alice", "10.0.0.1"));
    assert_int_equal(state_failures(bed.s, "192.0.2.9", &count), 0);
    assert_int_equal(count, 1);
    remember(PROTOCOL_IMAP4S, "m", 143, 1000, "A");
    assert_string_equal(remembered(PROTOCOL_IMAP4S, "m", 143), "1000 A");
    assert_int_equal(state_end(bed.s, id, &e), 0);
    assert_int_equal(state_end(bed.s, waiting.id, &e), 0);
    audit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(by_server),       TEST(written_if_new), TEST(at_most_so_many),
        TEST_DAMAGED(damaged), TEST(after_a_reboot), TEST(sessions_outlive_schema_2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
