/* SPDX-License-Identifier: ISC */
/* convert - makes an older state file one of today, in place: what is open goes on.
 *
 * Schema 2 (0.1.0) has the names in the keys of users and vpn as they were presented, where schema 3
 * has them folded, and no table of offers, which the caller has just made. The values are the same. */
#include <errno.h>
#include <stdlib.h>

#include "file.h"
#include "vpn_table.h"

static int convert_users(const struct state *s, MDB_txn *txn)
{
    MDB_cursor *cursor;
    MDB_val key, value;
    struct entry e;
    int code = mdb_drop(txn, s->dbi[TABLE_USERS], 0);

    if (code == 0)
        code = mdb_cursor_open(txn, s->dbi[TABLE_CONNECTIONS], &cursor);
    if (code != 0)
        return code;
    while (code == 0 && (code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT)) == 0) {
        code = entry_load(s, txn, key_tail_id(key), &e);
        if (code != 0 || e.state != ENTRY_AUTHENTICATED)
            continue;
        struct key user = key_user(&e);
        MDB_val user_key = key_val(&user), nothing = {0, NULL};
        code = mdb_put(txn, s->dbi[TABLE_USERS], &user_key, &nothing, 0);
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? 0 : code;
}

/* All VPN sessions: owned. Keys can't change under a cursor that looks at them. */
struct vpn_sessions {
    struct vpn_session *list;
    size_t count, room;
};

static int collect(struct vpn_walk *w, const struct vpn_session *v)
{
    struct vpn_sessions *all = w->context;

    if (all->count == all->room) {
        size_t room = all->room ? 2 * all->room : 64;
        struct vpn_session *list = realloc(all->list, room * sizeof *list);
        if (!list)
            return ENOMEM;
        all->list = list;
        all->room = room;
    }
    all->list[all->count++] = *v;
    return 0;
}

static int convert_vpn(const struct state *s, MDB_txn *txn)
{
    struct vpn_sessions all = {0};
    struct vpn_walk w = {.s = s, .txn = txn, .visit = collect, .context = &all};

    int code = vpn_walk(&w);
    if (code == 0)
        code = mdb_drop(txn, s->dbi[TABLE_VPN], 0);
    if (code == 0)
        code = mdb_drop(txn, s->dbi[TABLE_LEASES], 0);
    for (size_t i = 0; i < all.count && code == 0; i++)
        code = vpn_put(&w, &all.list[i]);
    free(all.list);
    return code;
}

int state_convert(struct state *s, MDB_txn *txn)
{
    int code = 0;

    if (s->file.schema != 2)
        return 0;
    code = convert_users(s, txn);
    if (code == 0)
        code = convert_vpn(s, txn);
    s->file.schema = STATE_SCHEMA;
    return code != 0 ? code : meta_save(s, txn, "file", &s->file, sizeof s->file);
}
