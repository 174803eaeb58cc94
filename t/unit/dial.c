/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/io/dial and handed, over loopback. Time is an argument: nothing waits for a
 * deadline. */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dial.h"
#include "handed.h"

static void numeric_addresses(void **unused)
{
    (void)unused;
    static const struct {
        const char *host;
        int family; /* 0: not an address */
    } rows[] = {
        {"192.0.2.7", AF_INET},
        {"2001:db8::1", AF_INET6},
        {"[2001:db8::1]", AF_INET6},
        {"::ffff:1.2.3.4", AF_INET6},
        {"", 0},
        {"[]", 0},
        {"[", 0},
        {"1.2.3", 0},
        {"1.2.3.4.", 0},
        {"01.2.3.4", 0},
        {"mail.example.org", 0},
        {"fe80::1%eth0", 0},
        {"[2001:db8::1", 0},
        {"1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb:cccc:dddd", 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct dial_addresses a;

        ROW(i, rows[i].host);
        assert_int_equal(dial_numeric(&a, rows[i].host), rows[i].family != 0);
        assert_int_equal(a.count, rows[i].family != 0);
        if (rows[i].family)
            assert_int_equal(a.list[0].any.sa_family, rows[i].family);
    }
}

/* in: a digit per address, its family; order: the indexes in their new order. */
static void families_alternate(void **unused)
{
    (void)unused;
    static const struct {
        const char *in, *order;
    } rows[] = {
        {"", ""},           {"4", "0"},
        {"44", "01"},       {"46", "01"},
        {"64", "01"},       {"664", "021"},
        {"4466", "0213"},   {"66664444", "04152637"},
        {"46664", "01423"}, {"4444446", "0612345"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct dial_addresses a = {.count = strlen(rows[i].in)};

        ROW(i, rows[i].in);
        for (size_t n = 0; n < a.count; n++) {
            a.list[n].any.sa_family = rows[i].in[n] == '6' ? AF_INET6 : AF_INET;
            a.list[n].v4.sin_port = (in_port_t)n;
        }
        dial_interleave(&a);
        for (size_t n = 0; n < a.count; n++)
            assert_int_equal(a.list[n].v4.sin_port, rows[i].order[n] - '0');
    }
}

static int listener(unsigned *port)
{
    union dial_address a = {.v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000001)}};
    socklen_t size = sizeof a.v4;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, &a.any, size), 0);
    assert_int_equal(listen(fd, 4), 0);
    assert_int_equal(getsockname(fd, &a.any, &size), 0);
    *port = ntohs(a.v4.sin_port);
    return fd;
}

static enum dial_event dial_until_done(struct dial *d, enum dial_event event)
{
    while (event == DIAL_PENDING) {
        struct pollfd p = {.fd = d->fd, .events = POLLOUT};
        assert_int_equal(poll(&p, 1, 120000), 1);
        event = dial_step(d, 0);
    }
    return event;
}

static void connects_to_a_listener(void **unused)
{
    (void)unused;
    struct dial d;
    struct dial_addresses a;
    unsigned port;
    uint16_t theirs, ours;
    char text[INET6_ADDRSTRLEN];
    int fd = listener(&port), nodelay = 0;
    socklen_t size = sizeof nodelay;

    dial_numeric(&a, "127.0.0.1");
    assert_int_equal(dial_until_done(&d, dial_start(&d, &a, port, 0)), DIAL_DONE);
    assert_true(fcntl(d.fd, F_GETFL) & O_NONBLOCK);
    assert_true(fcntl(d.fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(getsockopt(d.fd, IPPROTO_TCP, TCP_NODELAY, &nodelay, &size), 0);
    assert_int_equal(nodelay, 1);
    assert_true(dial_peer(d.fd, false, text, &theirs) && theirs == port);
    assert_string_equal(text, "127.0.0.1");
    assert_true(dial_peer(d.fd, true, text, &ours) && ours != port);
    dial_cancel(&d);
    close(fd);
}

/* Reaches the listener after two addresses that refuse. Without a listener it fails and says
 * why. */
static void tries_the_next_address(void **unused)
{
    (void)unused;
    struct dial d;
    struct dial_addresses a = {.count = 3};
    unsigned port;
    int fd = listener(&port);
    static const uint32_t hosts[] = {0x7f000002, 0x7f000003, 0x7f000001};

    for (size_t i = 0; i < a.count; i++)
        a.list[i].v4 =
            (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(hosts[i])};
    assert_int_equal(dial_until_done(&d, dial_start(&d, &a, port, 0)), DIAL_DONE);
    assert_int_equal(d.next, 3);
    dial_cancel(&d);
    close(fd);
    assert_int_equal(dial_until_done(&d, dial_start(&d, &a, port, 0)), DIAL_FAILED);
    assert_int_equal(d.fd, -1);
    assert_non_null(strstr(d.why.text, "127.0.0.1 port "));
    assert_non_null(strstr(d.why.text, strerror(ECONNREFUSED)));
    a.count = 0;
    assert_int_equal(dial_start(&d, &a, port, 0), DIAL_FAILED);
}

/* A listener with a full queue doesn't answer: its address costs LIMIT_CONNECT_MS and no more. */
static void gives_up_in_time(void **unused)
{
    (void)unused;
    struct dial d[16];
    struct dial_addresses a;
    unsigned port;
    int fd = listener(&port);
    size_t n = 0;

    assert_int_equal(listen(fd, 0), 0);
    dial_numeric(&a, "127.0.0.1");
    for (bool pending = false; !pending; n++) { /* fill the queue */
        assert_true(n < ROWS(d));
        enum dial_event event = dial_start(&d[n], &a, port, 1000);
        struct pollfd p = {.fd = d[n].fd, .events = POLLOUT};
        assert_true(event != DIAL_FAILED);
        pending = event == DIAL_PENDING && poll(&p, 1, 500) == 0;
    }
    struct dial *last = &d[n - 1];
    assert_int_equal(last->deadline, 1000 + LIMIT_CONNECT_MS);
    assert_int_equal(dial_step(last, last->deadline - 1), DIAL_PENDING);
    assert_int_equal(dial_step(last, last->deadline), DIAL_FAILED);
    assert_non_null(strstr(last->why.text, strerror(ETIMEDOUT)));
    last->addresses.count = 2; /* another address, but the time for all is up */
    assert_int_equal(last->end, 1000 + LIMIT_DIAL_MS);
    while (n-- > 0)
        dial_cancel(&d[n]);
    close(fd);
}

static void resolves_names(void **unused)
{
    (void)unused;
    struct dial_addresses a;
    struct err e;

    assert_int_equal(dial_resolve(&a, "localhost", &e), 0);
    assert_true(a.count >= 1);
    assert_int_equal(dial_resolve(&a, "no..name", &e), -1);
    assert_non_null(strstr(e.text, "no..name: "));
}

static void sockets_from_the_service_manager(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *pid, *fds, *names;
        size_t count;
        const char *first;
    } rows[] = {
        {"with names", NULL, "2", "verify:report", 2, "verify"},
        {"without names", NULL, "2", NULL, 2, ""},
        {"for another process", "1", "2", "a:b", 0, ""},
        {"invalid count", NULL, "-1", "a:b", 0, ""},
        {"none", NULL, NULL, NULL, 0, ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct handed h[HANDED_MAX];
        char pid[32];

        ROW(i, rows[i].name);
        snprintf(pid, sizeof pid, "%d", (int)getpid());
        setenv("LISTEN_PID", rows[i].pid ? rows[i].pid : pid, 1);
        if (rows[i].fds)
            setenv("LISTEN_FDS", rows[i].fds, 1);
        if (rows[i].names)
            setenv("LISTEN_FDNAMES", rows[i].names, 1);
        assert_int_equal(handed_sockets(h), rows[i].count);
        if (rows[i].count)
            assert_string_equal(h[0].name, rows[i].first);
        assert_null(getenv("LISTEN_PID"));
        assert_null(getenv("LISTEN_FDS"));
        assert_null(getenv("LISTEN_FDNAMES"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numeric_addresses),
        cmocka_unit_test(families_alternate),
        cmocka_unit_test(connects_to_a_listener),
        cmocka_unit_test(tries_the_next_address),
        cmocka_unit_test(gives_up_in_time),
        cmocka_unit_test(resolves_names),
        cmocka_unit_test(sockets_from_the_service_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
