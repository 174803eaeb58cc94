/* SPDX-License-Identifier: ISC */
/* worker - an edge: forks, and collects the answers; see worker.h. */
#include "worker.h"

#include <errno.h>
#include <linux/close_range.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "limits.h"
#include "log.h"

#define ANSWER_FD 3

void workers_init(struct workers *all, struct loop *loop)
{
    *all = (struct workers){.loop = loop};
}

/* The child's whole life. */
static _Noreturn void work(struct worker *w, int fd, pid_t parent)
{
    static _Alignas(16) char answer[WORKER_ANSWER_MAX];
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    log_close();
    if (getppid() != parent || (fd != ANSWER_FD && dup2(fd, ANSWER_FD) < 0))
        _exit(1);
    close_range(ANSWER_FD + 1, ~0U, 0);
    log_reopen();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    w->job->work(w->owner, answer);
    _exit(send(ANSWER_FD, answer, w->job->answer_size, MSG_NOSIGNAL) < 0);
}

/* Kills the process if there is one, and waits for it. */
static void worker_stop(struct worker *w)
{
    struct loop *loop = w->workers->loop;
    int fd = w->source.fd;

    loop_disarm(loop, &w->timer);
    loop_drop(loop, &w->source);
    if (fd >= 0)
        close(fd);
    if (w->pid > 0) {
        kill(w->pid, SIGKILL);
        while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    w->pid = 0;
}

static void worker_run(struct worker *w);

/* Removes w from the list at *first, which holds it. */
static void leave_list(struct worker **first, struct worker *w)
{
    while (*first != w)
        first = &(*first)->next;
    *first = w->next;
}

static void leave_queue(struct worker *w)
{
    struct workers *all = w->workers;

    leave_list(&all->first, w);
    if (all->last != w)
        return;
    all->last = all->first;
    while (all->last && all->last->next)
        all->last = all->last->next;
}

static bool may_run(const struct workers *all, const void *asks)
{
    unsigned running = 0, same = 0;

    for (const struct worker *w = all->running; w; w = w->next) {
        running++;
        same += w->asks == asks;
    }
    return running < LIMIT_WORKERS && same < LIMIT_WORKERS_OF;
}

/* The longest wait goes first, unless too many ask the same already. */
static void run_next(struct workers *all)
{
    struct worker *next;

    for (struct worker *w = all->first; w; w = next) {
        next = w->next;
        if (!may_run(all, w->asks))
            continue;
        leave_queue(w);
        worker_run(w);
    }
}

/* The worker is free before its owner hears, so that the owner can start it again. */
static void worker_finish(struct worker *w, const void *answer)
{
    struct workers *all = w->workers;
    const struct worker_job *job = w->job;

    worker_stop(w);
    w->state = WORKER_NONE;
    leave_list(&all->running, w);
    job->done(w->owner, answer);
    run_next(all);
}

static void worker_readable(void *owner)
{
    struct worker *w = owner;
    _Alignas(16) char answer[WORKER_ANSWER_MAX];
    ssize_t got = recv(w->source.fd, answer, sizeof answer, MSG_DONTWAIT);

    if (got < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    worker_finish(w, got == (ssize_t)w->job->answer_size ? answer : NULL);
    explicit_bzero(answer, sizeof answer);
}

static void timed_out(void *owner)
{
    worker_finish(owner, NULL);
}

/* If there can be no child, the timer is due at once and tells the owner from the loop. */
static void worker_run(struct worker *w)
{
    struct loop *loop = w->workers->loop;
    int pair[2];
    pid_t parent = getpid();

    w->state = WORKER_RUNNING;
    w->next = w->workers->running;
    w->workers->running = w;
    w->source = (struct loop_source){.ready = worker_readable, .owner = w, .fd = -1};
    w->timer = (struct loop_timer){.fire = timed_out, .owner = w};
    w->pid = 0;
    loop_arm(loop, &w->timer, loop->now);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair))
        return;
    w->pid = fork();
    if (w->pid == 0)
        work(w, pair[1], parent);
    close(pair[1]);
    if (w->pid > 0 && loop_watch(loop, &w->source, pair[0], false) == 0)
        loop_arm(loop, &w->timer, loop->now + w->job->timeout_ms);
    else
        close(pair[0]);
}

void worker_start(struct workers *all, struct worker *w, const struct worker_job *job, void *owner,
                  const void *asks)
{
    w->job = job;
    w->owner = owner;
    w->asks = asks;
    w->workers = all;
    w->next = NULL;
    w->state = WORKER_WAITING;
    if (all->last)
        all->last->next = w;
    else
        all->first = w;
    all->last = w;
    run_next(all);
}

void worker_cancel(struct worker *w)
{
    enum worker_state state = w->state;

    w->state = WORKER_NONE;
    if (state == WORKER_WAITING)
        leave_queue(w);
    if (state != WORKER_RUNNING)
        return;
    worker_stop(w);
    leave_list(&w->workers->running, w);
    run_next(w->workers);
}

void worker_wait(struct worker *w)
{
    if (w->state == WORKER_RUNNING && w->pid > 0) {
        while (waitpid(w->pid, NULL, 0) < 0 && errno == EINTR)
            ;
        w->pid = 0;
    }
    worker_cancel(w);
}
