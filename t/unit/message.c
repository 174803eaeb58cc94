/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/io/message: datagrams with descriptors over a socketpair. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "message.h"

static void pair(int type, int fds[2])
{
    assert_int_equal(socketpair(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fds), 0);
}

/* The lowest free descriptor: a leak raises it. */
static int lowest(void)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    close(fd);
    return fd;
}

/* Sends n descriptors of /dev/null in one datagram, without message_send's limit. */
static void send_many(int fd, struct span bytes, int n)
{
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(16 * sizeof(int))];
    } control = {0};
    struct iovec iov = {(void *)(uintptr_t)bytes.p, bytes.n};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    m.msg_control = &control;
    m.msg_controllen = CMSG_SPACE((size_t)n * sizeof(int));
    struct cmsghdr *c = CMSG_FIRSTHDR(&m);
    c->cmsg_level = SOL_SOCKET;
    c->cmsg_type = SCM_RIGHTS;
    c->cmsg_len = CMSG_LEN((size_t)n * sizeof(int));
    for (int i = 0; i < n; i++)
        memcpy(CMSG_DATA(c) + (size_t)i * sizeof(int), &null, sizeof null);
    assert_int_equal(sendmsg(fd, &m, 0), (ssize_t)bytes.n);
    close(null);
}

static void round_trip(void **unused)
{
    (void)unused;
    static const int types[] = {SOCK_SEQPACKET, SOCK_DGRAM};
    for (size_t t = 0; t < ROWS(types); t++)
        for (int n = 0; n <= MESSAGE_FDS; n++) {
            int s[2], fds[MESSAGE_FDS], before, give[MESSAGE_FDS] = {0, 0};
            size_t count = 9;
            char room[16];

            pair(types[t], s);
            before = lowest();
            assert_int_equal(message_send(s[0], SPAN("a\0b"), give, (size_t)n), 0);
            assert_int_equal(message_send(s[0], SPAN("second"), NULL, 0), 0);
            assert_int_equal(message_recv(s[1], room, sizeof room, fds, &count), 3);
            assert_memory_equal(room, "a\0b", 3);
            assert_int_equal(count, n);
            for (int i = 0; i < n; i++) {
                assert_true(fcntl(fds[i], F_GETFD) & FD_CLOEXEC);
                close(fds[i]);
            }
            assert_int_equal(message_recv(s[1], room, sizeof room, fds, &count), 6);
            assert_int_equal(count, 0);
            assert_int_equal(lowest(), before);
            close(s[0]);
            close(s[1]);
        }
}

static void bad_messages_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct span bytes;
        int fds;
    } rows[] = {
        {"one octet too long", SPAN("12345678901234567"), 0},
        {"too long, with descriptors", SPAN("12345678901234567"), 2},
        {"three descriptors", SPAN("x"), 3},
        {"five descriptors", SPAN("x"), 5},
        {"sixteen descriptors", SPAN("x"), 16},
        {"descriptors and nothing else", SPAN(""), 1},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        int s[2], fds[MESSAGE_FDS], before;
        size_t count;
        char room[16];

        ROW(i, rows[i].name);
        pair(SOCK_SEQPACKET, s);
        before = lowest();
        if (rows[i].fds)
            send_many(s[0], rows[i].bytes, rows[i].fds);
        else
            assert_int_equal(message_send(s[0], rows[i].bytes, NULL, 0), 0);
        assert_int_equal(message_recv(s[1], room, sizeof room, fds, &count), -1);
        assert_int_equal(errno, EPROTO);
        assert_int_equal(count, 0);
        assert_int_equal(lowest(), before);
        close(s[0]);
        close(s[1]);
    }
}

static void errors_and_end(void **unused)
{
    (void)unused;
    int s[2], fds[MESSAGE_FDS];
    size_t count;
    char room[16];

    pair(SOCK_SEQPACKET, s);
    assert_int_equal(message_recv(s[1], room, sizeof room, fds, &count), -1);
    assert_int_equal(errno, EAGAIN);
    close(s[0]);
    assert_int_equal(message_recv(s[1], room, sizeof room, fds, &count), 0);
    assert_int_equal(message_send(s[1], SPAN("x"), NULL, 0), -1); /* no SIGPIPE */
    assert_int_equal(errno, EPIPE);
    close(s[1]);
    assert_int_equal(message_send(-1, SPAN("x"), (int[3]){0, 0, 0}, 3), -1);
    assert_int_equal(errno, EINVAL);
}

static void sender_and_peer(void **unused)
{
    (void)unused;
    int s[2], fds[MESSAGE_FDS], on = 1;
    size_t count;
    char room[16];
    pid_t pid;
    uid_t uid;

    pair(SOCK_SEQPACKET, s);
    assert_int_equal(message_peer(s[0], &pid, &uid), 0);
    assert_int_equal(pid, getpid());
    assert_int_equal(uid, getuid());
    close(s[0]);
    close(s[1]);
    pair(SOCK_DGRAM, s);
    assert_int_equal(message_send(s[0], SPAN("x"), NULL, 0), 0);
    assert_int_equal(message_recv_from(s[1], room, sizeof room, fds, &count, &pid), 1);
    assert_int_equal(pid, 0);
    assert_int_equal(setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof on), 0);
    assert_int_equal(message_send(s[0], SPAN("x"), (int[2]){0, 0}, 2), 0);
    assert_int_equal(message_recv_from(s[1], room, sizeof room, fds, &count, &pid), 1);
    assert_int_equal(pid, getpid());
    assert_int_equal(count, 2);
    close(fds[0]);
    close(fds[1]);
    close(s[0]);
    close(s[1]);
    assert_int_equal(message_peer(-1, &pid, &uid), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(bad_messages_are_refused),
        cmocka_unit_test(errors_and_end),
        cmocka_unit_test(sender_and_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
