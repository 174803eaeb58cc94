/* SPDX-License-Identifier: ISC */
/* report - see report.h. Believes a relay only about its own session. */
#include "report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "message.h"
#include "conversation.h"

#define LOST_MAX       1024 /* entries kept at once; beyond, a session counts as lost at once */
#define REPORTS_A_TURN 512

struct lost {
    struct lost *next;
    struct entry entry;
};

void report_finish(struct helper *h, const struct entry *s, enum wire_cause cause)
{
    event_ended(s, wire_cause_name(cause));
    accounting_stop(&h->accounting.spool, h->state, s, cause);
    if (s->state == ENTRY_AUTHENTICATED)
        accounting_worker_kick(h);
}

void report_gone(void *context, const struct entry *dead)
{
    struct helper *h = context;
    struct lost *l = h->lost_count < LOST_MAX ? malloc(sizeof *l) : NULL;

    if (!l) {
        report_finish(h, dead, WIRE_CAUSE_UNKNOWN);
        return;
    }
    l->entry = *dead;
    l->next = h->lost;
    h->lost = l;
    h->lost_count++;
}

static void drop_lost(struct helper *h, struct lost **at)
{
    struct lost *l = *at;

    *at = l->next;
    free(l);
    h->lost_count--;
}

static bool take_lost(struct helper *h, uint64_t id, struct entry *out)
{
    for (struct lost **at = &h->lost; *at; at = &(*at)->next) {
        if ((*at)->entry.id != id)
            continue;
        *out = (*at)->entry;
        drop_lost(h, at);
        return true;
    }
    return false;
}

static const struct entry *peek_lost(const struct helper *h, uint64_t id)
{
    for (const struct lost *l = h->lost; l; l = l->next)
        if (l->entry.id == id)
            return &l->entry;
    return NULL;
}

/* Whether the sender is the session's process. A process that is gone may have sent END, which has
 * the octets: its entry is still there or kept. */
static bool owns_session(struct helper *h, uint64_t id, pid_t sender)
{
    struct entry s;

    if (sender == 0)
        return true;
    if (state_peek(h->state, id, &s) == 0)
        return s.process.pid == sender;
    const struct entry *l = peek_lost(h, id);
    return l && l->process.pid == sender;
}

static struct state_report report_of(const struct wire_end *e)
{
    return (struct state_report){e->bytes_in, e->bytes_out, e->at, e->active};
}

static void report_end(struct helper *h, const struct wire_end *e)
{
    const struct state_report r = report_of(e);
    struct entry s;

    if (state_finish(h->state, e->id, &r, &s) && !take_lost(h, e->id, &s)) {
        if (errno != ENOENT) /* ENOENT: another process found it dead and ended it */
            log_say(LOG_ERR, "state-failed", "can't end session %llu: %s",
                    (unsigned long long)e->id, strerror(errno));
        return;
    }
    s.bytes_in = e->bytes_in;
    s.bytes_out = e->bytes_out;
    report_finish(h, &s, e->cause);
}

static void report_interim(struct helper *h, const struct wire_end *e)
{
    const struct state_report r = report_of(e);

    state_interim(h->state, e->id, &r);
}

void report_take(struct helper *h, const struct wire *w, pid_t sender)
{
    if (!owns_session(h, w->end.id, sender)) {
        log_say(LOG_WARNING, "report-ignored", "process %d does not hold session %llu", (int)sender,
                (unsigned long long)w->end.id);
        return;
    }
    if (w->type == WIRE_END)
        report_end(h, &w->end);
    else
        report_interim(h, &w->end);
}

void report_readable(void *owner)
{
    struct helper *h = owner;
    char room[256]; /* no report is longer */
    int fds[MESSAGE_FDS];
    size_t count;
    pid_t pid;
    struct wire w;

    for (unsigned i = 0; i < REPORTS_A_TURN; i++) {
        ssize_t n = message_recv_from(h->report.fd, room, sizeof room, fds, &count, &pid);

        if (n < 0 && errno != EPROTO)
            return;
        for (size_t f = 0; f < count; f++)
            close(fds[f]);
        if (n > 0 && pid > 0 && count == 0 && wire_decode(&w, span_of(room, (size_t)n)) &&
            (w.type == WIRE_INTERIM || w.type == WIRE_END))
            report_take(h, &w, pid);
        else
            log_say(LOG_WARNING, "report-ignored", "process %d sent an invalid report", (int)pid);
    }
}

void report_lost(struct helper *h, uint64_t id)
{
    struct entry s;

    if (state_end(h->state, id, &s) == 0 || take_lost(h, id, &s))
        report_finish(h, &s, WIRE_CAUSE_UNKNOWN);
}

void report_settle(struct helper *h)
{
    if (!h->lost)
        return;
    if (h->report.fd >= 0)
        report_readable(h);
    for (struct lost **at = &h->lost; *at;) {
        struct lost *l = *at;

        if (conversation_find(h, l->entry.id)) { /* its own socket will tell */
            at = &l->next;
            continue;
        }
        report_finish(h, &l->entry, WIRE_CAUSE_UNKNOWN);
        drop_lost(h, at);
    }
}
