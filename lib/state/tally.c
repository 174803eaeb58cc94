/* SPDX-License-Identifier: ISC */
/* tally - counters by name, and how full the file is; see state.h. */
#include <errno.h>
#include <string.h>

#include "file.h"

static int load_tally(MDB_val value, uint64_t *count)
{
    if (value.mv_size != sizeof *count)
        return EBADMSG;
    memcpy(count, value.mv_data, sizeof *count);
    return 0;
}

static int add(struct change *c, const char *name)
{
    MDB_val key = {.mv_size = strlen(name), .mv_data = (void *)(uintptr_t)name}, value;
    uint64_t count = 0;
    int code = mdb_get(c->txn, c->s->dbi[TABLE_TALLIES], &key, &value);

    if (code == 0)
        code = load_tally(value, &count);
    else if (code == MDB_NOTFOUND)
        code = 0;
    count++;
    value = (MDB_val){.mv_size = sizeof count, .mv_data = &count};
    return code ? code : mdb_put(c->txn, c->s->dbi[TABLE_TALLIES], &key, &value, 0);
}

int state_tally(struct state *s, const char *name)
{
    struct change c;
    size_t n = strlen(name);

    if (n == 0 || n > TALLY_NAME_MAX)
        return state_result(EINVAL);
    int code = change_open(&c, s);
    if (code == 0)
        code = change_room(&c, 7);
    if (code == 0)
        code = add(&c, name);
    return change_close(&c, code);
}

static int tally_find(struct state *s, MDB_val *key)
{
    MDB_txn *txn = NULL;
    MDB_val value;
    int code = look_open(s, &txn);

    if (code == 0)
        code = mdb_get(txn, s->dbi[TABLE_TALLIES], key, &value);
    if (txn)
        mdb_txn_abort(txn);
    return code;
}

int state_tally_once(struct state *s, const char *name)
{
    struct change c;
    uint64_t one = 1;
    MDB_val key = {.mv_size = strlen(name), .mv_data = (void *)(uintptr_t)name};
    MDB_val value = {.mv_size = sizeof one, .mv_data = &one};
    bool first = true;

    if (key.mv_size == 0 || key.mv_size > TALLY_NAME_MAX)
        return state_result(EINVAL);
    int code = tally_find(s, &key);
    if (code != MDB_NOTFOUND)
        return state_result(code);
    code = change_open(&c, s);
    if (code == 0)
        code = change_room(&c, 7);
    if (code == 0)
        code = mdb_put(c.txn, s->dbi[TABLE_TALLIES], &key, &value, MDB_NOOVERWRITE);
    if (code == MDB_KEYEXIST) { /* another helper was quicker */
        first = false;
        code = 0;
    }
    code = change_close(&c, code);
    return code ? code : first;
}

int state_tallies(struct state *s, void (*visit)(void *context, const char *name, uint64_t count),
                  void *context)
{
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    char name[TALLY_NAME_MAX + 1];
    uint64_t count;

    int code = look_open(s, &txn);
    if (code == 0)
        code = mdb_cursor_open(txn, s->dbi[TABLE_TALLIES], &cursor);
    if (code == 0)
        code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    while (code == 0) {
        code = load_tally(value, &count);
        if (code == 0 && !span_copy(name, sizeof name, span_of(key.mv_data, key.mv_size)))
            code = EBADMSG;
        if (code != 0)
            break;
        visit(context, name, count);
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    if (cursor)
        mdb_cursor_close(cursor);
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code == MDB_NOTFOUND ? 0 : code);
}

int state_usage(struct state *s, struct state_usage *out)
{
    MDB_txn *txn = NULL;
    MDB_envinfo info;
    MDB_stat stat = {0};
    size_t pages = 0, failures = 0;

    int code = look_open(s, &txn);
    if (code == 0)
        code = mdb_env_info(s->env, &info);
    for (int t = 0; t < TABLES && code == 0; t++) {
        code = mdb_stat(txn, s->dbi[t], &stat);
        pages += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
        if (t == TABLE_FAILURES)
            failures = stat.ms_entries;
    }
    if (code == 0)
        *out = (struct state_usage){
            .used = pages * stat.ms_psize, .size = info.me_mapsize, .failures = failures};
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code);
}
