/* SPDX-License-Identifier: ISC */
/* vpn_add - adds a VPN session, if the user may have one more (R4.5). */
#include <errno.h>
#include <string.h>

#include "clock.h"
#include "vpn_table.h"

#define ADD_EIGHTHS 6 /* of the file: mail sessions that follow need the rest */

#define OLD_MAX (1 + LIMIT_VPN_ADDRESSES) /* the one of this id, and one for each leased address */

struct adding {
    struct vpn_session *new;
    struct vpn_session old[OLD_MAX]; /* the user's own, which it replaces */
    size_t old_count;
    bool known; /* an old session that goes on */
    enum vpn_added added;
    const struct vpn_limit *limit;
    struct vpn_met *met;
};

static bool shares_lease(const struct vpn_session *a, const struct vpn_session *b)
{
    for (size_t i = 0; i < a->address_count; i++)
        if (vpn_has_lease(a, &a->addresses[i]) && vpn_has_lease(b, &a->addresses[i]))
            return true;
    return false;
}

static bool has_address(const struct vpn_session *v, const struct in6_addr *address)
{
    for (size_t i = 0; i < v->address_count; i++)
        if (IN6_ARE_ADDR_EQUAL(&v->addresses[i], address))
            return true;
    return false;
}

/* No address may occur twice. */
static bool same_addresses(const struct vpn_session *a, const struct vpn_session *b)
{
    size_t same = 0;

    for (size_t i = 0; i < a->address_count; i++)
        same += has_address(b, &a->addresses[i]);
    return same == a->address_count && same == b->address_count;
}

/* Sorts the user's sessions: those that the new one replaces, and those that count. Drops expired
 * ones. */
static int visit_own(struct vpn_walk *w, const struct vpn_session *v)
{
    struct adding *a = w->context;
    bool id = strcmp(v->id, a->new->id) == 0, lease = shares_lease(v, a->new);

    if (vpn_expired(w, v))
        return vpn_delete_current(w, v);
    if (!id && !lease) {
        a->met->vpn++;
        return 0;
    }
    if (a->old_count == OLD_MAX)
        return MDB_CORRUPTED; /* a leased address belongs to one session only */
    a->old[a->old_count++] = *v;
    a->known = a->known || lease || same_addresses(v, a->new);
    return 0;
}

static bool is_counted(const struct state *s, const struct entry *e, const char *user,
                       unsigned protocols)
{
    return e->piggyback && (protocols >> e->protocol & 1) != 0 &&
           user_same(s->user_case, span_str(e->vpn_user), span_str(user));
}

/* Counts mail sessions, up to *count, and notes those whose process is gone. */
static int look_mail(struct change *c, MDB_cursor *cursor, const char *user,
                     const struct vpn_limit *limit, unsigned *count)
{
    struct entry dead[STATE_DEAD], e;
    unsigned n = 0, left = *count;
    struct key first = key_name(user, 0);
    MDB_val key = key_val(&first), nothing;

    int code = mdb_cursor_get(cursor, &key, &nothing, MDB_SET_RANGE);
    while (code == 0 && left > 0 && key_is_of(key, &first)) {
        code = entry_load(c->s, c->txn, key_tail_id(key), &e);
        if (code != 0)
            return code == MDB_NOTFOUND ? MDB_CORRUPTED : code;
        if (is_counted(c->s, &e, user, limit->protocols) && entry_lives(c->s, &e))
            left--;
        else if (c->s->dead_count + n < STATE_DEAD && is_counted(c->s, &e, user, limit->protocols))
            dead[n++] = e;
        code = mdb_cursor_get(cursor, &key, &nothing, MDB_NEXT);
    }
    *count -= left;
    code = code == MDB_NOTFOUND ? 0 : code;
    for (unsigned i = 0; i < n && code == 0; i++)
        code = entry_drop_dead(c, &dead[i]);
    return code;
}

/* Counts up to most of the user's mail sessions. */
static int count_mail(struct change *c, struct adding *a, unsigned most)
{
    MDB_cursor *cursor;

    int code = mdb_cursor_open(c->txn, c->s->dbi[TABLE_USERS], &cursor);
    if (code != 0)
        return code;
    a->met->mail = most;
    code = look_mail(c, cursor, a->new->user, a->limit, &a->met->mail);
    mdb_cursor_close(cursor);
    return code;
}

/* Removes other users' sessions with its leased addresses: the gateway has reassigned these. */
static int vpn_displace(const struct vpn_walk *w, struct adding *a)
{
    struct vpn_session holder;
    int code = 0;

    for (size_t i = 0; i < a->new->address_count &&code == 0; i++) {
        if (!vpn_has_lease(a->new, &a->new->addresses[i]))
            continue;
        code = vpn_lease(w, &a->new->addresses[i], &holder);
        if (code == 0) {
            code = vpn_delete(w, &holder);
            a->met->displaced += !vpn_expired(w, &holder);
        } else if (code == MDB_NOTFOUND) {
            code = 0;
        }
    }
    return code;
}

static bool is_renewal(const struct adding *a)
{
    return a->old_count == 1 && strcmp(a->old[0].id, a->new->id) == 0 &&
           same_addresses(&a->old[0], a->new);
}

static int vpn_put_new(struct change *c, const struct vpn_walk *w, struct adding *a)
{
    struct vpn_session *v = a->new;
    bool renewal = is_renewal(a);
    int code = 0;

    for (size_t i = 0; i < a->old_count && code == 0; i++)
        code = vpn_delete(w, &a->old[i]);
    if (code == 0)
        code = vpn_displace(w, a);
    a->added = renewal ? VPN_RENEWED : a->old_count ? VPN_REPLACED : VPN_ADDED;
    v->index = renewal ? a->old[0].index : c->counts.next_id++;
    v->started = renewal ? a->old[0].started : clock_wall();
    v->expires = v->lifetime ? w->now + v->lifetime * 1000 : 0;
    return code != 0 ? code : vpn_put(w, v);
}

static int vpn_add_locked(struct change *c, struct adding *a)
{
    unsigned limit = a->limit->simultaneous_logins;
    struct vpn_walk w = {.s = c->s,
                         .txn = c->txn,
                         .user = a->new->user,
                         .now = clock_ms(),
                         .visit = visit_own,
                         .context = a};

    int code = change_room(c, ADD_EIGHTHS);
    if (code == 0)
        code = vpn_walk(&w);
    if (code == 0)
        code = count_mail(c, a, limit > a->met->vpn ? limit - a->met->vpn : 0);
    if (code != 0)
        return code;
    if (limit > 0 && (a->known || a->met->vpn + a->met->mail < limit))
        return vpn_put_new(c, &w, a);
    a->added = VPN_REFUSED; /* what was swept is committed all the same */
    return count_mail(c, a, ~0u);
}

static bool has_addresses(const struct vpn_session *v)
{
    if (v->address_count == 0 || v->address_count > LIMIT_VPN_ADDRESSES)
        return false;
    for (size_t i = 0; i < v->address_count; i++)
        for (size_t j = 0; j < i; j++)
            if (IN6_ARE_ADDR_EQUAL(&v->addresses[i], &v->addresses[j]))
                return false;
    return true;
}

#define IS_WHOLE(text) (strnlen((text), sizeof(text)) < sizeof(text))

int state_vpn_add(struct state *s, struct vpn_session *v, const struct vpn_limit *limit,
                  struct vpn_met *met)
{
    struct adding a = {.new = v, .limit = limit, .met = met};
    struct change c;

    *met = (struct vpn_met){0};
    if (!*v->user || !*v->id || !IS_WHOLE(v->user) || !IS_WHOLE(v->id) ||
        !IS_WHOLE(v->group_policy) || !has_addresses(v) || v->lifetime > LIMIT_VPN_LIFETIME)
        return state_result(EINVAL);
    int code = change_open(&c, s);
    if (code == 0)
        code = vpn_add_locked(&c, &a);
    int rc = change_close(&c, code);
    return rc == 0 ? (int)a.added : rc;
}
