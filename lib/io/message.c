/* SPDX-License-Identifier: ISC */
/* message - an edge: datagrams with descriptors; see message.h. Believes no count from the peer. */
#include "message.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/* Room for the descriptors and the sender's credentials. Without credentials, more than MESSAGE_FDS
 * descriptors fit into it. */
union control {
    struct cmsghdr header; /* for the alignment */
    char room[CMSG_SPACE(MESSAGE_FDS * sizeof(int)) + CMSG_SPACE(sizeof(struct ucred))];
};

int message_send(int fd, struct span bytes, const int *fds, size_t count)
{
    struct iovec iov = {(void *)(uintptr_t)bytes.p, bytes.n};
    union control control;
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};
    ssize_t sent;

    if (count > MESSAGE_FDS) {
        errno = EINVAL;
        return -1;
    }
    if (count > 0) {
        memset(&control, 0, sizeof control);
        m.msg_control = &control;
        m.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *c = CMSG_FIRSTHDR(&m);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(c), fds, count * sizeof(int));
    }
    do
        sent = sendmsg(fd, &m, MSG_NOSIGNAL);
    while (sent < 0 && errno == EINTR);
    return sent < 0 ? -1 : 0;
}

/* Takes the descriptors of one control message. Those that don't fit into fds are closed but still
 * counted, so that the caller notices. */
static void take_descriptors(const struct cmsghdr *c, int fds[MESSAGE_FDS], size_t *count)
{
    size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

    for (size_t i = 0; i < n; i++, ++*count) {
        int fd;
        memcpy(&fd, CMSG_DATA(c) + i * sizeof fd, sizeof fd);
        if (*count < MESSAGE_FDS)
            fds[*count] = fd;
        else
            close(fd);
    }
}

static void take_control(struct msghdr *m, int fds[MESSAGE_FDS], size_t *count, pid_t *pid)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if (c->cmsg_level != SOL_SOCKET)
            continue;
        if (c->cmsg_type == SCM_RIGHTS)
            take_descriptors(c, fds, count);
        if (c->cmsg_type == SCM_CREDENTIALS && pid) {
            struct ucred credentials;
            memcpy(&credentials, CMSG_DATA(c), sizeof credentials);
            *pid = credentials.pid;
        }
    }
}

ssize_t message_recv_from(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count,
                          pid_t *pid)
{
    struct iovec iov = {room, size};
    union control control;
    struct msghdr m = {.msg_iov = &iov,
                       .msg_iovlen = 1,
                       .msg_control = &control,
                       .msg_controllen = sizeof control};
    ssize_t got;

    *count = 0;
    if (pid)
        *pid = 0;
    do
        got = recvmsg(fd, &m, MSG_CMSG_CLOEXEC);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return -1;
    take_control(&m, fds, count, pid);
    bool faulty = (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) || *count > MESSAGE_FDS;
    if (!faulty && (got > 0 || *count == 0))
        return got;
    for (size_t i = 0; i < *count && i < MESSAGE_FDS; i++)
        close(fds[i]);
    *count = 0;
    errno = EPROTO;
    return -1;
}

ssize_t message_recv(int fd, void *room, size_t size, int fds[MESSAGE_FDS], size_t *count)
{
    return message_recv_from(fd, room, size, fds, count, NULL);
}

int message_peer(int fd, pid_t *pid, uid_t *uid)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials;

    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size))
        return -1;
    *pid = credentials.pid;
    *uid = credentials.uid;
    return 0;
}
