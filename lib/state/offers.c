/* SPDX-License-Identifier: ISC */
/* offers - what mail servers were seen to offer before the login, by server; see state.h. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "file.h"
#include "pack.h"

#define SEEN_SIZE 8 /* the record: when it was seen, then the words with their NUL */

/* protocol, port, the host's name in small letters. */
static struct key key_offer(const struct state_offer *o)
{
    struct key k = {.n = 3};

    k.p[0] = (unsigned char)o->protocol;
    k.p[1] = (unsigned char)(o->port >> 8);
    k.p[2] = (unsigned char)(o->port & 0xff);
    for (const char *c = o->host; *c && k.n < sizeof k.p; c++)
        k.p[k.n++] = (unsigned char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    return k;
}

static size_t pack_offer(char room[SEEN_SIZE + LIMIT_OFFER + 1], const struct state_offer *o)
{
    memcpy(room, &o->seen, SEEN_SIZE);
    return (size_t)(pack_put_text(room + SEEN_SIZE, o->words, sizeof o->words) - room);
}

/* Returns a code. The host is the key's. */
static int unpack_offer(MDB_val key, MDB_val value, struct state_offer *o)
{
    const unsigned char *k = key.mv_data;
    struct span record = span_of(value.mv_data, value.mv_size);

    if (key.mv_size < 3 || k[0] >= PROTOCOLS || record.n < SEEN_SIZE ||
        !span_copy(o->host, sizeof o->host, span_of(k + 3, key.mv_size - 3)))
        return EBADMSG;
    o->protocol = (enum protocol)k[0];
    o->port = (uint16_t)(k[1] << 8 | k[2]);
    memcpy(&o->seen, record.p, SEEN_SIZE);
    record = span_tail(record, SEEN_SIZE);
    return pack_take_text(&record, o->words, sizeof o->words) && record.n == 0 ? 0 : EBADMSG;
}

static int load_offer(const struct state *s, MDB_txn *txn, struct state_offer *o)
{
    struct key k = key_offer(o);
    MDB_val key = key_val(&k), value;
    int code = mdb_get(txn, s->dbi[TABLE_OFFERS], &key, &value);

    return code == 0 ? unpack_offer(key, value, o) : code;
}

int state_offer_get(struct state *s, struct state_offer *o)
{
    MDB_txn *txn = NULL;
    int code = look_open(s, &txn);

    o->words[0] = '\0';
    if (code == 0)
        code = load_offer(s, txn, o);
    if (txn)
        mdb_txn_abort(txn);
    if (code != 0)
        o->words[0] = '\0';
    return state_result(code);
}

/* Forgets the server that was seen longest ago if there are too many, so that one more fits. */
static int make_room(struct change *c)
{
    MDB_dbi dbi = c->s->dbi[TABLE_OFFERS];
    MDB_val key, value, oldest = {0, NULL};
    MDB_cursor *cursor;
    MDB_stat stat;
    int64_t seen, first = INT64_MAX;
    int code = mdb_stat(c->txn, dbi, &stat);

    if (code != 0 || stat.ms_entries < LIMIT_OFFERS)
        return code;
    code = mdb_cursor_open(c->txn, dbi, &cursor);
    if (code != 0)
        return code;
    while ((code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        seen = INT64_MIN; /* damaged: it goes first */
        if (value.mv_size >= SEEN_SIZE)
            memcpy(&seen, value.mv_data, SEEN_SIZE);
        if (seen < first || !oldest.mv_data) {
            first = seen;
            oldest = key;
        }
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? mdb_del(c->txn, dbi, &oldest, NULL) : code;
}

static int put_offer(struct change *c, const struct state_offer *o)
{
    char record[SEEN_SIZE + LIMIT_OFFER + 1];
    struct state_offer old = *o;
    struct key k = key_offer(o);
    MDB_val key = key_val(&k), value = {pack_offer(record, o), record};
    int code = load_offer(c->s, c->txn, &old);

    if (code == MDB_NOTFOUND)
        code = make_room(c);
    else if (code == EBADMSG)
        code = 0;
    return code ? code : mdb_put(c->txn, c->s->dbi[TABLE_OFFERS], &key, &value, 0);
}

/* A look costs a tenth of a change, and mostly there is nothing new. */
int state_offer_put(struct state *s, const struct state_offer *o)
{
    struct state_offer old = *o;
    struct change c;

    if (state_offer_get(s, &old) == 0 && strcmp(old.words, o->words) == 0 && o->seen >= old.seen &&
        o->seen - old.seen < STATE_OFFER_FRESH)
        return 0;
    int code = change_open(&c, s);
    if (code == 0)
        code = change_room(&c, 7);
    if (code == 0)
        code = put_offer(&c, o);
    return change_close(&c, code);
}

int state_offers(struct state *s, void (*visit)(void *context, const struct state_offer *o),
                 void *context)
{
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    struct state_offer o;

    int code = look_open(s, &txn);
    if (code == 0)
        code = mdb_cursor_open(txn, s->dbi[TABLE_OFFERS], &cursor);
    while (code == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        code = unpack_offer(key, value, &o);
        if (code == 0)
            visit(context, &o);
    }
    if (cursor)
        mdb_cursor_close(cursor);
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code == MDB_NOTFOUND ? 0 : code);
}
