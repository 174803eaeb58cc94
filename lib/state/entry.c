/* SPDX-License-Identifier: ISC */
/* entry - one connection in all its tables and counters. Only this file writes them. */
#include <errno.h>
#include <signal.h>
#include <string.h>

#include "file.h"
#include "pack.h"

static void put_number(struct key *k, uint64_t value)
{
    for (int shift = 56; shift >= 0; shift -= 8)
        k->p[k->n++] = (unsigned char)(value >> shift);
}

struct key key_id(uint64_t id)
{
    struct key k = {0};

    put_number(&k, id);
    return k;
}

struct key key_outstanding(const struct entry *e)
{
    struct key k = {.n = 2, .p = {e->protocol, e->state}};

    put_number(&k, e->since);
    put_number(&k, e->id);
    return k;
}

struct key key_name(const char *user, uint64_t id)
{
    struct key k = {0};

    k.n = user_fold(span_str(user), (char *)k.p, USER_KEY_NAME);
    k.p[k.n++] = '\0';
    put_number(&k, id);
    return k;
}

static const char *user_of(const struct entry *e)
{
    return e->vpn_user[0] ? e->vpn_user : e->mail_user;
}

bool entry_same_user(const struct state *s, const struct entry *a, const struct entry *b)
{
    return user_same(s->user_case, span_str(user_of(a)), span_str(user_of(b)));
}

struct key key_user(const struct entry *e)
{
    return key_name(user_of(e), e->id);
}

struct key key_user_first(const struct entry *e)
{
    return key_name(user_of(e), 0);
}

bool key_is_of(MDB_val key, const struct key *first)
{
    return key.mv_size == first->n && memcmp(key.mv_data, first->p, first->n - 8) == 0;
}

uint64_t key_tail_id(MDB_val key)
{
    const unsigned char *p = key.mv_data;
    uint64_t id = 0;

    for (size_t i = key.mv_size < 8 ? 0 : key.mv_size - 8; i < key.mv_size; i++)
        id = id << 8 | p[i];
    return id;
}

MDB_val key_val(struct key *k)
{
    return (MDB_val){k->n, k->p};
}

int entry_load(const struct state *s, MDB_txn *txn, uint64_t id, struct entry *e)
{
    struct key k = key_id(id);
    MDB_val key = key_val(&k), value;

    int code = mdb_get(txn, s->dbi[TABLE_CONNECTIONS], &key, &value);
    if (code == 0 && !entry_unpack(span_of(value.mv_data, value.mv_size), id, e))
        code = MDB_CORRUPTED;
    return code;
}

static int entry_put(struct change *c, enum table table, struct key k, MDB_val value,
                     unsigned flags)
{
    MDB_val key = key_val(&k);

    return mdb_put(c->txn, c->s->dbi[table], &key, &value, flags);
}

static int entry_put_record(struct change *c, const struct entry *e, unsigned flags)
{
    char room[ENTRY_PACKED_MAX];
    MDB_val value = {entry_pack(room, e), room};

    return entry_put(c, TABLE_CONNECTIONS, key_id(e->id), value, flags);
}

int entry_save(struct change *c, const struct entry *e)
{
    return entry_put_record(c, e, 0);
}

int entry_add(struct change *c, const struct entry *e)
{
    struct state_counts *n = &c->counts.counts;
    MDB_val nothing = {0, NULL};

    int code = entry_put_record(c, e, MDB_NOOVERWRITE);
    if (code == 0 && e->state == ENTRY_AUTHENTICATED)
        code = entry_put(c, TABLE_USERS, key_user(e), nothing, MDB_NOOVERWRITE);
    else if (code == 0)
        code = entry_put(c, TABLE_OUTSTANDING, key_outstanding(e), nothing, MDB_NOOVERWRITE);
    uint64_t active = ++n->active[e->protocol][e->state];
    if (n->peak[e->protocol][e->state] < active)
        n->peak[e->protocol][e->state] = active;
    n->cumulative[e->protocol][e->state]++;
    return code;
}

static int entry_delete(struct change *c, enum table table, struct key k)
{
    MDB_val key = key_val(&k);

    return mdb_del(c->txn, c->s->dbi[table], &key, NULL);
}

int entry_remove(struct change *c, const struct entry *e)
{
    int code = entry_delete(c, TABLE_CONNECTIONS, key_id(e->id));
    if (code == 0 && e->state == ENTRY_AUTHENTICATED)
        code = entry_delete(c, TABLE_USERS, key_user(e));
    else if (code == 0)
        code = entry_delete(c, TABLE_OUTSTANDING, key_outstanding(e));
    if (code == MDB_NOTFOUND)
        code = MDB_CORRUPTED; /* just loaded, and yet not there: the tables disagree */
    c->counts.counts.active[e->protocol][e->state]--;
    return code;
}

int entry_drop_dead(struct change *c, const struct entry *e)
{
    struct state *s = c->s;

    if (s->dead_count == STATE_DEAD)
        return EOVERFLOW;
    s->dead[s->dead_count++] = *e;
    return entry_remove(c, e);
}

bool entry_lives(const struct state *s, const struct entry *e)
{
    return e->id >= s->file.first_id && process_lives(&e->process);
}

bool entry_may_live(const struct state *s, const struct entry *e)
{
    return e->id >= s->file.first_id && e->process.pid > 0 &&
           (kill(e->process.pid, 0) == 0 || errno != ESRCH);
}
