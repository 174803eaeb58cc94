/* SPDX-License-Identifier: ISC */
/* vpn - finds, renews, removes and lists VPN sessions; see vpn.h. vpn_add.c adds them. */
#include "vpn.h"

#include <errno.h>

#include "clock.h"
#include "vpn_table.h"

/* Walks, reading or changing. Returns what the public call returns. */
static int vpn_look(struct state *s, struct vpn_walk *w)
{
    w->s = s;
    w->now = clock_ms();
    int code = look_open(s, &w->txn);
    if (code == 0)
        code = vpn_walk(w);
    if (w->txn)
        mdb_txn_abort(w->txn);
    return state_result(code);
}

static int vpn_change(struct state *s, struct vpn_walk *w)
{
    struct change c;

    w->s = s;
    w->now = clock_ms();
    int code = change_open(&c, s);
    w->txn = c.txn;
    if (code == 0)
        code = vpn_walk(w);
    int rc = change_close(&c, code);
    return rc == 0 ? w->found : rc;
}

struct find {
    struct in6_addr address;
    struct vpn_session *out;
};

static int visit_find(struct vpn_walk *w, const struct vpn_session *v)
{
    const struct find *f = w->context;

    for (size_t i = 0; i < v->address_count && !vpn_expired(w, v); i++)
        if (IN6_ARE_ADDR_EQUAL(&v->addresses[i], &f->address)) {
            *f->out = *v; /* the newest has the highest index, and comes last */
            w->found++;
            break;
        }
    return 0;
}

int state_vpn_find(struct state *s, const char *user, const char *address, struct vpn_session *out)
{
    struct find f = {.out = out};
    struct vpn_walk w = {.user = user, .visit = visit_find, .context = &f};

    if (!vpn_address_parse(span_str(address), &f.address))
        return state_result(EINVAL);
    int rc = vpn_look(s, &w);
    return rc == 0 && w.found == 0 ? state_result(ENOENT) : rc;
}

static int visit_touch(struct vpn_walk *w, const struct vpn_session *v)
{
    const uint64_t *lifetime = w->context;
    struct vpn_session renewed = *v;

    if (vpn_expired(w, v))
        return 0;
    if (lifetime)
        renewed.lifetime = *lifetime;
    renewed.expires = renewed.lifetime ? w->now + renewed.lifetime * 1000 : 0;
    w->found++;
    return vpn_put(w, &renewed);
}

int state_vpn_touch(struct state *s, const char *user, const char *id, const uint64_t *lifetime)
{
    struct vpn_walk w = {
        .user = user, .id = id, .visit = visit_touch, .context = (void *)(uintptr_t)lifetime};

    return vpn_change(s, &w);
}

static int visit_remove(struct vpn_walk *w, const struct vpn_session *v)
{
    w->found += !vpn_expired(w, v);
    return vpn_delete_current(w, v);
}

/* Counts all, damaged records too. */
static int remove_all(struct state *s)
{
    struct change c;
    MDB_stat stat = {0};

    int code = change_open(&c, s);
    if (code == 0)
        code = mdb_stat(c.txn, s->dbi[TABLE_VPN], &stat);
    if (code == 0)
        code = mdb_drop(c.txn, s->dbi[TABLE_VPN], 0);
    if (code == 0)
        code = mdb_drop(c.txn, s->dbi[TABLE_LEASES], 0);
    int rc = change_close(&c, code);
    return rc == 0 ? (int)stat.ms_entries : rc;
}

int state_vpn_remove(struct state *s, const char *user, const char *id)
{
    struct vpn_walk w = {.user = user, .id = id, .visit = visit_remove};

    int rc = vpn_change(s, &w);
    return rc < 0 && errno == EBADMSG && !user && !id ? remove_all(s) : rc;
}

static int visit_sweep(struct vpn_walk *w, const struct vpn_session *v)
{
    if (!vpn_expired(w, v))
        return 0;
    w->found++;
    return vpn_delete_current(w, v);
}

int state_vpn_sweep(struct state *s)
{
    struct vpn_walk w = {.visit = visit_sweep};

    return s->read_only ? 0 : vpn_change(s, &w);
}

struct each {
    bool (*visit)(void *context, const struct vpn_session *v);
    void *context;
};

static int visit_each(struct vpn_walk *w, const struct vpn_session *v)
{
    const struct each *e = w->context;

    return vpn_expired(w, v) || e->visit(e->context, v) ? 0 : WALK_END;
}

int state_vpn_each(struct state *s, bool (*visit)(void *context, const struct vpn_session *v),
                   void *context)
{
    struct each e = {visit, context};
    struct vpn_walk w = {.visit = visit_each, .context = &e};

    return vpn_look(s, &w);
}
