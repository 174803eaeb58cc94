/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/io/reload_reply and lib/io/notify. */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "notify.h"
#include "reload_reply.h"

#define WAIT_MS 120000 /* for a reply that must come */

enum behaviour { REPLIES, SENDS_PLAIN_SIGNAL, STAYS_SILENT, ENDS };

static sigset_t hangup(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    return set;
}

/* A program that waits for one SIGHUP. Its exit status is 0 if the signal wanted a reply. */
static pid_t child(enum behaviour behaviour, enum reload_reply v)
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
    if (behaviour == REPLIES && asked)
        reload_reply_tell(info.si_pid, v);
    if (behaviour == SENDS_PLAIN_SIGNAL) /* a SIGUSR1 without a value */
        kill(info.si_pid, SIGUSR1);
    if (behaviour == SENDS_PLAIN_SIGNAL || behaviour == STAYS_SILENT)
        pause();
    _exit(!asked);
}

static void each_reply(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum behaviour behaviour;
        enum reload_reply says, heard;
        unsigned ms;
    } rows[] = {
        {"in force", REPLIES, RELOAD_IN_FORCE, RELOAD_IN_FORCE, WAIT_MS},
        {"rejected", REPLIES, RELOAD_REJECTED, RELOAD_REJECTED, WAIT_MS},
        {"the program ends", ENDS, 0, RELOAD_GONE, WAIT_MS},
        {"no reply", STAYS_SILENT, 0, RELOAD_SILENT, 100},
        {"a signal that is no reply", SENDS_PLAIN_SIGNAL, 0, RELOAD_SILENT, 300},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        pid_t pid = child(rows[i].behaviour, rows[i].says);
        ROW(i, rows[i].name);
        if (rows[i].behaviour == ENDS)
            signal(SIGCHLD, SIG_IGN); /* or a zombie would remain */
        assert_int_equal(reload_reply_ask(pid, rows[i].ms), rows[i].heard);
        signal(SIGCHLD, SIG_DFL);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

static void plain_sighup_gets_no_reply(void **unused)
{
    (void)unused;
    int status;
    pid_t pid = child(REPLIES, RELOAD_IN_FORCE);

    assert_int_equal(kill(pid, SIGHUP), 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status) &&
                WEXITSTATUS(status) == 1); /* it got the signal, and no request */
    assert_int_equal(reload_reply_ask(pid, WAIT_MS), RELOAD_GONE);
    assert_false(reload_reply_wanted(SI_QUEUE, 0));
    reload_reply_tell(0, RELOAD_REJECTED); /* nobody asked: must not signal our process group */
}

static void ready_is_sent_once(void **unused)
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
        cmocka_unit_test(each_reply),
        cmocka_unit_test(plain_sighup_gets_no_reply),
        cmocka_unit_test(ready_is_sent_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
