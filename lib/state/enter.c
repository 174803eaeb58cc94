/* SPDX-License-Identifier: ISC */
/* enter - enters a new connection: which one is evicted for it, and whether it may stay (R6.2,
 * R6.3). */
#include <errno.h>

#include "clock.h"
#include "file.h"

/* Entries grow later, and full pages are split for it: connections that are in must have room to go
 * on. */
#define ENTER_EIGHTHS 3

/* Finds the oldest connection that is not authenticated: the protocol's first key in `outstanding`.
 * If one of the first STATE_LOOK is dead, its place is free instead. *oldest has id 0 if there is
 * none. */
static int look_oldest(struct change *c, MDB_cursor *cursor, unsigned protocol,
                       struct entry *oldest)
{
    struct key from = {.n = 1, .p = {(unsigned char)protocol}};
    MDB_val key = key_val(&from), nothing;
    struct entry e;

    int code = mdb_cursor_get(cursor, &key, &nothing, MDB_SET_RANGE);
    for (int i = 0; i < STATE_LOOK && code == 0; i++) {
        if (key.mv_size != OUTSTANDING_KEY || *(unsigned char *)key.mv_data != protocol)
            break;
        code = entry_load(c->s, c->txn, key_tail_id(key), &e);
        if (code != 0)
            return code == MDB_NOTFOUND ? MDB_CORRUPTED : code;
        if (!(i == 0 ? entry_lives : entry_may_live)(c->s, &e)) {
            oldest->id = 0;
            return entry_drop_dead(c, &e);
        }
        if (i == 0)
            *oldest = e;
        code = mdb_cursor_get(cursor, &key, &nothing, MDB_NEXT);
    }
    return code == MDB_NOTFOUND ? 0 : code;
}

static int evict(struct change *c, unsigned protocol, struct entry *evicted)
{
    MDB_cursor *cursor;

    int code = mdb_cursor_open(c->txn, c->s->dbi[TABLE_OUTSTANDING], &cursor);
    if (code != 0)
        return code;
    code = look_oldest(c, cursor, protocol, evicted);
    mdb_cursor_close(cursor);
    if (code == 0 && evicted->id != 0) {
        code = entry_remove(c, evicted);
        c->counts.counts.evicted[protocol]++;
    }
    return code;
}

/* Looks for a dead entry among STATE_LOOK entries, from where the last call ended, round and round:
 * one of the next calls finds it, at the same cost however many entries there are. EBUSY: none
 * found. */
static int look_around(struct change *c, MDB_cursor *cursor, unsigned protocol)
{
    struct state *s = c->s;
    struct entry e;
    struct key from = key_id(s->hand);
    MDB_val key = key_val(&from), value;
    int i = 0;

    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (; i < STATE_LOOK; i++) {
        if (code == MDB_NOTFOUND)
            code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
        if (code == 0)
            code = entry_load(s, c->txn, key_tail_id(key), &e);
        if (code != 0)
            return code == MDB_NOTFOUND ? EBUSY : code;
        s->hand = e.id + 1;
        if (e.protocol == protocol && !entry_may_live(s, &e))
            return entry_drop_dead(c, &e);
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    return EBUSY;
}

static int find_place(struct change *c, unsigned protocol)
{
    MDB_cursor *cursor;

    int code = mdb_cursor_open(c->txn, c->s->dbi[TABLE_CONNECTIONS], &cursor);
    if (code != 0)
        return code;
    code = look_around(c, cursor, protocol);
    mdb_cursor_close(cursor);
    return code;
}

static int enter(struct change *c, struct entry *n, unsigned outstanding, unsigned max_sessions,
                 struct entry *evicted)
{
    const uint64_t *active = c->counts.counts.active[n->protocol];

    int code = change_room(c, ENTER_EIGHTHS);
    if (code == 0 && outstanding != 0 &&
        active[ENTRY_UNAUTHENTICATED] + active[ENTRY_AUTHENTICATING] + 1 > outstanding)
        code = evict(c, n->protocol, evicted);
    if (code == 0 && max_sessions != 0 &&
        active[ENTRY_UNAUTHENTICATED] + active[ENTRY_AUTHENTICATING] + active[ENTRY_AUTHENTICATED] +
                1 >
            max_sessions)
        code = find_place(c, n->protocol);
    if (code != 0)
        return code;
    n->id = c->counts.next_id++;
    n->state = ENTRY_UNAUTHENTICATED;
    n->since = n->active = clock_ms();
    n->started = clock_wall();
    return entry_add(c, n);
}

int state_enter(struct state *s, struct entry *entry, unsigned outstanding, unsigned max_sessions,
                struct entry *evicted)
{
    struct change c;

    evicted->id = 0;
    if (entry->protocol >= PROTOCOLS)
        return state_result(EINVAL);
    int code = change_open(&c, s);
    if (code == 0)
        code = enter(&c, entry, outstanding, max_sessions, evicted);
    int rc = change_close(&c, code);
    if (rc != 0)
        evicted->id = 0;
    return rc;
}
