/* SPDX-License-Identifier: ISC */
/* servers - AAA servers that are left out for a while, for all helpers; see state.h. */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "file.h"

static MDB_val name_val(const char *name)
{
    return (MDB_val){.mv_size = strnlen(name, USER_KEY_NAME), .mv_data = (void *)(uintptr_t)name};
}

/* *until: the time until which the server is left out, or 0. */
static int load_until(const struct state *s, MDB_txn *txn, const char *name, uint64_t *until)
{
    MDB_val key = name_val(name), value;
    int code = mdb_get(txn, s->dbi[TABLE_SERVERS], &key, &value);

    *until = 0;
    if (code == 0 && value.mv_size != sizeof *until)
        return EBADMSG;
    if (code == 0)
        memcpy(until, value.mv_data, sizeof *until);
    if (*until <= clock_ms())
        *until = 0;
    return code == MDB_NOTFOUND ? 0 : code;
}

int state_servers_dead(struct state *s, const char *const *names, size_t count, uint32_t *dead)
{
    MDB_txn *txn = NULL;
    uint64_t until;

    *dead = 0;
    int code = look_open(s, &txn);
    for (size_t i = 0; i < count && code == 0; i++) {
        code = load_until(s, txn, names[i], &until);
        if (until)
            *dead |= (uint32_t)1 << i;
    }
    if (txn)
        mdb_txn_abort(txn);
    if (code)
        *dead = 0;
    return state_result(code);
}

int state_server_mark(struct state *s, const char *name, unsigned seconds)
{
    struct change c;
    uint64_t until = clock_ms() + (uint64_t)seconds * 1000;
    MDB_val key = name_val(name), value = {.mv_size = sizeof until, .mv_data = &until};

    int code = change_open(&c, s);
    if (code == 0 && seconds == 0) {
        code = mdb_del(c.txn, s->dbi[TABLE_SERVERS], &key, NULL);
        code = code == MDB_NOTFOUND ? 0 : code;
    } else if (code == 0) {
        code = change_room(&c, 7);
        if (code == 0)
            code = mdb_put(c.txn, s->dbi[TABLE_SERVERS], &key, &value, 0);
    }
    return change_close(&c, code);
}
