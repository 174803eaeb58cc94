/* SPDX-License-Identifier: ISC */
/* reload_reply - an edge: signals between our programs; see reload_reply.h. */
#include "reload_reply.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "clock.h"

#define REQUEST  0x4d57 /* "MW" */
#define CHECK_MS 500    /* how often to check that the process still exists */

int reload_reply_wanted(int code, int value)
{
    return code == SI_QUEUE && value == REQUEST;
}

void reload_reply_tell(pid_t asker, enum reload_reply reply)
{
    if (asker > 0)
        sigqueue(asker, SIGUSR1, (union sigval){.sival_int = (int)reply});
}

static enum reload_reply why_unreachable(void)
{
    return errno == ESRCH ? RELOAD_GONE : RELOAD_FORBIDDEN;
}

enum reload_reply reload_reply_ask(pid_t pid, unsigned ms)
{
    const struct timespec interval = {.tv_nsec = CHECK_MS * 1000000L};
    uint64_t end = clock_ms() + ms;
    siginfo_t reply;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (sigqueue(pid, SIGHUP, (union sigval){.sival_int = REQUEST}))
        return why_unreachable();
    while (clock_ms() < end) {
        if (sigtimedwait(&set, &reply, &interval) == SIGUSR1) {
            if (reply.si_code == SI_QUEUE && reply.si_pid == pid)
                return reply.si_value.sival_int == RELOAD_IN_FORCE ? RELOAD_IN_FORCE
                                                                   : RELOAD_REJECTED;
        } else if (kill(pid, 0) && errno == ESRCH) {
            return RELOAD_GONE;
        }
    }
    return RELOAD_SILENT;
}
