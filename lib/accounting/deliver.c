/* SPDX-License-Identifier: ISC */
/* deliver - tells the accounting servers what the spool holds; see deliver.h. */
#include "deliver.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "account.h"
#include "clock.h"
#include "log.h"
#include "lost_sessions.h"

struct sender {
    const struct policy *policy;
    const struct spool *spool;
    uint64_t deadline;
    struct delivery result;
    struct {
        uint32_t dead; /* servers */
        bool down;
        struct radius_tls *kept; /* a connection for the next request */
    } * groups;                  /* one for each of policy->groups */
};

static void log_dropped(struct spool_key key, const struct spool_record *r, const char *reason)
{
    char name[SPOOL_NAME];
    struct log_line l;

    spool_name(name, key);
    log_start(&l, LOG_ERR, "accounting-dropped");
    log_str(&l, "session", name);
    if (r) {
        log_str(&l, "user", r->user);
        log_str(&l, "group", r->group);
    }
    log_str(&l, "reason", reason);
    log_send(&l);
}

static const struct {
    enum spool_due due;
    enum account_kind kind;
} order[] = {
    {SPOOL_START, ACCOUNT_START}, {SPOOL_UPDATE, ACCOUNT_INTERIM}, {SPOOL_STOP, ACCOUNT_STOP}};
#define KINDS (sizeof order / sizeof *order)

static int64_t event_of(const struct spool_record *r, enum spool_due due)
{
    return due == SPOOL_START ? r->started : due == SPOOL_UPDATE ? r->updated : r->stopped;
}

static bool confirmed(struct sender *s, const char *name, const struct spool_record *r, size_t i,
                      size_t group)
{
    int64_t event = event_of(r, order[i].due), now = clock_wall();
    struct err e = {""};
    const struct account a = {
        .kind = order[i].kind,
        .session = span_str(name),
        .user = span_str(r->user),
        .class = span_of(r->class, r->class_size),
        .client = r->client,
        .server = span_str(r->server),
        .in = order[i].due == SPOOL_START ? 0 : r->in,
        .out = order[i].due == SPOOL_START ? 0 : r->out,
        .duration = event > r->started ? (uint64_t)(event - r->started) : 0,
        .cause = r->cause,
        .event = event,
        .delay = now > event ? (uint64_t)(now - event) : 0,
    };

    if (radius_account(&s->policy->groups[group], &a, &s->groups[group].dead,
                       &s->groups[group].kept, &e) == AAA_YES)
        return true;
    s->groups[group].down = true;
    log_say(LOG_WARNING, "accounting-failed", "%s: %s", r->group, e.text);
    return false;
}

/* The group to be told; group_count: the policy no longer has it. */
static size_t group_of(const struct policy *p, const char *name)
{
    size_t i = 0;

    while (i < p->group_count &&
           (p->groups[i].type != GROUP_RADIUS || strcmp(p->groups[i].name, name) != 0))
        i++;
    return i;
}

/* Tells all that is due of one session. false: something is left. */
static bool tell_session(struct sender *s, struct spool_key key, const struct spool_record *r)
{
    char name[SPOOL_NAME];
    size_t group = group_of(s->policy, r->group);

    spool_name(name, key);
    for (size_t i = 0; i < KINDS; i++) {
        if (!(r->due & order[i].due))
            continue;
        if (group == s->policy->group_count || s->groups[group].down || clock_ms() >= s->deadline ||
            !confirmed(s, name, r, i, group))
            return false;
        s->result.told++;
        spool_told(s->spool, key, order[i].due, r->updated);
    }
    return true;
}

static void deliver_drop(const struct sender *s, struct spool_key key, const struct spool_record *r,
                         const char *reason)
{
    log_dropped(key, r, reason);
    for (size_t i = 0; i < KINDS; i++)
        if (r->due & order[i].due)
            spool_told(s->spool, key, order[i].due, r->updated);
}

static void tell_one(struct sender *s, const struct spool_item *item, bool surplus)
{
    struct spool_record r;

    if (spool_read(s->spool, item->key, &r)) {
        if (errno == EBADMSG && clock_wall() - item->changed > LIMIT_SPOOL_TORN) {
            log_dropped(item->key, NULL, "its file is damaged");
            spool_remove(s->spool, item->key);
        }
        return;
    }
    if (surplus)
        deliver_drop(s, item->key, &r, "too many sessions wait for the accounting server");
    else if (clock_wall() - item->changed > LIMIT_SPOOL_AGE)
        deliver_drop(s, item->key, &r, "the accounting server was away for too long");
    else if (!tell_session(s, item->key, &r))
        s->result.left++;
}

static void tell_all(struct sender *s)
{
    struct spool_item *items;
    size_t n = spool_list(s->spool->due, &items);
    size_t surplus = n > LIMIT_SPOOL_DUE ? n - LIMIT_SPOOL_DUE : 0;

    s->result.left = 0;
    for (size_t i = 0; i < n; i++)
        tell_one(s, &items[i], i < surplus);
    free(items);
}

struct delivery deliver(const struct policy *p, const struct spool *s, struct state *state,
                        unsigned ms)
{
    struct sender sender = {.policy = p, .spool = s, .deadline = clock_ms() + ms};

    if (flock(s->due, LOCK_EX | LOCK_NB))
        return (struct delivery){.busy = true};
    sender.groups = calloc(p->group_count + 1, sizeof *sender.groups);
    if (sender.groups) {
        tell_all(&sender);
        sender.result.lost = state ? lost_sessions(s, state) : 0;
        if (sender.result.lost)
            tell_all(&sender);
        for (size_t i = 0; i < p->group_count; i++)
            radius_tls_close(&sender.groups[i].kept);
    }
    free(sender.groups);
    flock(s->due, LOCK_UN);
    return sender.result;
}
