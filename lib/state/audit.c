/* SPDX-License-Identifier: ISC */
/* audit - recounts the whole file, for tests and when in doubt. */
#include <errno.h>
#include <string.h>

#include "file.h"

struct audit {
    struct state *s;
    MDB_txn *txn;
    struct err *error;
    uint64_t active[PROTOCOLS][ENTRY_STATES];
    uint64_t next_id;
};

static bool holds(struct audit *a, enum table table, struct key k)
{
    MDB_val key = key_val(&k), value;

    return mdb_get(a->txn, a->s->dbi[table], &key, &value) == 0;
}

static int audit_entry(struct audit *a, uint64_t id)
{
    struct entry e;

    if (entry_load(a->s, a->txn, id, &e) != 0)
        return err_set(a->error, "entry %llu can't be read", (unsigned long long)id);
    if (id >= a->next_id)
        return err_set(a->error, "entry %llu is of the future", (unsigned long long)id);
    bool in = e.state == ENTRY_AUTHENTICATED;
    if (holds(a, TABLE_USERS, key_user(&e)) != in)
        return err_set(a->error, "users and entry %llu differ", (unsigned long long)id);
    if (holds(a, TABLE_OUTSTANDING, key_outstanding(&e)) == in)
        return err_set(a->error, "outstanding and entry %llu differ", (unsigned long long)id);
    a->active[e.protocol][e.state]++;
    return 0;
}

static int audit_entries(struct audit *a)
{
    MDB_cursor *cursor;
    MDB_val key, value;

    if (mdb_cursor_open(a->txn, a->s->dbi[TABLE_CONNECTIONS], &cursor) != 0)
        return err_set(a->error, "connections can't be read");
    int rc = 0, code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    while (code == 0 && rc == 0) {
        rc = audit_entry(a, key_tail_id(key));
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    if (rc == 0 && code != MDB_NOTFOUND)
        rc = err_set(a->error, "connections: %s", mdb_strerror(code));
    return rc;
}

/* Each entry was found in its tables: if these hold as many records, they hold no others. */
static int audit_sizes(struct audit *a)
{
    uint64_t in = 0, out = 0;
    MDB_stat users = {0}, outstanding = {0};

    for (int p = 0; p < PROTOCOLS; p++) {
        in += a->active[p][ENTRY_AUTHENTICATED];
        out += a->active[p][ENTRY_UNAUTHENTICATED] + a->active[p][ENTRY_AUTHENTICATING];
    }
    mdb_stat(a->txn, a->s->dbi[TABLE_USERS], &users);
    mdb_stat(a->txn, a->s->dbi[TABLE_OUTSTANDING], &outstanding);
    if (users.ms_entries != in)
        return err_set(a->error, "users holds %zu, %llu are authenticated", users.ms_entries,
                       (unsigned long long)in);
    if (outstanding.ms_entries != out)
        return err_set(a->error, "outstanding holds %zu, %llu are", outstanding.ms_entries,
                       (unsigned long long)out);
    return 0;
}

int state_audit(struct state *s, struct err *error)
{
    struct audit a = {.s = s, .error = error};
    struct counts_record counts = {0};

    int code = look_open(s, &a.txn);
    if (code == 0)
        code = counts_load(s, a.txn, &counts);
    int rc = code == 0 ? 0 : err_set(error, "%s", mdb_strerror(code));
    if (rc == 0) {
        a.next_id = counts.next_id;
        rc = audit_entries(&a);
    }
    if (rc == 0)
        rc = audit_sizes(&a);
    if (rc == 0 && (code = vpn_audit(s, a.txn, a.next_id)) != 0)
        rc = err_set(error, "VPN sessions: %s", mdb_strerror(code));
    if (rc == 0 && memcmp(a.active, counts.counts.active, sizeof a.active) != 0)
        rc = err_set(error, "the counters differ from a recount");
    if (a.txn)
        mdb_txn_abort(a.txn);
    return rc;
}
