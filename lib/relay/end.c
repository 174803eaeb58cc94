/* SPDX-License-Identifier: ISC */
/* end - see end.h. */
#include "end.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_type(int fd, mode_t type)
{
    struct stat s;

    return fstat(fd, &s) == 0 && (s.st_mode & S_IFMT) == type;
}

static void set_option(int fd, int level, int name, int value)
{
    (void)setsockopt(fd, level, name, &value, sizeof value); /* fails on sockets that are not TCP */
}

static void set_tcp_options(int fd)
{
    set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
    set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, END_KEEPALIVE_IDLE);
    set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, END_KEEPALIVE_INTERVAL);
    set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, END_KEEPALIVE_COUNT);
    set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

static int unblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0)
        (void)fcntl(fd, F_SETFL, flags | O_NONBLOCK);
    return flags;
}

void end_open(struct end *e, int in, int out)
{
    e->in = in;
    e->out = out;
    e->socket = is_type(in, S_IFSOCK) && is_type(out, S_IFSOCK);
    e->in_flags = unblock(in);
    e->out_flags = in == out ? e->in_flags : unblock(out);
    if (e->socket) {
        set_tcp_options(in);
        if (in != out)
            set_tcp_options(out);
    }
}

bool end_splices(const struct end *e)
{
    return !e->record && (e->socket || (is_type(e->in, S_IFIFO) && is_type(e->out, S_IFIFO)));
}

bool end_sent(const struct end *e)
{
    struct pollfd p = {.fd = e->out, .events = POLLOUT};

    set_option(e->out, IPPROTO_TCP, TCP_NOTSENT_LOWAT, 1);
    return poll(&p, 1, 0) != 0;
}

void end_finish(struct end *e)
{
    if (e->socket) {
        (void)shutdown(e->out, SHUT_WR);
    } else if (e->out >= 0 && e->out != e->in) {
        (void)fcntl(e->out, F_SETFL, e->out_flags);
        close(e->out);
        e->out = -1;
    }
}

static void close_descriptors(struct end *e)
{
    if (!e->socket && e->in >= 0)
        (void)fcntl(e->in, F_SETFL, e->in_flags);
    if (e->out >= 0 && e->out != e->in)
        close(e->out);
    if (e->in >= 0)
        close(e->in);
    e->in = e->out = -1;
}

void end_reset(struct end *e)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    if (e->socket)
        (void)setsockopt(e->in, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    else
        end_finish(e);
    close_descriptors(e);
}

void end_close(struct end *e)
{
    if (e->cut && e->socket && !e->record)
        end_reset(e);
    end_finish(e); /* another process may still hold the socket: close() alone would not end it */
    close_descriptors(e);
    if (e->record)
        record_wipe(&e->tls);
}
