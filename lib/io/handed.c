/* SPDX-License-Identifier: ISC */
/* handed - an edge: takes descriptors from the service manager; see handed.h. */
#include "handed.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "num.h"

#define FIRST 3 /* SD_LISTEN_FDS_START */

static int socket_option(int fd, int name)
{
    int value = 0;
    socklen_t size = sizeof value;

    return getsockopt(fd, SOL_SOCKET, name, &value, &size) ? 0 : value;
}

static void fill_handed(struct handed *h, int fd, struct span name)
{
    h->fd = fd;
    h->type = socket_option(fd, SO_TYPE);
    h->listening = socket_option(fd, SO_ACCEPTCONN) != 0;
    span_copy(h->name, sizeof h->name, name);
    fcntl(fd, F_SETFD, FD_CLOEXEC);
}

size_t handed_sockets(struct handed out[HANDED_MAX])
{
    uint64_t pid = 0, count = 0;
    struct span names = span_str(getenv("LISTEN_FDNAMES"));
    bool ours = num_parse(span_str(getenv("LISTEN_PID")), INT32_MAX, &pid) &&
                num_parse(span_str(getenv("LISTEN_FDS")), INT16_MAX, &count) &&
                pid == (uint64_t)getpid();

    if (!ours)
        count = 0;
    for (uint64_t i = 0; i < count; i++) {
        int fd = FIRST + (int)i;
        struct span name = span_cut(&names, ':');

        if (i < HANDED_MAX)
            fill_handed(&out[i], fd, name);
        else
            close(fd);
    }
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
    unsetenv("LISTEN_FDNAMES");
    return count < HANDED_MAX ? (size_t)count : HANDED_MAX;
}
