/* SPDX-License-Identifier: ISC */
/* radius_udp - an edge: RADIUS over UDP; see radius_transport.h. Holds the server's secret and the
 * user's password; believes only what is signed with the secret. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "radius_transport.h"
#include "resolve.h"
#include "timed_stream.h"

enum heard {
    HEARD_ANSWER,
    HEARD_NOTHING,
    HEARD_UNSIGNED,
    HEARD_ERROR, /* errno */
};

/* Waits for an answer that can be believed. Others are as if they hadn't come, but that *worst
 * remembers the worst verdict. */
static enum heard hear(struct radius_exchange *x, int fd, uint64_t until,
                       enum packet_verdict *worst)
{
    while (timed_wait(fd, POLLIN, until)) {
        ssize_t got = recv(fd, x->reply.p, sizeof x->reply.p, MSG_DONTWAIT);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return HEARD_ERROR;
        if (got < 0)
            continue;
        x->reply.size = (size_t)got;
        enum packet_verdict v = packet_judge(&x->sent, span_of(x->reply.p, x->reply.size),
                                             x->secret, x->server->require_signature);
        if (v == PACKET_GOOD)
            return HEARD_ANSWER;
        if (v == PACKET_UNSIGNED) /* the next try would bring the same */
            return HEARD_UNSIGNED;
        *worst = v > *worst ? v : *worst;
    }
    return HEARD_NOTHING;
}

/* The tries at one address, the same packet each time; each has its share of what is left. */
static enum heard try(struct radius_exchange *x, int fd, enum packet_verdict *worst)
{
    for (unsigned left = x->server->retries + 1; left > 0; left--) {
        uint64_t now = clock_ms(), share = x->deadline > now ? (x->deadline - now) / left : 0;
        uint64_t own = (uint64_t)x->server->timeout * 1000;
        enum heard heard;

        if (send(fd, x->sent.p, x->sent.size, MSG_NOSIGNAL) < 0 && errno != EINTR)
            return HEARD_ERROR;
        heard = hear(x, fd, now + (own < share ? own : share), worst);
        if (heard != HEARD_NOTHING)
            return heard;
    }
    return HEARD_NOTHING;
}

/* Connected: the kernel takes answers from nowhere else, and tells when nobody is there. */
static int connect_udp(const struct addrinfo *to, struct err *e)
{
    int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd >= 0 && connect(fd, to->ai_addr, to->ai_addrlen) == 0)
        return fd;
    err_set(e, "%s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

static const char *no_answer(enum packet_verdict worst)
{
    static const char *const texts[] = {
        [PACKET_GOOD] = "no answer: is the server running, and the secret right?",
        [PACKET_FOREIGN] = "no answer, but packets that aren't one",
        [PACKET_BROKEN] = "no answer, but packets that aren't one",
        [PACKET_FORGED] = "no answer that can be believed: is the secret right?",
    };
    return texts[worst];
}

static void explain(enum heard heard, enum packet_verdict worst, struct err *e)
{
    if (heard == HEARD_ERROR)
        err_set(e, "%s", strerror(errno));
    else if (heard == HEARD_UNSIGNED)
        err_set(e, "the answer has no Message-Authenticator");
    else
        err_set(e, "%s", no_answer(worst));
}

static enum heard try_address(struct radius_exchange *x, const struct addrinfo *to, struct err *e)
{
    enum packet_verdict worst = PACKET_GOOD;
    enum heard heard = HEARD_ERROR;
    int fd = connect_udp(to, e);

    if (fd < 0)
        return HEARD_ERROR;
    if (radius_build(x, fd, e) == 0) {
        heard = try(x, fd, &worst);
        explain(heard, worst, e);
    }
    close(fd);
    return heard;
}

int radius_udp(struct radius_exchange *x, struct err *e)
{
    struct addrinfo *all;
    enum heard heard = HEARD_ERROR;

    if (resolve(&all, x->server->host, x->port, SOCK_DGRAM, x->deadline, e))
        return -1;
    for (const struct addrinfo *to = all; to && heard == HEARD_ERROR; to = to->ai_next)
        heard = try_address(x, to, e);
    freeaddrinfo(all);
    return heard == HEARD_ANSWER ? 0 : -1;
}
