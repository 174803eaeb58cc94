/* SPDX-License-Identifier: ISC */
/* failures - refused logins, counted by address and by user, known to all helpers; see state.h. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "file.h"

#define LOOKED_AT 8 /* entries that one failure looks at to find quiet ones */

struct failure_record {
    uint64_t last; /* clock_ms */
    uint64_t count;
};

static MDB_val name_val(const char *name)
{
    return (MDB_val){.mv_size = strnlen(name, USER_KEY_NAME), .mv_data = (void *)(uintptr_t)name};
}

static bool is_quiet(const struct failure_record *r, uint64_t now)
{
    return now - r->last > FAILURES_QUIET * 1000ull;
}

/* 0; a name that is unknown, or quiet, has none. */
static int load(const struct state *s, MDB_txn *txn, const char *name, struct failure_record *r)
{
    MDB_val key = name_val(name), value;
    int code = mdb_get(txn, s->dbi[TABLE_FAILURES], &key, &value);

    *r = (struct failure_record){0};
    if (code == 0 && value.mv_size != sizeof *r)
        return EBADMSG;
    if (code == 0)
        memcpy(r, value.mv_data, sizeof *r);
    if (code == 0 && is_quiet(r, clock_ms()))
        *r = (struct failure_record){0};
    return code == MDB_NOTFOUND ? 0 : code;
}

int state_failures(struct state *s, const char *name, unsigned *count)
{
    MDB_txn *txn = NULL;
    struct failure_record r = {0};
    int code = look_open(s, &txn);

    if (code == 0)
        code = load(s, txn, name, &r);
    if (txn)
        mdb_txn_abort(txn);
    *count = code ? 0 : (unsigned)r.count;
    return state_result(code);
}

/* Removes quiet ones among the entries from this name on, round the table's end. */
static int drop_quiet(struct change *c, const char *name)
{
    MDB_cursor *cursor;
    MDB_val key = name_val(name), value;
    struct failure_record r;
    uint64_t now = clock_ms();
    int code = mdb_cursor_open(c->txn, c->s->dbi[TABLE_FAILURES], &cursor);

    if (code)
        return code;
    code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (int i = 0; i < LOOKED_AT && (code == 0 || code == MDB_NOTFOUND); i++) {
        if (code == MDB_NOTFOUND && mdb_cursor_get(cursor, &key, &value, MDB_FIRST))
            break;
        if (value.mv_size == sizeof r) {
            memcpy(&r, value.mv_data, sizeof r);
            if (is_quiet(&r, now) && (code = mdb_cursor_del(cursor, 0)))
                break;
        }
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? 0 : code;
}

static int count_one(struct change *c, const char *name)
{
    struct failure_record r;
    MDB_val key = name_val(name), value = {.mv_size = sizeof r, .mv_data = &r};
    MDB_stat stat;
    int code = load(c->s, c->txn, name, &r);

    if (code == 0)
        code = mdb_stat(c->txn, c->s->dbi[TABLE_FAILURES], &stat);
    if (code == 0 && r.count == 0 && stat.ms_entries >= FAILURES_MAX)
        return ENOSPC;
    r.count++;
    r.last = clock_ms();
    return code ? code : mdb_put(c->txn, c->s->dbi[TABLE_FAILURES], &key, &value, 0);
}

int state_failed(struct state *s, const char *name)
{
    struct change c;
    int code = change_open(&c, s);

    if (code == 0)
        code = change_room(&c, 6);
    if (code == 0)
        code = drop_quiet(&c, name);
    if (code == 0)
        code = count_one(&c, name);
    return change_close(&c, code);
}

int state_failures_forget(struct state *s, const char *name)
{
    struct change c;
    MDB_val key = name_val(name);
    int code = change_open(&c, s);

    if (code == 0)
        code = mdb_del(c.txn, s->dbi[TABLE_FAILURES], &key, NULL);
    return change_close(&c, code == MDB_NOTFOUND ? 0 : code);
}
