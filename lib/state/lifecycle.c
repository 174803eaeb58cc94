/* SPDX-License-Identifier: ISC */
/* lifecycle - a connection's way through its states, to its end (R6.1). */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "file.h"

/* Loads the entry. A dead entry is removed and *gone set; the caller still commits. */
static int load_living(struct change *c, uint64_t id, struct entry *e, bool *gone)
{
    int code = entry_load(c->s, c->txn, id, e);

    *gone = code == 0 && !entry_lives(c->s, e);
    return *gone ? entry_drop_dead(c, e) : code;
}

static int close_living(struct change *c, int code, bool gone)
{
    int rc = change_close(c, code);

    return rc == 0 && gone ? state_result(ENOENT) : rc;
}

static int take_login_name(struct change *c, struct entry *e, struct span login)
{
    if (e->state == ENTRY_AUTHENTICATED || !span_copy(e->login, sizeof e->login, login))
        return EINVAL;
    int code = change_room(c, 7);
    if (code != 0 || e->state == ENTRY_AUTHENTICATING)
        return code != 0 ? code : entry_save(c, e);
    code = entry_remove(c, e);
    e->state = ENTRY_AUTHENTICATING;
    e->since = clock_ms();
    return code != 0 ? code : entry_add(c, e);
}

int state_user(struct state *s, uint64_t id, struct span login)
{
    struct change c;
    struct entry e;
    bool gone = false;

    int code = change_open(&c, s);
    if (code == 0)
        code = load_living(&c, id, &e, &gone);
    if (code == 0 && !gone)
        code = take_login_name(&c, &e, login);
    return close_living(&c, code, gone);
}

/* EBUSY: the user has limit sessions, and all of them live. Their keys are side by side. */
static int look_user(struct change *c, MDB_cursor *cursor, const struct entry *e, unsigned limit)
{
    struct key first = key_user_first(e);
    struct entry other;
    MDB_val key, nothing;
    unsigned held = 0;

    for (int pass = 0; pass < 2; pass++) { /* count, then look at processes, which costs more */
        key = key_val(&first);
        held = 0;
        int code = mdb_cursor_get(cursor, &key, &nothing, MDB_SET_RANGE);
        while (code == 0 && held < limit && key_is_of(key, &first)) {
            code = entry_load(c->s, c->txn, key_tail_id(key), &other);
            bool same = code == 0 && entry_same_user(c->s, &other, e);
            if (same && pass == 1 && !entry_lives(c->s, &other))
                return entry_drop_dead(c, &other);
            held += same;
            if (code == 0)
                code = mdb_cursor_get(cursor, &key, &nothing, MDB_NEXT);
        }
        if (code != 0 && code != MDB_NOTFOUND)
            return code;
        if (held < limit)
            return 0;
    }
    return EBUSY;
}

static int check_user(struct change *c, const struct entry *e, unsigned limit)
{
    MDB_cursor *cursor;

    int code = mdb_cursor_open(c->txn, c->s->dbi[TABLE_USERS], &cursor);
    if (code != 0)
        return code;
    code = look_user(c, cursor, e, limit);
    mdb_cursor_close(cursor);
    return code;
}

static void take_names(struct entry *e, const struct entry *from)
{
    memcpy(e->vpn_user, from->vpn_user, sizeof e->vpn_user);
    memcpy(e->mail_user, from->mail_user, sizeof e->mail_user);
    memcpy(e->server, from->server, sizeof e->server);
    memcpy(e->tls, from->tls, sizeof e->tls);
    memcpy(e->group_policy, from->group_policy, sizeof e->group_policy);
    e->piggyback = from->piggyback;
}

static int become_session(struct change *c, struct entry *e, const struct entry *from,
                          unsigned mail_sessions)
{
    if (e->state == ENTRY_AUTHENTICATED)
        return EINVAL;
    int code = change_room(c, 7);
    if (code == 0)
        code = entry_remove(c, e);
    take_names(e, from);
    if (code == 0 && mail_sessions != 0)
        code = check_user(c, e, mail_sessions);
    e->state = ENTRY_AUTHENTICATED;
    e->since = e->active = e->reported = clock_ms();
    e->started = clock_wall();
    return code != 0 ? code : entry_add(c, e);
}

int state_authenticate(struct state *s, const struct entry *entry, unsigned mail_sessions)
{
    struct change c;
    struct entry e;
    bool gone = false;

    int code = change_open(&c, s);
    if (code == 0)
        code = load_living(&c, entry->id, &e, &gone);
    if (code == 0 && !gone)
        code = become_session(&c, &e, entry, mail_sessions);
    return close_living(&c, code, gone);
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t more(uint64_t now, uint64_t before)
{
    return now > before ? now - before : 0;
}

static void take_report(struct change *c, struct entry *e, const struct state_report *r)
{
    struct state_counts *n = &c->counts.counts;

    n->bytes_in[e->protocol] += more(r->bytes_in, e->bytes_in);
    n->bytes_out[e->protocol] += more(r->bytes_out, e->bytes_out);
    e->bytes_in = r->bytes_in;
    e->bytes_out = r->bytes_out;
    e->reported = earlier(r->at, clock_ms());
    e->active = earlier(r->active, e->reported);
}

static int count_user(struct state *s, MDB_txn *txn, const struct entry *entry, unsigned *count)
{
    MDB_cursor *cursor;
    struct key first = key_user_first(entry);
    MDB_val key = key_val(&first), nothing;
    struct entry other;

    int code = mdb_cursor_open(txn, s->dbi[TABLE_USERS], &cursor);
    if (code != 0)
        return code;
    code = mdb_cursor_get(cursor, &key, &nothing, MDB_SET_RANGE);
    while (code == 0 && key_is_of(key, &first)) {
        code = entry_load(s, txn, key_tail_id(key), &other);
        if (code == 0 && entry_same_user(s, &other, entry) && entry_lives(s, &other))
            ++*count;
        if (code == 0)
            code = mdb_cursor_get(cursor, &key, &nothing, MDB_NEXT);
    }
    mdb_cursor_close(cursor);
    return code == MDB_NOTFOUND ? 0 : code;
}

int state_sessions_of(struct state *s, const struct entry *entry, unsigned *count)
{
    MDB_txn *txn = NULL;

    *count = 0;
    int code = look_open(s, &txn);
    if (code == 0)
        code = count_user(s, txn, entry, count);
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code);
}

int state_interim(struct state *s, uint64_t id, const struct state_report *report)
{
    struct change c;
    struct entry e;

    int code = change_open(&c, s);
    if (code == 0)
        code = entry_load(s, c.txn, id, &e);
    if (code == 0) {
        take_report(&c, &e, report);
        code = entry_save(&c, &e);
    }
    return change_close(&c, code);
}

int state_end(struct state *s, uint64_t id, struct entry *out)
{
    return state_finish(s, id, NULL, out);
}

int state_finish(struct state *s, uint64_t id, const struct state_report *report, struct entry *out)
{
    struct change c;
    struct entry e;

    int code = change_open(&c, s);
    if (code == 0)
        code = entry_load(s, c.txn, id, &e);
    if (code == 0 && report)
        take_report(&c, &e, report);
    if (code == 0)
        code = entry_remove(&c, &e);
    int rc = change_close(&c, code);
    if (rc == 0 && out)
        *out = e;
    return rc;
}

int state_get(struct state *s, uint64_t id, struct entry *out)
{
    MDB_txn *txn = NULL;
    struct change c;
    bool gone = false;

    int code = look_open(s, &txn);
    if (code == 0)
        code = entry_load(s, txn, id, out);
    if (txn)
        mdb_txn_abort(txn);
    if (code != 0 || entry_lives(s, out))
        return state_result(code);
    if (s->read_only)
        return state_result(ENOENT);
    code = change_open(&c, s);
    if (code == 0)
        code = load_living(&c, id, out, &gone);
    return close_living(&c, code, gone);
}

int state_peek(struct state *s, uint64_t id, struct entry *out)
{
    MDB_txn *txn = NULL;

    int code = look_open(s, &txn);
    if (code == 0)
        code = entry_load(s, txn, id, out);
    if (txn)
        mdb_txn_abort(txn);
    return state_result(code);
}
