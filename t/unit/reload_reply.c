/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/io/verdict and lib/io/notify: what programs of ours tell each other, and the
 * service manager. */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notify.h"
#include "reload_reply.h"

#define WAIT_MS 10000 /* for what must come */

enum child_way { TELLS, TELLS_WRONG_ONE, SAYS_NOTHING, ENDS };

static sigset_t hangup(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    return set;
}

/* A program that is asked: from the start it waits for one SIGHUP. Exit status 0: it was a question. */
static pid_t child(enum child_way way, enum reload_reply v)
{
    sigset_t set = hangup();
    siginfo_t info;

    sigprocmask(SIG_BLOCK, &set, NULL);
    pid_t pid = fork();
    if (pid)
        return pid;
    if (sigwaitinfo(&set, &info) != SIGHUP)
        _exit(2);
    int asked = reload_reply_wanted(info.si_code, info.si_value.sival_int);
    if (way == TELLS && asked)
        reload_reply_tell(info.si_pid, v);
    if (way == TELLS_WRONG_ONE) /* without a value: a SIGUSR1 from a hand */
        kill(info.si_pid, SIGUSR1);
    if (way == TELLS_WRONG_ONE || way == SAYS_NOTHING)
        pause();
    _exit(!asked);
}

static void answers(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum child_way way;
        enum reload_reply says, heard;
        unsigned ms;
    } rows[] = {
        {"in force", TELLS, RELOAD_IN_FORCE, RELOAD_IN_FORCE, WAIT_MS},
        {"rejected", TELLS, RELOAD_REJECTED, RELOAD_REJECTED, WAIT_MS},
        {"it ends", ENDS, 0, RELOAD_GONE, WAIT_MS},
        {"it says nothing", SAYS_NOTHING, 0, RELOAD_SILENT, 100},
        {"a signal that is no answer", TELLS_WRONG_ONE, 0, RELOAD_SILENT, 300},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        pid_t pid = child(rows[i].way, rows[i].says);
        ROW(i, rows[i].name);
        if (rows[i].way == ENDS)
            signal(SIGCHLD, SIG_IGN); /* nor does a zombie count as there */
        assert_int_equal(reload_reply_ask(pid, rows[i].ms), rows[i].heard);
        signal(SIGCHLD, SIG_DFL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

static void from_a_hand(void **unused)
{
    (void)unused;
    int status;
    pid_t pid = child(TELLS, RELOAD_IN_FORCE);

    assert_int_equal(kill(pid, SIGHUP), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1); /* obeyed, and no question */
    assert_int_equal(reload_reply_ask(pid, WAIT_MS), RELOAD_GONE);
    assert_false(reload_reply_wanted(SI_QUEUE, 0));
    reload_reply_tell(0, RELOAD_REJECTED); /* to nobody: not to our process group */
}

static void ready(void **unused)
{
    (void)unused;
    static const char first[] = {'@', '/'};

    for (size_t i = 0; i < ROWS(first); i++) {
        struct sockaddr_un a = {.sun_family = AF_UNIX};
        char name[64], room[64];
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

        int n = snprintf(name, sizeof name, "%ctmp/mailwicket-notify.%d", first[i], (int)getpid());
        ROW(i, name);
        memcpy(a.sun_path, name, (size_t)n);
        if (name[0] == '@')
            a.sun_path[0] = '\0';
        socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n);
        assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
        setenv("NOTIFY_SOCKET", name, 1);
        notify_ready();
        assert_int_equal(recv(fd, room, sizeof room, 0), strlen("READY=1"));
        assert_memory_equal(room, "READY=1", strlen("READY=1"));
        assert_null(getenv("NOTIFY_SOCKET"));
        notify_ready(); /* nobody to tell */
        assert_int_equal(recv(fd, room, sizeof room, 0), -1);
        close(fd);
        unlink(name);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answers),
        cmocka_unit_test(from_a_hand),
        cmocka_unit_test(ready),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
