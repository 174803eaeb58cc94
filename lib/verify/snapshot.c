/* SPDX-License-Identifier: ISC */
/* snapshot - an edge: hands out copies of the state file; see snapshot.h. Reads nothing from whoever
 * asks. */
#include "snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "log.h"
#include "message.h"

#define SHARE        10  /* a copy is kept this many times as long as it took */
#define ACCEPT_PAUSE 100 /* ms without accepting after descriptors or memory ran out */

static void drop_copy(struct snapshot *s)
{
    if (s->copy >= 0)
        close(s->copy);
    s->copy = -1;
}

/* Returns the present copy, or makes one; -1: errno. */
static int take_copy(struct snapshot *s)
{
    uint64_t start, end;

    if (s->copy >= 0)
        return s->copy;
    start = clock_ms();
    s->copy = state_snapshot(s->state);
    end = clock_ms();
    if (s->copy >= 0)
        loop_arm(s->loop, &s->expiry, end + (end - start + 1) * SHARE);
    return s->copy;
}

static void show_state(struct snapshot *s, int asker)
{
    int copy = take_copy(s);

    if (copy < 0)
        log_say(LOG_ERR, "state-failed", "can't copy the state: %s", strerror(errno));
    else /* an asker that is gone misses nothing */
        (void)message_send(asker, SPAN(SNAPSHOT_GREETING), &copy, 1);
    close(asker);
}

/* One asker in each turn: logins go first. */
static void answer_asker(void *owner)
{
    struct snapshot *s = owner;
    int asker = accept4(s->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (asker >= 0) {
        show_state(s, asker);
    } else if (errno != EAGAIN && errno != ECONNABORTED && errno != EINTR) {
        loop_drop(s->loop, &s->listening); /* filters lack the same, which is logged */
        loop_arm(s->loop, &s->expiry, s->loop->now + ACCEPT_PAUSE);
    }
}

static void expire(void *owner)
{
    struct snapshot *s = owner;

    drop_copy(s);
    if (s->listening.fd < 0)
        loop_watch(s->loop, &s->listening, s->listener, false);
}

int snapshot_begin(struct snapshot *s, struct loop *loop, struct state *state, int listener)
{
    int flags;

    *s = (struct snapshot){.loop = loop,
                           .state = state,
                           .listening = {.ready = answer_asker, .owner = s, .fd = -1},
                           .expiry = {.fire = expire, .owner = s},
                           .listener = listener,
                           .copy = -1};
    if (listener < 0)
        return 0;
    flags = fcntl(listener, F_GETFL);
    if (flags < 0 || fcntl(listener, F_SETFL, flags | O_NONBLOCK))
        return -1;
    return loop_watch(loop, &s->listening, listener, false);
}

void snapshot_end(struct snapshot *s)
{
    if (!s->loop)
        return;
    loop_disarm(s->loop, &s->expiry);
    loop_drop(s->loop, &s->listening);
    drop_copy(s);
}
