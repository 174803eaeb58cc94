/* SPDX-License-Identifier: ISC */
/* process - identifies processes by /proc/PID/stat, and by pidfd where that can't be read. The
 * process chooses the name in stat itself: it may hold blanks and brackets, and is not believed. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <unistd.h>

#include "num.h"
#include "state.h"

#define STAT_START 22 /* proc(5): the field's number; the state is 3 */

enum seen { SEEN_GONE, SEEN_ALIVE, SEEN_HIDDEN };

/* Reads a field from a whole line of /proc/PID/stat. */
static enum seen read_stat(char *text, uint64_t *start)
{
    char *p = strrchr(text, ')');

    if (!p || p[1] != ' ' || p[2] == '\0')
        return SEEN_HIDDEN;
    p += 2;
    if (strchr("ZXx", *p))
        return SEEN_GONE;
    for (int field = 3; field < STAT_START; field++) {
        p = strchr(p, ' ');
        if (!p)
            return SEEN_HIDDEN;
        p++;
    }
    size_t digits = strspn(p, "0123456789");
    return num_parse(span_of(p, digits), UINT64_MAX, start) ? SEEN_ALIVE : SEEN_HIDDEN;
}

static enum seen look_stat(pid_t pid, uint64_t *start)
{
    char path[32], text[1024];

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return SEEN_HIDDEN;
    ssize_t n = read(fd, text, sizeof text - 1);
    int trouble = errno;
    close(fd);
    if (n < 0 && trouble == ESRCH)
        return SEEN_GONE;
    if (n <= 0)
        return SEEN_HIDDEN;
    text[n] = '\0';
    return read_stat(text, start);
}

/* Works without the start time: a pidfd is readable once its process has ended. */
static bool pid_lives(pid_t pid)
{
    int fd = pidfd_open(pid, 0);
    if (fd < 0)
        return errno != ESRCH && errno != EINVAL;
    struct pollfd p = {.fd = fd, .events = POLLIN};
    bool ended = poll(&p, 1, 0) == 1;
    close(fd);
    return !ended;
}

int process_of(pid_t pid, struct process *p)
{
    *p = (struct process){.pid = (int32_t)pid};
    enum seen seen = pid > 0 ? look_stat(pid, &p->start) : SEEN_GONE;
    if (seen == SEEN_HIDDEN)
        seen = pid_lives(pid) ? SEEN_ALIVE : SEEN_GONE;
    if (seen == SEEN_ALIVE)
        return 0;
    errno = ESRCH;
    return -1;
}

bool process_lives(const struct process *p)
{
    uint64_t start = 0;

    if (p->pid <= 0)
        return false;
    switch (look_stat(p->pid, &start)) {
    case SEEN_GONE:
        return false;
    case SEEN_ALIVE:
        return p->start == 0 || start == p->start;
    case SEEN_HIDDEN:
        break;
    }
    return pid_lives(p->pid);
}

/* Compares the start time after opening the pidfd: if it matches, the pidfd is of that process, and
 * stays so. */
int process_signal(const struct process *p, int signal)
{
    int fd = p->pid > 0 ? pidfd_open(p->pid, 0) : -1;

    if (fd < 0) {
        if (p->pid <= 0 || errno == EINVAL)
            errno = ESRCH;
        return -1;
    }
    int rc = -1;
    if (process_lives(p))
        rc = pidfd_send_signal(fd, signal, NULL, 0);
    else
        errno = ESRCH;
    int trouble = errno;
    close(fd);
    errno = trouble;
    return rc;
}
