/* SPDX-License-Identifier: ISC */
/* Unit tests of the helper's third socket: copies of the state for those who may only look. */
#include "check.h"

#include "program.h"
#include "verify_play.h"

static int ask(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    snprintf(a.sun_path, sizeof a.sun_path, "%s/" SNAPSHOT_SOCKET, bed.directory);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Waits for the answer, and closes fd. Returns the copy's descriptor. */
static int answer_of(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    int fds[MESSAGE_FDS];
    size_t count = 0;
    char text[64];

    assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
    assert_int_equal(message_recv(fd, text, sizeof text, fds, &count),
                     sizeof SNAPSHOT_GREETING - 1);
    assert_int_equal(count, 1);
    assert_memory_equal(text, SNAPSHOT_GREETING, sizeof SNAPSHOT_GREETING - 1);
    assert_int_equal(recv(fd, text, 1, 0), 0); /* closed at once */
    close(fd);
    return fds[0];
}

static bool count_entry(void *context, const struct entry *e)
{
    (void)e;
    ++*(int *)context;
    return true;
}

static int entries_in(int copy)
{
    struct err e = {""};
    struct state *s = state_open_snapshot(copy, &e);
    int n = 0;

    if (!s)
        fail_msg("%s", e.text);
    assert_int_equal(state_each(s, count_entry, &n), 0);
    state_close(s);
    return n;
}

static void whoever_asks_gets_a_copy(void **unused)
{
    (void)unused;
    struct player a, b;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    assert_int_equal(entries_in(answer_of(ask())), 0);
    a = played("H-VG");
    EVENTUALLY(entries_in(answer_of(ask())) == 1); /* a copy may be some milliseconds old */
    b = played("H-");
    EVENTUALLY(entries_in(answer_of(ask())) == 2);
    play(&a, "RE", 2); /* logins go on */
    end_helper(SIGTERM);
    close_all(&a);
    close_all(&b);
    bed_remove();
}

/* Those who ask and go, stay without reading, or send, cost others nothing. */
static void askers_hold_nothing(void **unused)
{
    (void)unused;
    enum { ASKERS = 200 };
    static int fds[ASKERS];
    struct player a;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    for (int i = 0; i < ASKERS; i++) {
        fds[i] = ask();
        if (i % 3 == 0)
            (void)send(fds[i], "all of it", 9, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (i % 3 == 1) {
            close(fds[i]);
            fds[i] = -1;
        }
    }
    a = played("H-VG");
    play(&a, "RE", 2);
    EVENTUALLY(entries_in(answer_of(ask())) == 1);
    for (int i = 0; i < ASKERS; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    end_helper(SIGTERM);
    close_all(&a);
    bed_remove();
}

/* As with units of an older version: nobody is shown anything, and the rest works. */
static void without_the_socket(void **unused)
{
    (void)unused;
    struct player a;

    bed_make();
    close(bed.snapshot);
    bed.snapshot = -1;
    start_helper(-1, -1, NULL, NULL);
    a = played("H-VG");
    play(&a, "RE", 2);
    end_helper(SIGTERM);
    close_all(&a);
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whoever_asks_gets_a_copy),
        cmocka_unit_test(askers_hold_nothing),
        cmocka_unit_test(without_the_socket),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
