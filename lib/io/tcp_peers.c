/* SPDX-License-Identifier: ISC */
/* tcp_peers - see tcp_peers.h. Believes the kernel, but checks every length. */
#include "tcp_peers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* TCP states as in the kernel's include/net/tcp_states.h: glibc's header for them can't be included
 * together with linux/tcp.h. */
#define STATE_TIME_WAIT 6
#define STATE_CLOSE     7
#define STATE_LISTEN    10
#define STATES_WITH_DATA                                                                           \
    (0xfffu & ~(1u << STATE_TIME_WAIT | 1u << STATE_CLOSE | 1u << STATE_LISTEN | 1u))

#define DUMP_ROOM 32768

static int request_dump(int fd, int family)
{
    struct {
        struct nlmsghdr head;
        struct inet_diag_req_v2 body;
    } q = {.head = {.nlmsg_len = sizeof q,
                    .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                    .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
           .body = {.sdiag_family = (uint8_t)family,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_ext = 1u << (INET_DIAG_INFO - 1),
                    .idiag_states = STATES_WITH_DATA}};
    struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

    return sendto(fd, &q, sizeof q, 0, (struct sockaddr *)&kernel, sizeof kernel) < 0 ? -1 : 0;
}

static struct in6_addr address_of(const struct inet_diag_msg *m)
{
    struct in6_addr a = {.s6_addr = {[10] = 0xff, [11] = 0xff}};

    if (m->idiag_family == AF_INET6)
        memcpy(&a, m->id.idiag_dst, sizeof a);
    else
        memcpy(a.s6_addr + 12, m->id.idiag_dst, 4);
    return a;
}

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* An older kernel's struct is shorter. */
static bool parse_tcp_info(const struct nlattr *attribute, size_t size, uint32_t *quiet)
{
    struct tcp_info info;

    if (size < offsetof(struct tcp_info, tcpi_last_ack_recv))
        return false;
    memset(&info, 0, sizeof info);
    memcpy(&info, attribute + 1, size < sizeof info ? size : sizeof info);
    *quiet = smaller(info.tcpi_last_data_sent, info.tcpi_last_data_recv);
    return true;
}

static int append_peer(struct tcp_peers *p, const struct tcp_peer *one)
{
    if ((p->count & (p->count - 1)) == 0) { /* full: the room is always a power of two */
        size_t room = p->count ? p->count * 2 : 1;
        struct tcp_peer *more = reallocarray(p->all, room, sizeof *more);
        if (!more)
            return -1;
        p->all = more;
    }
    p->all[p->count++] = *one;
    return 0;
}

/* Adds one connection; skips it if the kernel gives no tcp_info. Returns 0, or -1 if there is no
 * memory. */
static int parse_peer(struct tcp_peers *p, const struct nlmsghdr *h)
{
    const struct inet_diag_msg *m = (const void *)(h + 1);
    size_t left = h->nlmsg_len - NLMSG_HDRLEN - NLMSG_ALIGN(sizeof *m);
    const struct nlattr *a = (const void *)((const char *)m + NLMSG_ALIGN(sizeof *m));
    struct tcp_peer one = {.address = address_of(m), .port = ntohs(m->id.idiag_dport)};

    while (left >= sizeof *a && a->nla_len >= sizeof *a && a->nla_len <= left) {
        size_t whole = NLA_ALIGN(a->nla_len);
        if (a->nla_type == INET_DIAG_INFO && parse_tcp_info(a, a->nla_len - sizeof *a, &one.quiet))
            return append_peer(p, &one);
        if (whole >= left)
            break;
        left -= whole;
        a = (const void *)((const char *)a + whole);
    }
    return 0;
}

/* Reads one datagram of the dump. Returns 0 if more will come, 1 at the end, or -1 with errno. */
static int read_dump(int fd, struct tcp_peers *p)
{
    _Alignas(struct nlmsghdr) static char room[DUMP_ROOM];
    ssize_t n = recv(fd, room, sizeof room, 0);
    size_t left = n > 0 ? (size_t)n : 0;
    const struct nlmsghdr *h = (const void *)room;

    if (n < 0)
        return errno == EINTR ? 0 : -1;
    for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
        if (h->nlmsg_type == NLMSG_DONE)
            return 1;
        if (h->nlmsg_type == NLMSG_ERROR) {
            const struct nlmsgerr *e = (const void *)(h + 1);
            errno = h->nlmsg_len >= NLMSG_LENGTH(sizeof *e) && e->error ? -e->error : EPROTO;
            return -1;
        }
        if (h->nlmsg_len >= NLMSG_LENGTH(NLMSG_ALIGN(sizeof(struct inet_diag_msg))) &&
            parse_peer(p, h))
            return -1;
    }
    return 0;
}

static int compare_peers(const void *one, const void *other)
{
    const struct tcp_peer *a = one, *b = other;
    int c = memcmp(&a->address, &b->address, sizeof a->address);

    return c != 0 ? c : (a->port > b->port) - (a->port < b->port);
}

int tcp_peers_load(struct tcp_peers *p)
{
    static const int families[] = {AF_INET, AF_INET6};
    int more = 0, fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);

    *p = (struct tcp_peers){NULL, 0};
    if (fd < 0)
        return -1;
    for (size_t i = 0; i < 2 && more >= 0; i++) {
        more = request_dump(fd, families[i]);
        while (more == 0)
            more = read_dump(fd, p);
    }
    int trouble = errno;
    close(fd);
    if (more < 0) {
        tcp_peers_free(p);
        errno = trouble;
        return -1;
    }
    if (p->count > 0)
        qsort(p->all, p->count, sizeof *p->all, compare_peers);
    return 0;
}

void tcp_peers_free(struct tcp_peers *p)
{
    free(p->all);
    *p = (struct tcp_peers){NULL, 0};
}

static bool parse_address(const char *text, struct in6_addr *a)
{
    *a = (struct in6_addr){.s6_addr = {[10] = 0xff, [11] = 0xff}};
    return inet_pton(AF_INET, text, a->s6_addr + 12) == 1 || inet_pton(AF_INET6, text, a) == 1;
}

bool tcp_peers_find(const struct tcp_peers *p, const char *address, uint16_t port, uint32_t *quiet)
{
    struct tcp_peer key = {.port = port};
    const struct tcp_peer *found;

    if (p->count == 0 || !parse_address(address, &key.address) ||
        !(found = bsearch(&key, p->all, p->count, sizeof key, compare_peers)))
        return false;
    while (found > p->all && compare_peers(found - 1, &key) == 0)
        found--;
    *quiet = found->quiet;
    for (; found < p->all + p->count && compare_peers(found, &key) == 0; found++)
        *quiet = smaller(*quiet, found->quiet);
    return true;
}
