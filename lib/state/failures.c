/* SPDX-License-Identifier: ISC */
/* failures - counts refused logins by address and by user, for all helpers; see state.h. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "file.h"

#define LOOKED_AT 8 /* names that one call looks at to find quiet ones */

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

/* Loads a count; 0 for a name that is unknown or quiet. */
static int failure_load(const struct state *s, MDB_txn *txn, const char *name,
                        struct failure_record *r)
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
        code = failure_load(s, txn, name, &r);
    if (txn)
        mdb_txn_abort(txn);
    *count = code ? 0 : (unsigned)r.count;
    return state_result(code);
}

/* Removes quiet names among the next LOOKED_AT from this one on, round the table's end. */
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

/* Finds the name that failed longest ago among the next LOOKED_AT from this one on, round the
 * table's end. */
static int find_oldest(MDB_cursor *cursor, const char *name, char oldest[USER_KEY_NAME],
                       size_t *size)
{
    MDB_val key = name_val(name), value;
    struct failure_record r;
    uint64_t last = UINT64_MAX;
    int code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);

    *size = 0;
    for (int i = 0; i < LOOKED_AT; i++) {
        if (code == MDB_NOTFOUND)
            code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
        if (code)
            return code;
        r.last = 0; /* damaged: it goes first */
        if (value.mv_size == sizeof r)
            memcpy(&r, value.mv_data, sizeof r);
        if (r.last < last && key.mv_size <= USER_KEY_NAME) {
            last = r.last;
            *size = key.mv_size;
            memcpy(oldest, key.mv_data, key.mv_size);
        }
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    return 0;
}

/* The table is full: guesses under ever new names must still be counted. */
static int make_room(struct change *c, const char *name)
{
    MDB_dbi dbi = c->s->dbi[TABLE_FAILURES];
    char oldest[USER_KEY_NAME];
    MDB_val key = {.mv_data = oldest};
    MDB_cursor *cursor;
    int code = mdb_cursor_open(c->txn, dbi, &cursor);

    if (code)
        return code;
    code = find_oldest(cursor, name, oldest, &key.mv_size);
    mdb_cursor_close(cursor);
    if (code == MDB_NOTFOUND) /* no name to forget: other tables fill the file */
        return ENOSPC;
    return code ? code : mdb_del(c->txn, dbi, &key, NULL);
}

/* *forgot: another name was forgotten to make room. */
static int count_one(struct change *c, const char *name, bool full, bool *forgot)
{
    struct failure_record r;
    MDB_val key = name_val(name), value = {.mv_size = sizeof r, .mv_data = &r};
    MDB_stat stat;
    int code = failure_load(c->s, c->txn, name, &r);

    if (code == 0)
        code = mdb_stat(c->txn, c->s->dbi[TABLE_FAILURES], &stat);
    *forgot = code == 0 && r.count == 0 && (full || stat.ms_entries >= FAILURES_MAX);
    if (*forgot)
        code = make_room(c, name);
    r.count++;
    r.last = clock_ms();
    return code ? code : mdb_put(c->txn, c->s->dbi[TABLE_FAILURES], &key, &value, 0);
}

int state_failed(struct state *s, const char *name)
{
    struct change c;
    bool full = false, forgot = false;
    int code = change_open(&c, s);

    if (code == 0) {
        code = change_room(&c, 6);
        full = code == ENOSPC;
    }
    if (code == 0 || full)
        code = drop_quiet(&c, name);
    if (code == 0)
        code = count_one(&c, name, full, &forgot);
    return change_close(&c, code) ? -1 : forgot;
}

int state_failures_forgive(struct state *s, const char *name, unsigned count)
{
    struct change c;
    struct failure_record r;
    MDB_val key = name_val(name), value = {.mv_size = sizeof r, .mv_data = &r};
    int code = change_open(&c, s);

    if (code == 0)
        code = failure_load(s, c.txn, name, &r);
    if (code == 0 && r.count > count) {
        r.count -= count;
        code = mdb_put(c.txn, s->dbi[TABLE_FAILURES], &key, &value, 0);
    } else if (code == 0)
        code = mdb_del(c.txn, s->dbi[TABLE_FAILURES], &key, NULL);
    return change_close(&c, code == MDB_NOTFOUND ? 0 : code);
}
