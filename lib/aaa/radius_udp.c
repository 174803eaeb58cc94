/* SPDX-License-Identifier: ISC */
/* radius_udp - an edge: RADIUS over UDP; see radius_udp.h. Holds the server's secret and the user's
 * password; believes only what is signed with the secret. */
#include "radius_udp.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "clock.h"
#include "radius_answer.h"
#include "radius_packet.h"
#include "secret.h"

#define NAS_IP_ADDRESS   4
#define NAS_IPV6_ADDRESS 95

struct exchange {
    const struct aaa_server *server;
    char secret[LIMIT_SECRET + 1];
    struct radius_packet request;
    enum packet_verdict worst; /* of the answers that were left unheard */
    int fd;
};

enum heard { HEARD_ANSWER, HEARD_NOTHING, HEARD_UNSIGNED, HEARD_ERROR };

/* Waits for an answer that can be believed; others are as if they had not come. */
static enum heard hear(struct exchange *x, uint64_t until, struct radius_packet *reply)
{
    struct pollfd p = {.fd = x->fd, .events = POLLIN};
    uint64_t now;

    while ((now = clock_ms()) < until) {
        if (poll(&p, 1, (int)(until - now)) <= 0)
            continue;
        ssize_t got = recv(x->fd, reply->p, sizeof reply->p, MSG_DONTWAIT);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return HEARD_ERROR;
        if (got < 0)
            continue;
        reply->size = (size_t)got;
        enum packet_verdict v = packet_judge(&x->request, span_of(reply->p, reply->size), x->secret,
                                             x->server->require_signature);
        if (v == PACKET_GOOD)
            return HEARD_ANSWER;
        if (v == PACKET_UNSIGNED) /* the next try would bring the same */
            return HEARD_UNSIGNED;
        x->worst = v > x->worst ? v : x->worst;
    }
    return HEARD_NOTHING;
}

/* The tries at one address, the same packet each time; each has its share of what is left. */
static enum heard try(struct exchange *x, uint64_t deadline, struct radius_packet *reply)
{
    for (unsigned left = x->server->retries + 1; left > 0; left--) {
        uint64_t now = clock_ms(), share = deadline > now ? (deadline - now) / left : 0;
        uint64_t own = (uint64_t)x->server->timeout * 1000;
        enum heard heard;

        if (send(x->fd, x->request.p, x->request.size, MSG_NOSIGNAL) < 0 && errno != EINTR)
            return HEARD_ERROR;
        heard = hear(x, now + (own < share ? own : share), reply);
        if (heard != HEARD_NOTHING)
            return heard;
    }
    return HEARD_NOTHING;
}

/* The address that the server sees, into the request. */
static void add_own_address(int fd, struct radius_request *r, struct sockaddr_storage *own)
{
    socklen_t size = sizeof *own;

    if (getsockname(fd, (struct sockaddr *)own, &size))
        return;
    if (own->ss_family == AF_INET)
        radius_text(r, NAS_IP_ADDRESS,
                    span_of(&((struct sockaddr_in *)own)->sin_addr, sizeof(struct in_addr)));
    else
        radius_text(r, NAS_IPV6_ADDRESS,
                    span_of(&((struct sockaddr_in6 *)own)->sin6_addr, sizeof(struct in6_addr)));
}

/* Connected: the kernel takes answers from nowhere else, and tells when nobody is there. */
static int connect_to(const struct addrinfo *to)
{
    int fd = socket(to->ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || connect(fd, to->ai_addr, to->ai_addrlen) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

static enum heard try_address(struct exchange *x, const struct addrinfo *to,
                              const struct radius_request *r, uint64_t deadline,
                              struct radius_packet *reply)
{
    struct radius_request mine = *r;
    struct sockaddr_storage own;
    struct radius_salt salt;
    enum heard heard = HEARD_ERROR;

    x->fd = connect_to(to);
    if (x->fd < 0)
        return HEARD_ERROR;
    add_own_address(x->fd, &mine, &own);
    errno = EMSGSIZE;
    if (getrandom(&salt, sizeof salt, 0) == sizeof salt &&
        packet_build(&x->request, &mine, &salt, x->secret))
        heard = try(x, deadline, reply);
    int error = errno;
    close(x->fd);
    errno = error;
    return heard;
}

static enum aaa_outcome read_answer(const struct radius_packet *reply, struct aaa_answer *a)
{
    struct span packet = span_of(reply->p, reply->size), rest = packet_attributes(packet);
    struct radius_reading reading = {0};
    struct radius_attribute one;

    while (packet_next(&rest, &one))
        reading_take(&reading, &one, a);
    switch (packet_code(packet)) {
    case RADIUS_ACCESS_ACCEPT:
        return reading_accept(&reading, a);
    case RADIUS_ACCOUNTING_RESPONSE:
        return AAA_YES;
    case RADIUS_ACCESS_CHALLENGE:
        return reading_refuse(&reading, RADIUS_CHALLENGED, a);
    default:
        return reading_refuse(&reading, RADIUS_REJECTED, a);
    }
}

static const char *silence(enum packet_verdict worst)
{
    static const char *const texts[] = {
        [PACKET_GOOD] = "no answer: is it there, and is the secret right?",
        [PACKET_FOREIGN] = "no answer, but packets that aren't one",
        [PACKET_FORGED] = "no answer that can be believed: is the secret right?",
    };
    return texts[worst];
}

static enum aaa_outcome ask(struct exchange *x, const struct addrinfo *list,
                            const struct radius_request *r, uint64_t deadline, struct aaa_answer *a)
{
    struct radius_packet reply;
    enum heard heard = HEARD_ERROR;

    for (; list && heard == HEARD_ERROR; list = list->ai_next)
        heard = try_address(x, list, r, deadline, &reply);
    if (heard == HEARD_ANSWER)
        return read_answer(&reply, a);
    if (heard == HEARD_UNSIGNED)
        err_set(&a->why, "its answers have no Message-Authenticator");
    else
        err_set(&a->why, "%s", heard == HEARD_ERROR ? strerror(errno) : silence(x->worst));
    return AAA_TEMPORARY;
}

enum aaa_outcome radius_udp(const struct aaa_server *s, const struct radius_request *r,
                            uint64_t deadline, struct aaa_answer *a)
{
    struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICSERV}, *list = NULL;
    struct exchange x = {.server = s};
    enum aaa_outcome outcome = AAA_TEMPORARY;
    char port[24];

    snprintf(port, sizeof port, "%u", radius_port(s, r->kind));
    int code = getaddrinfo(s->host, port, &hints, &list);
    if (code != 0)
        err_set(&a->why, "%s", gai_strerror(code));
    else if (secret_read(s->secret, x.secret, &a->why) == 0)
        outcome = ask(&x, list, r, deadline, a);
    if (list)
        freeaddrinfo(list);
    explicit_bzero(&x, sizeof x);
    return outcome;
}
