/* SPDX-License-Identifier: ISC */
/* ctl_state - opens the state file that the policy names, or a copy of it. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "accounting_note.h"
#include "ctl_entry.h"
#include "event.h"
#include "log.h"
#include "message.h"
#include "wire.h"

#define PATIENCE_MS 10000 /* for a snapshot: the helper may have to start first */

/* Logs and accounts the end of a dead entry that a call on the state file has removed. */
static void log_gone(void *context, const struct entry *dead)
{
    struct ctl *c = context;

    event_ended(dead, wire_cause_name(WIRE_CAUSE_UNKNOWN));
    accounting_stop(&c->spool, c->state, dead, WIRE_CAUSE_UNKNOWN);
}

/* Whether the state file is there and not for this user. */
static bool is_forbidden(const struct policy *p)
{
    char path[LIMIT_PATH + 8];

    snprintf(path, sizeof path, "%s/state", p->state_directory);
    return access(path, R_OK | W_OK) != 0 && errno == EACCES;
}

static struct state *open_state(struct ctl *c, const struct policy *p)
{
    struct err error = {""};

    if (!c->opened) {
        log_open(PROGRAM_CONTROL, p->log_facility, p->log_level);
        accounting_open(&c->spool, p, false);
        c->opened = true;
    }
    c->state = state_open(p->state_directory, 0, &error);
    if (!c->state) {
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", error.text);
        return NULL;
    }
    state_on_gone(c->state, log_gone, c);
    state_compare_users(c->state, p->user_case);
    return c->state;
}

struct state *ctl_state(struct ctl *c)
{
    const struct policy *p = ctl_policy(c);

    if (!p)
        return NULL;
    if (!is_forbidden(p))
        return open_state(c, p);
    fprintf(stderr,
            PROGRAM_CONTROL ": %s changes the state, which only root may: run it as root; "
                            "members of the group " GROUP_ADMIN " may only look\n",
            c->command);
    return NULL;
}

/* Returns a connected socket, or -1: standard error says what to do. */
static int connect_snapshot(const struct policy *p)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    int n = snprintf(a.sun_path, sizeof a.sun_path, "%s/" SNAPSHOT_SOCKET, p->state_directory);

    if (n >= (int)sizeof a.sun_path)
        errno = ENAMETOOLONG;
    else if (fd >= 0 && connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
        return fd;
    fprintf(stderr, PROGRAM_CONTROL ": %s/" SNAPSHOT_SOCKET ": %s; %s\n", p->state_directory,
            strerror(errno),
            errno == EACCES ? "run this as root, or join the group " GROUP_ADMIN
                            : "run this as root, or start mailwicket-verify by its socket units");
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Returns the copy's descriptor, or -1: standard error says why. */
static int receive_snapshot(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    char greeting[sizeof SNAPSHOT_GREETING];
    int fds[MESSAGE_FDS];
    size_t count = 0;
    ssize_t n = poll(&wait, 1, PATIENCE_MS) == 1
                    ? message_recv(fd, greeting, sizeof greeting, fds, &count)
                    : -1;

    if (n == sizeof SNAPSHOT_GREETING - 1 && count == 1)
        return fds[0];
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    fputs(PROGRAM_CONTROL ": no answer from mailwicket-verify; see its log\n", stderr);
    return -1;
}

struct state *ctl_look(struct ctl *c)
{
    const struct policy *p = ctl_policy(c);
    struct err error = {""};
    int fd, copy;

    if (!p)
        return NULL;
    if (!is_forbidden(p))
        return open_state(c, p);
    fd = connect_snapshot(p);
    if (fd < 0)
        return NULL;
    copy = receive_snapshot(fd);
    close(fd);
    if (copy < 0)
        return NULL;
    c->state = state_open_snapshot(copy, &error);
    if (!c->state) {
        fprintf(stderr, PROGRAM_CONTROL ": %s\n", error.text);
        return NULL;
    }
    c->snapshot = true;
    state_compare_users(c->state, p->user_case);
    return c->state;
}

int ctl_state_failed(void)
{
    fprintf(stderr, PROGRAM_CONTROL ": state file: %s\n", strerror(errno));
    return CTL_NO;
}
