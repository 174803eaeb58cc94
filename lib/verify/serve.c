/* SPDX-License-Identifier: ISC */
/* serve - the helper's life: sockets, signals, sweeps; see serve.h. */
#include "serve.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "expire.h"
#include "helper.h"
#include "in_force.h"
#include "log.h"
#include "login_mode.h"
#include "notify.h"
#include "program.h"
#include "report.h"
#include "conversation.h"
#include "reload_reply.h"
#include "snapshot.h"

#define ACCEPTS_A_TURN 16
#define SWEEP_ENTRIES  256 /* of the state file looked at in one turn: some 4 ms */
#define ACCEPT_PAUSE   100 /* ms without accepting after descriptors or memory ran out */

enum serve_state { SERVING, FINISHING, FARING_WELL, FINISHED };

struct server {
    struct helper helper; /* too large for a stack */
    const struct serve_config *config;
    enum serve_state state;
    struct loop_source listening, signals;
    struct loop_timer sweep, pause, finish;
    uint64_t lack_told; /* when accept last failed and it was logged; 0: never */
    struct snapshot snapshot;
    sigset_t before;
};

static void accept_again(void *owner)
{
    struct server *s = owner;

    if (s->state == SERVING)
        loop_watch(&s->helper.loop, &s->listening, s->config->verify, false);
}

/* Accepts nothing for a while: what lacks is not free at once. */
static void accept_later(struct server *s, int error)
{
    struct loop *loop = &s->helper.loop;

    if (!s->lack_told || loop->now - s->lack_told >= LIMIT_LACK_LOG_MS) {
        s->lack_told = loop->now;
        log_say(LOG_ERR, "accept-failed", "%s", strerror(error));
    }
    loop_drop(loop, &s->listening);
    loop_arm(loop, &s->pause, loop->now + ACCEPT_PAUSE);
}

static void accept_conversations(void *owner)
{
    struct server *s = owner;

    for (unsigned i = 0; i < ACCEPTS_A_TURN; i++) {
        int fd = accept4(s->config->verify, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0) {
            conversation_open(&s->helper, fd, answer);
            continue;
        }
        if (errno == ECONNABORTED || errno == EINTR)
            continue;
        if (errno != EAGAIN)
            accept_later(s, errno);
        return;
    }
}

/* One step of a sweep in each turn, so that no login waits for a whole sweep. */
static void sweep_step(void *owner)
{
    struct server *s = owner;
    struct loop *loop = &s->helper.loop;
    bool done = true;

    if (state_sweep_step(s->helper.state, SWEEP_ENTRIES, &done) < 0) {
        log_say(LOG_ERR, "state-failed", "sweep: %s", strerror(errno));
        done = true;
    }
    loop_arm(loop, &s->sweep, done ? loop->now + LIMIT_SWEEP_MS : loop->now);
}

/* The time is up: clients that have not logged in hear a goodbye, and then it is over. */
static void finish_due(void *owner)
{
    struct server *s = owner;
    struct loop *loop = &s->helper.loop;
    struct conversation *next;

    if (s->state == FARING_WELL) {
        s->state = FINISHED;
        return;
    }
    s->state = FARING_WELL;
    loop_arm(loop, &s->finish, loop->now + LIMIT_GOODBYE_MS);
    for (struct conversation *t = s->helper.conversations; t; t = next) {
        next = t->next;
        if (t->state < CONVERSATION_VERIFYING)
            conversation_goodbye(t, GOODBYE_TROUBLE);
    }
}

/* New conversations wait in the socket for the next helper; those under way get their time, so that
 * a restart fails no login. */
static void begin_finish(struct server *s, const struct signalfd_siginfo *info)
{
    struct loop *loop = &s->helper.loop;

    (void)info;
    if (s->state != SERVING)
        return;
    s->state = FINISHING;
    loop_drop(loop, &s->listening);
    loop_arm(loop, &s->finish, loop->now + LIMIT_FINISH_MS);
}

_Static_assert(POLICY_HASH == IN_FORCE_HASH, "both are SHA-256");

/* So that an edited policy is seen. */
static void tell_in_force(struct server *s)
{
    const struct policy *p = s->helper.rules->policy;

    if (s->config->connection < 0 &&
        in_force_write(p->state_directory, &s->helper.self, p->hash, p->file))
        log_say(LOG_ERR, "state-failed", "can't write which policy is in force: %s",
                strerror(errno));
}

static bool load_anew(struct server *s)
{
    const struct serve_config *c = s->config;
    struct policy *p = c->reload ? c->reload(c->context) : NULL;
    struct rules *r = p ? rules_new(p, c->release) : NULL;

    if (!r)
        return false;
    rules_drop(s->helper.rules);
    s->helper.rules = r;
    state_compare_users(s->helper.state, r->policy->user_case);
    auth_cache_clear(s->helper.auth_cache);
    learn_begin(&s->helper);
    expire_begin(&s->helper);
    tell_in_force(s);
    return true;
}

static void reload_policy(struct server *s, const struct signalfd_siginfo *info)
{
    enum reload_reply v = load_anew(s) ? RELOAD_IN_FORCE : RELOAD_REJECTED;

    if (reload_reply_wanted(info->ssi_code, info->ssi_int))
        reload_reply_tell((pid_t)info->ssi_pid, v);
}

static void look_for_evicted(struct server *s, const struct signalfd_siginfo *info)
{
    struct conversation *next;

    (void)info;
    for (struct conversation *t = s->helper.conversations; t; t = next) {
        next = t->next;
        conversation_look(t);
    }
}

static const struct {
    int number;
    void (*act)(struct server *s, const struct signalfd_siginfo *info);
} signals[] = {{SIGTERM, begin_finish},
               {SIGINT, begin_finish},
               {SIGHUP, reload_policy},
               {SIGUSR1, look_for_evicted}};
#define SIGNALS (sizeof signals / sizeof *signals)

static void take_signal(void *owner)
{
    struct server *s = owner;
    struct signalfd_siginfo info;

    if (read(s->signals.fd, &info, sizeof info) != (ssize_t)sizeof info)
        return;
    for (size_t i = 0; i < SIGNALS; i++)
        if (info.ssi_signo == (uint32_t)signals[i].number)
            signals[i].act(s, &info);
}

static int watch_signals(struct server *s)
{
    sigset_t set;
    int fd;

    sigemptyset(&set);
    for (size_t i = 0; i < SIGNALS; i++)
        sigaddset(&set, signals[i].number);
    if (sigprocmask(SIG_BLOCK, &set, &s->before))
        return -1;
    fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    return fd < 0 ? -1 : loop_watch(&s->helper.loop, &s->signals, fd, false);
}

static int unblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    return flags < 0 ? -1 : fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

static int open_service(struct server *s)
{
    struct helper *h = &s->helper;
    const struct serve_config *c = s->config;
    int on = 1;

    if (unblock(c->verify) || unblock(c->report) ||
        setsockopt(c->report, SOL_SOCKET, SO_PASSCRED, &on, sizeof on) ||
        loop_watch(&h->loop, &s->listening, c->verify, false) ||
        loop_watch(&h->loop, &h->report, c->report, false) ||
        snapshot_begin(&s->snapshot, &h->loop, h->state, c->snapshot))
        return -1;
    sweep_step(s);
    return 0;
}

static int open_sockets(struct server *s)
{
    const struct serve_config *c = s->config;

    if (c->connection < 0)
        return open_service(s);
    if (unblock(c->connection))
        return -1;
    conversation_open(&s->helper, c->connection, answer);
    return 0;
}

static int open_helper(struct server *s)
{
    struct helper *h = &s->helper;
    const struct serve_config *c = s->config;
    const struct passwd *filter = getpwnam(USER_FILTER);

    static struct auth_cache memory; /* large; untouched unless a group has cache= */
    static struct repeats repeats;
    unsigned char key[AUTH_CACHE_KEY];

    if (getrandom(key, sizeof key, 0) != (ssize_t)sizeof key ||
        getrandom(repeats.key, sizeof repeats.key, 0) != (ssize_t)sizeof repeats.key)
        return -1;
    h->repeats = &repeats;
    h->auth_cache = &memory;
    auth_cache_init(h->auth_cache, key);
    explicit_bzero(key, sizeof key);
    h->state = c->state;
    h->peer = c->peer;
    h->mode = c->trial ? &login_trial : &login_real;
    h->penalty_ms = c->penalty_ms;
    h->accounting.spool = (struct spool){-1, -1};
    h->filter_uid = filter ? filter->pw_uid : (uid_t)-1;
    h->report = (struct loop_source){.ready = report_readable, .owner = h, .fd = -1};
    s->listening = (struct loop_source){.ready = accept_conversations, .owner = s, .fd = -1};
    s->signals = (struct loop_source){.ready = take_signal, .owner = s, .fd = -1};
    s->sweep = (struct loop_timer){.fire = sweep_step, .owner = s};
    s->pause = (struct loop_timer){.fire = accept_again, .owner = s};
    s->finish = (struct loop_timer){.fire = finish_due, .owner = s};
    if (loop_open(&h->loop) || process_of(getpid(), &h->self))
        return -1;
    workers_init(&h->workers, &h->loop);
    state_on_gone(h->state, report_gone, h);
    state_compare_users(h->state, h->rules->policy->user_case);
    if (watch_signals(s) || open_sockets(s))
        return -1;
    h->mode->begin(h);
    learn_begin(h);
    expire_begin(h);
    return 0;
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

/* Sessions live on; conversations that were not done end. */
static void close_helper(struct server *s)
{
    struct helper *h = &s->helper;
    struct conversation *next;
    int signals_fd = s->signals.fd;

    for (struct conversation *t = h->conversations; t; t = next) {
        next = t->next;
        if (t->state == CONVERSATION_REPORTING)
            conversation_forget(t);
        else
            conversation_end(t);
    }
    report_settle(h);
    snapshot_end(&s->snapshot);
    learn_end(h);
    loop_disarm(&h->loop, &h->expire);
    state_on_gone(h->state, NULL, NULL);
    loop_drop(&h->loop, &s->signals);
    close_fd(signals_fd);
    loop_close(&h->loop);
    close_fd(s->config->verify);
    close_fd(s->config->report);
    close_fd(s->config->snapshot);
    if (h->mode)
        h->mode->end(h);
    spool_close(&h->accounting.spool);
    rules_drop(h->rules);
    sigprocmask(SIG_SETMASK, &s->before, NULL);
}

int serve(const struct serve_config *c)
{
    static struct server s;
    bool service = c->connection < 0;
    int failed;

    memset(&s, 0, sizeof s);
    s.config = c;
    s.helper.rules = rules_new(c->policy, c->release);
    if (!s.helper.rules)
        return -1;
    sigprocmask(SIG_BLOCK, NULL, &s.before);
    failed = open_helper(&s);
    if (failed)
        log_say(LOG_ERR, "failed", "can't serve: %s", strerror(errno));
    if (!failed && service) {
        tell_in_force(&s);
        log_say(LOG_INFO, "started", "%s", c->policy->file);
        notify_ready();
    }
    while (!failed && s.state != FINISHED &&
           ((service && s.state == SERVING) || s.helper.conversations)) {
        report_settle(&s.helper);
        failed = loop_turn(&s.helper.loop);
    }
    close_helper(&s);
    return failed;
}
