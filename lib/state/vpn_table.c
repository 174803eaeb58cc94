/* SPDX-License-Identifier: ISC */
/* vpn_table - VPN sessions in their tables; see vpn_table.h. Believes nothing that it reads. */
#include "vpn_table.h"

#include <string.h>

#include "vpn_record.h"

bool vpn_expired(const struct vpn_walk *w, const struct vpn_session *v)
{
    return v->expires != 0 && v->expires <= w->now;
}

static bool is_leased(const struct vpn_session *v, size_t i)
{
    return (v->leased >> i & 1) != 0;
}

bool vpn_has_lease(const struct vpn_session *v, const struct in6_addr *address)
{
    for (size_t i = 0; i < v->address_count; i++)
        if (is_leased(v, i) && IN6_ARE_ADDR_EQUAL(&v->addresses[i], address))
            return true;
    return false;
}

static MDB_val address_val(const struct in6_addr *address)
{
    return (MDB_val){sizeof *address, (void *)(uintptr_t)address};
}

int vpn_put(const struct vpn_walk *w, const struct vpn_session *v)
{
    char room[VPN_PACKED_MAX];
    struct key k = key_name(v->user, v->index);
    MDB_val key = key_val(&k), value = {vpn_pack(room, v), room};

    int code = mdb_put(w->txn, w->s->dbi[TABLE_VPN], &key, &value, 0);
    for (size_t i = 0; i < v->address_count && code == 0; i++) {
        MDB_val address = address_val(&v->addresses[i]);
        if (is_leased(v, i))
            code = mdb_put(w->txn, w->s->dbi[TABLE_LEASES], &address, &key, 0);
    }
    return code;
}

static int delete_leases(const struct vpn_walk *w, const struct vpn_session *v)
{
    int code = 0;

    for (size_t i = 0; i < v->address_count && code == 0; i++) {
        MDB_val address = address_val(&v->addresses[i]);
        if (is_leased(v, i))
            code = mdb_del(w->txn, w->s->dbi[TABLE_LEASES], &address, NULL);
    }
    return code == MDB_NOTFOUND ? MDB_CORRUPTED : code; /* the tables disagree */
}

int vpn_delete_current(const struct vpn_walk *w, const struct vpn_session *v)
{
    int code = delete_leases(w, v);

    return code != 0 ? code : mdb_cursor_del(w->cursor, 0);
}

int vpn_delete(const struct vpn_walk *w, const struct vpn_session *v)
{
    struct key k = key_name(v->user, v->index);
    MDB_val key = key_val(&k);

    int code = delete_leases(w, v);
    return code != 0 ? code : mdb_del(w->txn, w->s->dbi[TABLE_VPN], &key, NULL);
}

int vpn_lease(const struct vpn_walk *w, const struct in6_addr *address, struct vpn_session *v)
{
    MDB_val of = address_val(address), key, value;

    int code = mdb_get(w->txn, w->s->dbi[TABLE_LEASES], &of, &key);
    if (code != 0)
        return code;
    code = mdb_get(w->txn, w->s->dbi[TABLE_VPN], &key, &value);
    if (code == MDB_NOTFOUND ||
        (code == 0 && !vpn_unpack(span_of(value.mv_data, value.mv_size), key_tail_id(key), v)))
        return MDB_CORRUPTED;
    return code;
}

/* Users whose keys agree are side by side: the value has the whole name. */
static bool is_of(const struct vpn_walk *w, const struct vpn_session *v)
{
    enum user_case rule = w->exact ? USER_CASE_EXACT : w->s->user_case;

    return (!w->user || user_same(rule, span_str(w->user), span_str(v->user))) &&
           (!w->id || strcmp(w->id, v->id) == 0);
}

static int visit_one(struct vpn_walk *w, MDB_val key, MDB_val value)
{
    struct vpn_session v;

    if (!vpn_unpack(span_of(value.mv_data, value.mv_size), key_tail_id(key), &v))
        return MDB_CORRUPTED;
    return is_of(w, &v) ? w->visit(w, &v) : 0;
}

int vpn_walk(struct vpn_walk *w)
{
    struct key first = key_name(w->user ? w->user : "", 0);
    MDB_val key = key_val(&first), value;

    int code = mdb_cursor_open(w->txn, w->s->dbi[TABLE_VPN], &w->cursor);
    if (code != 0)
        return code;
    code = mdb_cursor_get(w->cursor, &key, &value, w->user ? MDB_SET_RANGE : MDB_FIRST);
    while (code == 0 && (!w->user || key_is_of(key, &first))) {
        code = visit_one(w, key, value);
        if (code == 0)
            code = mdb_cursor_get(w->cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(w->cursor);
    return code == MDB_NOTFOUND || code == WALK_END ? 0 : code;
}

struct audit {
    uint64_t next_id;
    size_t leases; /* of all sessions */
};

static int visit_count(struct vpn_walk *w, const struct vpn_session *v)
{
    (void)v;
    w->found++;
    return 0;
}

static int audit_leases(struct vpn_walk *w, const struct vpn_session *v)
{
    struct audit *a = w->context;
    struct vpn_session holder;
    int code = 0;

    for (size_t i = 0; i < v->address_count && code == 0; i++) {
        if (!is_leased(v, i))
            continue;
        code = vpn_lease(w, &v->addresses[i], &holder);
        if (code == MDB_NOTFOUND || (code == 0 && holder.index != v->index))
            code = MDB_CORRUPTED;
        a->leases++;
    }
    return code;
}

static int visit_audit(struct vpn_walk *w, const struct vpn_session *v)
{
    struct vpn_walk same = {.s = w->s,
                            .txn = w->txn,
                            .user = v->user,
                            .exact = true,
                            .id = v->id,
                            .visit = visit_count};
    struct key expected = key_name(v->user, v->index);
    const struct audit *a = w->context;
    MDB_val key, value;

    int code = mdb_cursor_get(w->cursor, &key, &value, MDB_GET_CURRENT);
    if (code == 0 && (key.mv_size != expected.n ||
                      memcmp(key.mv_data, expected.p, expected.n) != 0 || v->index >= a->next_id))
        code = MDB_CORRUPTED;
    if (code == 0)
        code = vpn_walk(&same);
    if (code == 0 && same.found != 1)
        code = MDB_CORRUPTED; /* an index belongs to one session only */
    return code != 0 ? code : audit_leases(w, v);
}

int vpn_audit(const struct state *s, MDB_txn *txn, uint64_t next_id)
{
    struct audit a = {.next_id = next_id};
    struct vpn_walk w = {.s = s, .txn = txn, .visit = visit_audit, .context = &a};
    MDB_stat stat = {0};

    int code = vpn_walk(&w);
    if (code == 0)
        code = mdb_stat(txn, s->dbi[TABLE_LEASES], &stat);
    return code == 0 && stat.ms_entries != a.leases ? MDB_CORRUPTED : code;
}
