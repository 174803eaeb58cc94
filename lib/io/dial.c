/* SPDX-License-Identifier: ISC */
/* dial - an edge: connects to a mail server's addresses; see dial.h. */
#include "dial.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool dial_numeric(struct dial_addresses *a, const char *host)
{
    char bare[INET6_ADDRSTRLEN];
    struct span s = span_str(host);
    union dial_address *to = &a->list[0];

    if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
        s = span_of(s.p + 1, s.n - 2);
    memset(to, 0, sizeof *to);
    a->count = 0;
    if (!span_copy(bare, sizeof bare, s))
        return false;
    if (inet_pton(AF_INET, bare, &to->v4.sin_addr) == 1)
        to->v4.sin_family = AF_INET;
    else if (inet_pton(AF_INET6, bare, &to->v6.sin6_addr) == 1)
        to->v6.sin6_family = AF_INET6;
    else
        return false;
    a->count = 1;
    return true;
}

void dial_interleave(struct dial_addresses *a)
{
    struct dial_addresses from = *a;
    bool used[LIMIT_ADDRESSES] = {false};
    int wanted = from.count ? from.list[0].any.sa_family : AF_UNSPEC;

    for (size_t n = 0; n < from.count; n++) {
        size_t first = from.count, take = from.count;

        for (size_t i = from.count; i-- > 0;) {
            if (used[i])
                continue;
            first = i;
            if (from.list[i].any.sa_family == wanted)
                take = i;
        }
        if (take == from.count)
            take = first; /* the other family is used up */
        used[take] = true;
        a->list[n] = from.list[take];
        wanted = from.list[take].any.sa_family == AF_INET6 ? AF_INET : AF_INET6;
    }
}

int dial_resolve(struct dial_addresses *a, const char *host, struct err *e)
{
    static const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    struct addrinfo *all;
    int fault = getaddrinfo(host, NULL, &hints, &all);

    a->count = 0;
    if (fault)
        return err_set(e, "%s: %s", host,
                       fault == EAI_SYSTEM ? strerror(errno) : gai_strerror(fault));
    for (struct addrinfo *i = all; i && a->count < LIMIT_ADDRESSES; i = i->ai_next)
        if (i->ai_addrlen <= sizeof a->list[0] &&
            (i->ai_family == AF_INET || i->ai_family == AF_INET6))
            memcpy(&a->list[a->count++], i->ai_addr, i->ai_addrlen);
    freeaddrinfo(all);
    if (a->count == 0)
        return err_set(e, "%s: no IPv4 or IPv6 address", host);
    dial_interleave(a);
    return 0;
}

static void dial_fail(struct dial *d, const union dial_address *to, const char *what)
{
    char text[INET6_ADDRSTRLEN] = "";
    const void *address = to->any.sa_family == AF_INET6 ? (const void *)&to->v6.sin6_addr
                                                        : (const void *)&to->v4.sin_addr;

    inet_ntop(to->any.sa_family, address, text, sizeof text);
    err_set(&d->why, "%s port %u: %s", text, d->port, what);
    dial_cancel(d);
}

/* Tries one address. DIAL_FAILED: this one failed. */
static enum dial_event dial_try(struct dial *d, uint64_t now)
{
    union dial_address *to = &d->addresses.list[d->next++];
    bool v6 = to->any.sa_family == AF_INET6;
    int on = 1;

    if (v6)
        to->v6.sin6_port = htons((uint16_t)d->port);
    else
        to->v4.sin_port = htons((uint16_t)d->port);
    d->fd = socket(to->any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (d->fd < 0) {
        dial_fail(d, to, strerror(errno));
        return DIAL_FAILED;
    }
    setsockopt(d->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    d->deadline = now + LIMIT_CONNECT_MS < d->end ? now + LIMIT_CONNECT_MS : d->end;
    if (connect(d->fd, &to->any, v6 ? sizeof to->v6 : sizeof to->v4) == 0)
        return DIAL_DONE;
    if (errno == EINPROGRESS || errno == EINTR)
        return DIAL_PENDING;
    dial_fail(d, to, strerror(errno));
    return DIAL_FAILED;
}

static enum dial_event dial_try_next(struct dial *d, uint64_t now)
{
    while (d->next < d->addresses.count && now < d->end) {
        enum dial_event event = dial_try(d, now);
        if (event != DIAL_FAILED)
            return event;
    }
    return DIAL_FAILED;
}

enum dial_event dial_start(struct dial *d, const struct dial_addresses *a, unsigned port,
                           uint64_t now)
{
    d->fd = -1;
    d->end = d->deadline = now + LIMIT_DIAL_MS;
    d->next = 0;
    d->port = port;
    d->addresses = *a;
    err_set(&d->why, "no address");
    return dial_try_next(d, now);
}

/* Checks the connection under way. On DIAL_FAILED errno is what connect would have given. */
static enum dial_event dial_check(const struct dial *d)
{
    int error = 0;
    socklen_t size = sizeof error;
    union dial_address peer;
    socklen_t peer_size = sizeof peer;

    if (getsockopt(d->fd, SOL_SOCKET, SO_ERROR, &error, &size))
        return DIAL_FAILED;
    if (error) {
        errno = error;
        return DIAL_FAILED;
    }
    if (getpeername(d->fd, &peer.any, &peer_size) == 0)
        return DIAL_DONE;
    return errno == ENOTCONN ? DIAL_PENDING : DIAL_FAILED;
}

enum dial_event dial_step(struct dial *d, uint64_t now)
{
    const union dial_address *to = &d->addresses.list[d->next - 1];
    enum dial_event event = dial_check(d);

    if (event == DIAL_DONE || (event == DIAL_PENDING && now < d->deadline))
        return event;
    dial_fail(d, to, strerror(event == DIAL_PENDING ? ETIMEDOUT : errno));
    return dial_try_next(d, now);
}

void dial_cancel(struct dial *d)
{
    if (d->fd >= 0)
        close(d->fd);
    d->fd = -1;
}

static bool is_tcp(int fd)
{
    int protocol = 0;
    socklen_t size = sizeof protocol;

    return getsockopt(fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &size) == 0 &&
           (protocol == IPPROTO_TCP || protocol == IPPROTO_MPTCP);
}

bool dial_peer(int fd, bool own, char text[INET6_ADDRSTRLEN], uint16_t *port)
{
    union dial_address a;
    socklen_t size = sizeof a;

    memset(&a, 0, sizeof a);
    if (!is_tcp(fd) || getsockname(fd, &a.any, &size))
        return false;
    /* It also knows the peer of a connection that was reset, unlike getpeername. */
    if (!own && getsockopt(fd, SOL_SOCKET, SO_PEERNAME, &a, &size))
        return false;
    if (a.any.sa_family == AF_INET) {
        *port = ntohs(a.v4.sin_port);
        return inet_ntop(AF_INET, &a.v4.sin_addr, text, INET6_ADDRSTRLEN) != NULL;
    }
    if (a.any.sa_family != AF_INET6)
        return false;
    *port = ntohs(a.v6.sin6_port);
    if (IN6_IS_ADDR_V4MAPPED(&a.v6.sin6_addr))
        return inet_ntop(AF_INET, a.v6.sin6_addr.s6_addr + 12, text, INET6_ADDRSTRLEN) != NULL;
    return inet_ntop(AF_INET6, &a.v6.sin6_addr, text, INET6_ADDRSTRLEN) != NULL;
}
