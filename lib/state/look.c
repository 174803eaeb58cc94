/* SPDX-License-Identifier: ISC */
/* look - calls that go over all entries: each, sweep, counts, snapshot. Sweeps work in steps, so that
 * no reader holds old pages for long, and no writer the lock. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "file.h"

#define SWEEP_LOOK 1024 /* entries looked at in one transaction */

/* Reads up to look entries from *id on and notes up to STATE_DEAD dead ones. *id becomes the id to
 * read on from; 0: the end. */
static int find_dead(struct state *s, unsigned look, uint64_t *id, uint64_t dead[STATE_DEAD],
                     unsigned *n)
{
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    struct entry e;
    struct key from = key_id(*id);
    MDB_val key = key_val(&from), value;

    *n = 0;
    int code = look_open(s, &txn);
    if (code == 0)
        code = mdb_cursor_open(txn, s->dbi[TABLE_CONNECTIONS], &cursor);
    if (code == 0)
        code = mdb_cursor_get(cursor, &key, &value, MDB_SET_RANGE);
    for (unsigned i = 0; code == 0 && i < look && *n < STATE_DEAD; i++) {
        code = entry_load(s, txn, key_tail_id(key), &e);
        if (code != 0)
            break;
        if (!entry_lives(s, &e))
            dead[(*n)++] = e.id;
        *id = e.id + 1;
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    if (code == MDB_NOTFOUND) {
        *id = 0;
        code = 0;
    }
    if (cursor)
        mdb_cursor_close(cursor);
    if (txn)
        mdb_txn_abort(txn);
    return code;
}

/* Drops dead entries; another process may have ended some of them since. */
static int drop_dead(struct state *s, const uint64_t dead[STATE_DEAD], unsigned n)
{
    struct change c;
    struct entry e;

    int code = change_open(&c, s);
    for (unsigned i = 0; i < n && code == 0; i++) {
        code = entry_load(s, c.txn, dead[i], &e);
        if (code == 0)
            code = entry_drop_dead(&c, &e);
        else if (code == MDB_NOTFOUND)
            code = 0;
    }
    return change_close(&c, code);
}

/* One step. Returns how many it removed, or -1. */
static int sweep(struct state *s, unsigned look, uint64_t *id)
{
    uint64_t dead[STATE_DEAD];
    unsigned n;

    int code = find_dead(s, look, id, dead, &n);
    if (code != 0)
        return state_result(code);
    if (n == 0)
        return 0;
    return drop_dead(s, dead, n) == 0 ? (int)s->dead_count : -1;
}

int state_sweep(struct state *s)
{
    uint64_t id = s->read_only ? 0 : 1;
    int total = 0;

    mdb_reader_check(s->env, NULL);
    while (id != 0) {
        int n = sweep(s, SWEEP_LOOK, &id);
        if (n < 0)
            return -1;
        total += n;
    }
    return total;
}

int state_sweep_step(struct state *s, unsigned entries, bool *done)
{
    if (s->sweep == 0)
        mdb_reader_check(s->env, NULL);
    int n = sweep(s, entries, &s->sweep);
    *done = s->sweep == 0;
    return n;
}

int state_each(struct state *s, bool (*visit)(void *context, const struct entry *entry),
               void *context)
{
    MDB_txn *txn = NULL;
    MDB_cursor *cursor = NULL;
    MDB_val key, value;
    struct entry e;

    if (state_sweep(s) < 0)
        return -1;
    int code = look_open(s, &txn);
    if (code == 0)
        code = mdb_cursor_open(txn, s->dbi[TABLE_CONNECTIONS], &cursor);
    if (code == 0)
        code = mdb_cursor_get(cursor, &key, &value, MDB_FIRST);
    while (code == 0) {
        code = entry_load(s, txn, key_tail_id(key), &e);
        if (code != 0)
            break;
        if ((!s->read_only || entry_lives(s, &e)) && !visit(context, &e))
            break;
        code = mdb_cursor_get(cursor, &key, &value, MDB_NEXT);
    }
    if (cursor)
        mdb_cursor_close(cursor);
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code == MDB_NOTFOUND ? 0 : code);
}

int state_counts(struct state *s, struct state_counts *out)
{
    MDB_txn *txn = NULL;
    struct counts_record counts;

    int code = look_open(s, &txn);
    if (code == 0)
        code = counts_load(s, txn, &counts);
    if (code == 0)
        *out = counts.counts;
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code);
}

int state_snapshot(struct state *s)
{
    const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    MDB_txn *txn = NULL;
    int fd = -1;

    int code = look_open(s, &txn); /* opens the file anew if that is due */
    if (txn)
        mdb_txn_abort(txn);
    if (code == 0 && (fd = memfd_create("mailwicket-state", MFD_CLOEXEC | MFD_ALLOW_SEALING)) < 0)
        code = errno;
    if (code == 0)
        code = mdb_env_copyfd(s->env, fd);
    if (code == 0 && fcntl(fd, F_ADD_SEALS, seals))
        code = errno;
    if (code == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return state_result(code);
}
