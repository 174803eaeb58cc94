/* SPDX-License-Identifier: ISC */
/* verdict - an edge: signals between programs of ours; see reload_reply.h. */
#include "reload_reply.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

#include "clock.h"

#define QUESTION 0x4d57 /* "MW" */
#define LOOK_MS  500    /* between two looks whether the process is still there */

int reload_reply_wanted(int code, int value)
{
    return code == SI_QUEUE && value == QUESTION;
}

void reload_reply_tell(pid_t asker, enum reload_reply v)
{
    if (asker > 0)
        sigqueue(asker, SIGUSR1, (union sigval){.sival_int = (int)v});
}

static enum reload_reply failed(void)
{
    return errno == ESRCH ? RELOAD_GONE : RELOAD_FORBIDDEN;
}

enum reload_reply reload_reply_ask(pid_t pid, unsigned ms)
{
    const struct timespec look = {.tv_nsec = LOOK_MS * 1000000L};
    uint64_t end = clock_ms() + ms;
    siginfo_t answer;
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    if (sigqueue(pid, SIGHUP, (union sigval){.sival_int = QUESTION}))
        return failed();
    while (clock_ms() < end) {
        if (sigtimedwait(&set, &answer, &look) == SIGUSR1) {
            if (answer.si_code == SI_QUEUE && answer.si_pid == pid)
                return answer.si_value.sival_int == RELOAD_IN_FORCE ? RELOAD_IN_FORCE
                                                                    : RELOAD_REJECTED;
        } else if (kill(pid, 0) && errno == ESRCH) {
            return RELOAD_GONE;
        }
    }
    return RELOAD_SILENT;
}
