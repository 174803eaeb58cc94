/* SPDX-License-Identifier: ISC */
/* notify - an edge: one datagram to the service manager; see notify.h. */
#include "notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void notify_ready(void)
{
    static const char ready[] = "READY=1";
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    const char *path = getenv("NOTIFY_SOCKET");
    size_t n = path ? strlen(path) : 0;

    /* A path, or with @ for the first NUL a name in the abstract namespace. */
    if (n > 1 && n < sizeof a.sun_path && (*path == '/' || *path == '@')) {
        memcpy(a.sun_path, path, n);
        if (*path == '@')
            a.sun_path[0] = '\0';
        int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        if (fd >= 0) {
            (void)!sendto(fd, ready, sizeof ready - 1, MSG_NOSIGNAL, (struct sockaddr *)&a,
                          (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
            close(fd);
        }
    }
    unsetenv("NOTIFY_SOCKET");
}
