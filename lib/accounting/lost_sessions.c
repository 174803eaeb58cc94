/* SPDX-License-Identifier: ISC */
/* lost_sessions - notes ends that nobody noted; see lost_sessions.h. */
#include "lost_sessions.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "account.h"
#include "clock.h"

struct look {
    const struct spool *spool;
    struct state *state;
    int64_t now;
    unsigned changed;
};

static bool in_state(const struct look *l, struct spool_key key, struct entry *out)
{
    return key.era == state_era(l->state) &&
           (state_peek(l->state, key.id, out) == 0 || errno != ENOENT);
}

static void lost_end(struct look *l, struct spool_key key)
{
    struct entry entry;
    struct spool_record r;
    bool same = key.era == state_era(l->state);

    if (in_state(l, key, &entry) || spool_read(l->spool, key, &r) || r.ended)
        return;
    /* After a reboot only the time of the last update is known. */
    const struct spool_event e = {.at = same ? l->now : r.updated,
                                  .in = r.in,
                                  .out = r.out,
                                  .cause = same ? ACCOUNT_NAS_ERROR : ACCOUNT_NAS_REBOOT};
    if (spool_stop(l->spool, key, &e) == 0)
        l->changed++;
}

static void update(struct look *l, struct spool_key key, const struct spool_record *r,
                   const struct entry *entry)
{
    const struct spool_event e = {.at = l->now, .in = entry->bytes_in, .out = entry->bytes_out};

    if (r->interim && l->now - r->updated >= (int64_t)r->interim &&
        spool_update(l->spool, key, &e) == 0)
        l->changed++;
}

/* Whether the state file does not hold the session. Notes an update of one that it holds. */
static bool missing(struct look *l, struct spool_key key)
{
    struct entry entry = {0};
    struct spool_record r;

    if (spool_read(l->spool, key, &r) || r.ended)
        return false;
    if (!in_state(l, key, &entry))
        return true;
    if (entry.id) /* else the state file could not be read */
        update(l, key, &r, &entry);
    return false;
}

static size_t keep_missing(struct look *l, struct spool_item *items, size_t n)
{
    size_t kept = 0;

    for (size_t i = 0; i < n; i++)
        if (missing(l, items[i].key))
            items[kept++] = items[i];
    return kept;
}

/* Moves a record with something due to where it belongs: its writer was killed before that. */
static void lost_file(struct look *l, const struct spool_item *item)
{
    struct spool_record r;

    if (spool_read(l->spool, item->key, &r)) {
        if (errno == EBADMSG && l->now - item->changed > LIMIT_SPOOL_TORN &&
            spool_give_up(l->spool, item->key) == 0)
            l->changed++;
    } else if (r.due && spool_told(l->spool, item->key, 0, r.updated) == 0)
        l->changed++;
}

unsigned lost_sessions(const struct spool *s, struct state *state)
{
    struct look l = {.spool = s, .state = state, .now = clock_wall()};
    struct spool_item *open, *due;
    size_t opens = spool_list(s->open, &open), dues = spool_list(s->due, &due);

    for (size_t i = 0; i < opens; i++)
        lost_file(&l, &open[i]);
    opens = keep_missing(&l, open, opens);
    dues = keep_missing(&l, due, dues);
    if (opens || dues)
        poll(NULL, 0, LIMIT_SPOOL_GRACE_MS);
    for (size_t i = 0; i < opens; i++)
        lost_end(&l, open[i].key);
    for (size_t i = 0; i < dues; i++)
        lost_end(&l, due[i].key);
    free(open);
    free(due);
    return l.changed;
}
