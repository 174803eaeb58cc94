/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/filter/exec: what stops a handover, and that the log says so. Each is tried in a
 * process of its own, which would become the relay. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "filter.h"
#include "handover.h"
#include "log.h"

#define RETURNED 77 /* exit status: filter_exec has returned */

static char big[HANDOVER_EARLY_MAX + 1];

static int no_relay(void)
{
    return -1;
}

static int not_a_program(void)
{
    int fd = memfd_create("not a program", MFD_CLOEXEC);

    assert_int_equal(write(fd, "neither ELF nor #!", 18), 18);
    return fd;
}

static int good_relay(void)
{
    return open("./mailwicket-relay", O_RDONLY | O_CLOEXEC);
}

/* Runs in the new process. */
static void hand_over(int relay, struct span early, struct span back, struct span jail, int log)
{
    static struct login login;
    int client[2], server[2], report[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, client) ||
        socketpair(AF_UNIX, SOCK_STREAM, 0, server) || socketpair(AF_UNIX, SOCK_DGRAM, 0, report))
        _exit(1);
    dup2(log, 2);
    log_open_sink("test", LOG_TO_STDERR, 0, LOG_DEBUG);
    /* the relay finds both sides closed, and ends */
    shutdown(client[0], SHUT_WR);
    shutdown(server[0], SHUT_WR);
    dup2(client[1], 0);
    dup2(client[1], 1);
    login.front.in = (struct buf){.p = (char *)(uintptr_t)early.p, .len = early.n, .cap = early.n};
    login.back.in = (struct buf){.p = (char *)(uintptr_t)back.p, .len = back.n, .cap = back.n};
    memcpy(login.mail_password, "secret", 7);
    struct filter_end end = {.client = {.in = 0, .out = 0},
                             .server = {.in = server[1], .out = server[1]},
                             .report = report[1],
                             .login = &login};
    filter_exec(&end, relay, jail);
    _exit(RETURNED);
}

static void what_stops_a_handover(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        int (*relay)(void);
        size_t early, back, jail; /* octets */
        int status;
        const char *log;
    } rows[] = {
        {"nothing", good_relay, HANDOVER_EARLY_MAX, HANDOVER_EARLY_MAX, 0, 0, ""},
        {"too much from the client", good_relay, HANDOVER_EARLY_MAX + 1, 0, 0, RETURNED,
         "<3>event=handover-failed reason=\"the keys or the early data don't fit\" asa=719002\n"},
        {"too much from the server", good_relay, 0, HANDOVER_EARLY_MAX + 1, 0, RETURNED,
         "<3>event=handover-failed reason=\"the keys or the early data don't fit\" asa=719002\n"},
        {"too long a jail", good_relay, 0, 0, HANDOVER_JAIL_MAX + 1, RETURNED,
         "<3>event=handover-failed reason=\"the keys or the early data don't fit\" asa=719002\n"},
        {"no relay", no_relay, 0, 0, 0, RETURNED,
         "<3>event=handover-failed reason=\"Bad file descriptor\" asa=719002\n"},
        {"a relay that is not a program", not_a_program, 0, 0, 0, RETURNED,
         "<3>event=handover-failed reason=\"can't exec the relay: "},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[512] = "";
        int log[2], status, relay = rows[i].relay();

        ROW(i, rows[i].name);
        assert_int_equal(pipe2(log, O_CLOEXEC), 0);
        pid_t pid = fork();
        if (pid == 0)
            hand_over(relay, span_of(big, rows[i].early), span_of(big, rows[i].back),
                      span_of(big, rows[i].jail), log[1]);
        close(log[1]);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(read(log[0], text, sizeof text - 1) >= 0);
        assert_true(WIFEXITED(status));
        assert_int_equal(WEXITSTATUS(status), rows[i].status);
        if (*rows[i].log)
            assert_memory_equal(text, rows[i].log, strlen(rows[i].log));
        else
            assert_string_equal(text, "");
        assert_null(strstr(text, "secret"));
        close(log[0]);
        if (relay >= 0)
            close(relay);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_stops_a_handover)};

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
