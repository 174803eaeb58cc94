/* SPDX-License-Identifier: ISC */
/* conversation - an edge: one filter's socket; see conversation.h. Believes about the filter only
 * what the kernel says: its process and user. */
#include "conversation.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "event.h"
#include "login_mode.h"
#include "message.h"
#include "report.h"

/* Where a conversation may go from each of its states. It may end in every one of them. */
#define TO(state) (1u << CONVERSATION_##state)
static const unsigned transitions[CONVERSATION_STATES] = {
    [CONVERSATION_OPENED] = TO(CONNECTED) | TO(LEAVING),
    [CONVERSATION_CONNECTED] = TO(NAMED) | TO(VERIFYING) | TO(LEAVING),
    [CONVERSATION_NAMED] = TO(NAMED) | TO(VERIFYING) | TO(LEAVING),
    [CONVERSATION_VERIFYING] =
        TO(CONNECTED) | TO(NAMED) | TO(VERIFYING) | TO(GRANTED) | TO(LEAVING),
    [CONVERSATION_GRANTED] = TO(VERIFYING) | TO(REPORTING) | TO(LEAVING),
};

void conversation_become(struct conversation *t, enum conversation_state to)
{
    loop_disarm(&t->helper->loop, &t->hello);
    if (!(transitions[t->state] & (1u << to))) {
        log_say(LOG_ERR, "failed", "a conversation can't go from state %d to %d", (int)t->state,
                (int)to);
        abort();
    }
    t->state = to;
}

/* Frees the conversation, and nothing of its entry. */
static void conversation_free(struct conversation *t)
{
    struct helper *h = t->helper;
    int fd = t->filter.fd;

    login_steps_stop(t);
    login_steps_end_turn(t);
    loop_disarm(&h->loop, &t->farewell);
    loop_disarm(&h->loop, &t->hello);
    loop_drop(&h->loop, &t->filter);
    if (fd >= 0)
        close(fd);
    if (t->client >= 0)
        close(t->client);
    t->client = -1;
    if (t->rules)
        rules_drop(t->rules);
    if (t->previous)
        t->previous->next = t->next;
    else
        h->conversations = t->next;
    if (t->next)
        t->next->previous = t->previous;
    loop_free_later(&h->loop, &t->corpse);
}

/* Removes the connection from the state file. */
static void leave_state(struct conversation *t)
{
    struct entry *s = &t->entry;

    if (s->id && state_end(t->helper->state, s->id, NULL) && errno != ENOENT)
        event_say(LOG_ERR, "state-failed", s, strerror(errno));
    if (s->id)
        report_finish(t->helper, s, WIRE_CAUSE_UNKNOWN);
    s->id = 0;
}

void conversation_end(struct conversation *t)
{
    struct helper *h = t->helper;
    uint64_t id = t->entry.id;
    bool reporting = t->state == CONVERSATION_REPORTING;

    if (!reporting)
        leave_state(t);
    conversation_free(t);
    if (reporting)
        report_lost(h, id);
}

void conversation_forget(struct conversation *t)
{
    conversation_free(t);
}

bool conversation_send(struct conversation *t, const struct wire *w, const int *fds, size_t count)
{
    static char room[LIMIT_MESSAGE];
    struct buf out = BUF(room);
    bool sent = wire_encode(w, &out) && message_send(t->filter.fd, buf_span(&out), fds, count) == 0;

    explicit_bzero(room, out.len);
    if (!sent)
        conversation_end(t);
    return sent;
}

/* The filter has had its time to say goodbye. */
static void conversation_farewell(void *owner)
{
    struct conversation *t = owner;

    if (t->client >= 0)
        shutdown(t->client, SHUT_RDWR);
    conversation_end(t);
}

void conversation_goodbye(struct conversation *t, enum goodbye g)
{
    struct loop *loop = &t->helper->loop;
    struct wire w = {.type = WIRE_GOODBYE, .goodbye = {.goodbye = g}};

    login_steps_stop(t);
    leave_state(t);
    conversation_become(t, CONVERSATION_LEAVING);
    if (conversation_send(t, &w, NULL, 0))
        loop_arm(loop, &t->farewell, loop->now + LIMIT_GOODBYE_MS);
}

void conversation_evicted(struct conversation *t)
{
    t->entry.id = 0;
    conversation_goodbye(t, GOODBYE_EVICTED);
}

void conversation_state_failed(struct conversation *t)
{
    event_say(LOG_ERR, "state-failed", &t->entry, strerror(errno));
    conversation_goodbye(t, GOODBYE_TROUBLE);
}

bool conversation_present(struct conversation *t, struct span login)
{
    struct entry *e = &t->entry;

    if (t->helper->mode->present(t, login)) {
        if (errno == ENOENT)
            conversation_evicted(t);
        else
            conversation_state_failed(t);
        return false;
    }
    e->state = ENTRY_AUTHENTICATING;
    e->vpn_user[0] = e->mail_user[0] = e->server[0] = e->group_policy[0] = '\0';
    span_copy(e->login, sizeof e->login, login);
    event_say(LOG_DEBUG, "authenticating", e, NULL);
    return true;
}

void conversation_look(struct conversation *t)
{
    struct entry s;

    if (t->entry.id && t->state != CONVERSATION_REPORTING &&
        state_get(t->helper->state, t->entry.id, &s) && errno == ENOENT)
        conversation_evicted(t);
}

struct conversation *conversation_find(const struct helper *h, uint64_t id)
{
    for (struct conversation *t = h->conversations; t; t = t->next)
        if (t->entry.id == id)
            return t;
    return NULL;
}

static void conversation_readable(void *owner)
{
    static char room[LIMIT_MESSAGE];
    struct conversation *t = owner;
    int fds[MESSAGE_FDS];
    size_t count;
    ssize_t n = message_recv(t->filter.fd, room, sizeof room, fds, &count);

    if (n < 0 && errno == EAGAIN)
        return;
    if (n > 0)
        t->hears(t, span_of(room, (size_t)n), fds, count);
    else {
        login_steps_left(t);
        conversation_end(t);
    }
    if (n > 0)
        explicit_bzero(room, (size_t)n);
}

/* It has connected and said nothing since: that is not what a filter does. */
static void conversation_mute(void *owner)
{
    struct conversation *t = owner;

    log_say(LOG_WARNING, "talk-fault", "process %d says nothing", (int)t->entry.process.pid);
    conversation_end(t);
}

static bool has_too_many_mute(const struct helper *h, const struct process *p)
{
    unsigned n = 0;

    for (const struct conversation *t = h->conversations; t; t = t->next)
        n += t->state == CONVERSATION_OPENED && t->entry.process.pid == p->pid;
    return n >= LIMIT_MUTE;
}

/* Whether the peer may be a filter: a process of root, of our user, or of the filter's user. */
static bool is_filter(const struct helper *h, int fd, struct process *process)
{
    pid_t pid;
    uid_t uid;

    if (message_peer(fd, &pid, &uid) || process_of(pid, process)) {
        log_say(LOG_NOTICE, "talk-refused", "the peer's process is unknown: %s", strerror(errno));
        return false;
    }
    if (has_too_many_mute(h, process)) {
        log_say(LOG_WARNING, "talk-refused", "process %d has %d mute conversations", (int)pid,
                LIMIT_MUTE);
        return false;
    }
    if (uid == 0 || uid == geteuid() || uid == h->filter_uid)
        return true;
    log_say(LOG_WARNING, "talk-refused", "process %d of user %d is not a filter", (int)pid,
            (int)uid);
    return false;
}

void conversation_open(struct helper *h, int fd, conversation_hears *hears)
{
    struct process process;
    struct conversation *t = is_filter(h, fd, &process) ? calloc(1, sizeof *t) : NULL;

    if (!t) {
        close(fd);
        return;
    }
    t->helper = h;
    t->hears = hears;
    t->state = CONVERSATION_OPENED;
    t->client = -1;
    t->entry.process = process;
    t->entry.helper = h->self;
    t->filter = (struct loop_source){.ready = conversation_readable, .owner = t, .fd = -1};
    t->farewell = (struct loop_timer){.fire = conversation_farewell, .owner = t};
    t->hello = (struct loop_timer){.fire = conversation_mute, .owner = t};
    t->steps.server.fd = t->steps.dial.fd = -1;
    t->next = h->conversations;
    if (h->conversations)
        h->conversations->previous = t;
    h->conversations = t;
    if (loop_watch(&h->loop, &t->filter, fd, false)) {
        log_say(LOG_ERR, "talk-refused", "epoll: %s", strerror(errno));
        close(fd);
        conversation_free(t);
        return;
    }
    loop_arm(&h->loop, &t->hello, h->loop.now + LIMIT_HELLO_MS);
}
