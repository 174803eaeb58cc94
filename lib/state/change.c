/* SPDX-License-Identifier: ISC */
/* change - transactions: how they begin and end, and what their codes mean to callers. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

static int errno_of(int code)
{
    switch (code) {
    case MDB_NOTFOUND:
        return ENOENT;
    case MDB_MAP_FULL:
    case MDB_TXN_FULL:
        return ENOSPC;
    case MDB_READERS_FULL:
        return EAGAIN;
    case MDB_CORRUPTED:
    case MDB_PAGE_NOTFOUND:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE:
        return EBADMSG;
    default:
        return code < 0 ? EIO : code;
    }
}

int state_result(int code)
{
    if (code == 0)
        return 0;
    errno = errno_of(code);
    return -1;
}

/* Another process with a larger size= may have grown the file: takes its size over. After a failed
 * write of its meta page LMDB takes no transaction any more (MDB_PANIC): opens the file anew. */
static int begin(struct state *s, unsigned flags, MDB_txn **txn)
{
    if (s->pid != getpid())
        return ECHILD;
    int code = s->env ? mdb_txn_begin(s->env, NULL, flags, txn) : MDB_PANIC;
    if (code == MDB_PANIC) {
        code = state_open_anew(s);
        if (code == 0)
            code = mdb_txn_begin(s->env, NULL, flags, txn);
    }
    if (code == MDB_MAP_RESIZED) {
        code = mdb_env_set_mapsize(s->env, 0);
        if (code == 0)
            code = mdb_txn_begin(s->env, NULL, flags, txn);
    }
    return code;
}

int look_open(struct state *s, MDB_txn **txn)
{
    int code = begin(s, MDB_RDONLY, txn);

    if (code == MDB_READERS_FULL) { /* some of them may have been killed */
        mdb_reader_check(s->env, NULL);
        code = begin(s, MDB_RDONLY, txn);
    }
    return code;
}

int change_open(struct change *c, struct state *s)
{
    c->s = s;
    c->txn = NULL;
    s->dead_count = 0;
    int code = begin(s, 0, &c->txn);
    return code == 0 ? counts_load(s, c->txn, &c->counts) : code;
}

int change_close(struct change *c, int code)
{
    struct state *s = c->s;

    if (code == 0)
        code = meta_save(s, c->txn, "counts", &c->counts, sizeof c->counts);
    if (code == 0)
        code = mdb_txn_commit(c->txn);
    else if (c->txn)
        mdb_txn_abort(c->txn);
    if (code == MDB_MAP_FULL) /* a killed reader may hold pages: free them for the next call */
        mdb_reader_check(s->env, NULL);
    if (code == 0 && s->gone) {
        for (unsigned i = 0; i < s->dead_count; i++)
            s->gone(s->context, &s->dead[i]);
    }
    return state_result(code);
}

int change_room(struct change *c, unsigned eighths)
{
    MDB_envinfo info;
    MDB_stat stat;
    size_t used = 0;

    int code = mdb_env_info(c->s->env, &info);
    for (int t = 0; t < TABLES && code == 0; t++) {
        code = mdb_stat(c->txn, c->s->dbi[t], &stat);
        used += stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
    }
    if (code == 0 && used >= info.me_mapsize / stat.ms_psize / 8 * eighths)
        code = ENOSPC;
    return code;
}

static int load(const struct state *s, MDB_txn *txn, const char *name, void *p, size_t n)
{
    MDB_val key = {strlen(name), (void *)(uintptr_t)name}, value;

    int code = mdb_get(txn, s->dbi[TABLE_META], &key, &value);
    if (code == 0 && value.mv_size != n)
        code = MDB_CORRUPTED;
    if (code == 0)
        memcpy(p, value.mv_data, n);
    return code;
}

int counts_load(const struct state *s, MDB_txn *txn, struct counts_record *counts)
{
    return load(s, txn, "counts", counts, sizeof *counts);
}

int file_load(const struct state *s, MDB_txn *txn, struct file_record *file)
{
    return load(s, txn, "file", file, sizeof *file);
}

int meta_save(const struct state *s, MDB_txn *txn, const char *name, const void *p, size_t n)
{
    MDB_val key = {strlen(name), (void *)(uintptr_t)name}, value = {n, (void *)(uintptr_t)p};

    return mdb_put(txn, s->dbi[TABLE_META], &key, &value, 0);
}
