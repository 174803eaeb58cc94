/* SPDX-License-Identifier: ISC */
/* Unit tests of tcp_peers, with real connections on loopback. */
#include "check.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "tcp_peers.h"

#define TICK_MS 20 /* the kernel counts in ticks */

struct pair {
    int near, far; /* far is the remote end in near's kernel entry */
    uint16_t port; /* of far */
};

static struct pair connect_pair(int family)
{
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr *a = family == AF_INET ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6;
    socklen_t n = family == AF_INET ? sizeof v4 : sizeof v6;
    struct pair p;
    int l = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(l, a, n), 0);
    assert_int_equal(listen(l, 1), 0);
    assert_int_equal(getsockname(l, a, &n), 0);
    p.far = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(p.far, a, n), 0);
    p.near = accept4(l, NULL, NULL, SOCK_CLOEXEC);
    assert_true(p.near >= 0);
    assert_int_equal(getsockname(p.far, a, &n), 0);
    p.port = ntohs(family == AF_INET ? v4.sin_port : v6.sin6_port);
    close(l);
    return p;
}

static void close_pair(struct pair p)
{
    close(p.near);
    close(p.far);
}

static uint32_t quiet_of(const char *address, uint16_t port)
{
    struct tcp_peers p;
    uint32_t quiet = 0;

    assert_int_equal(tcp_peers_load(&p), 0);
    assert_true(tcp_peers_find(&p, address, port, &quiet));
    tcp_peers_free(&p);
    return quiet;
}

static void quiet_time_of_a_connection(void **unused)
{
    (void)unused;
    static const struct {
        int family;
        const char *address;
    } rows[] = {{AF_INET, "127.0.0.1"}, {AF_INET6, "::1"}};
    uint64_t before;
    uint32_t quiet;
    char c;

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct pair p = connect_pair(rows[i].family);

        ROW(i, rows[i].address);
        assert_int_equal(write(p.far, "x", 1), 1);
        assert_int_equal(read(p.near, &c, 1), 1);
        usleep(400000);
        /* On a busy machine the kernel may have sent "x" again meanwhile. */
        for (int n = 0; n < 100 && quiet_of(rows[i].address, p.port) < 350; n++)
            usleep(100000);
        assert_true(quiet_of(rows[i].address, p.port) >= 350);
        before = clock_ms();
        assert_int_equal(write(p.near, "y", 1), 1); /* both directions count */
        quiet = quiet_of(rows[i].address, p.port);
        assert_true(quiet <= clock_ms() - before + TICK_MS);
        close_pair(p);
    }
}

/* More connections than one datagram of the dump holds. */
static void more_than_one_datagram(void **unused)
{
    (void)unused;
    static struct pair pairs[300];
    struct tcp_peers p;
    uint32_t quiet;

    for (size_t i = 0; i < ROWS(pairs); i++)
        pairs[i] = connect_pair(AF_INET);
    assert_int_equal(tcp_peers_load(&p), 0);
    assert_true(p.count >= 2 * ROWS(pairs));
    for (size_t i = 0; i < ROWS(pairs); i++)
        assert_true(tcp_peers_find(&p, "127.0.0.1", pairs[i].port, &quiet));
    tcp_peers_free(&p);
    for (size_t i = 0; i < ROWS(pairs); i++)
        close_pair(pairs[i]);
}

static void unknown_peers(void **unused)
{
    (void)unused;
    struct tcp_peers p;
    struct pair one = connect_pair(AF_INET);
    uint32_t quiet;

    assert_int_equal(tcp_peers_load(&p), 0);
    assert_true(tcp_peers_find(&p, "127.0.0.1", one.port, &quiet));
    assert_false(tcp_peers_find(&p, "127.0.0.2", one.port, &quiet));
    assert_false(tcp_peers_find(&p, "::1", one.port, &quiet));
    assert_false(tcp_peers_find(&p, "127.0.0.1", 0, &quiet));
    assert_false(tcp_peers_find(&p, "", one.port, &quiet));
    assert_false(tcp_peers_find(&p, "localhost", one.port, &quiet));
    tcp_peers_free(&p);
    assert_false(tcp_peers_find(&p, "127.0.0.1", one.port, &quiet));
    close_pair(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(quiet_time_of_a_connection),
                                       cmocka_unit_test(more_than_one_datagram),
                                       cmocka_unit_test(unknown_peers)};

    return cmocka_run_group_tests_name("tcp_peers", tests, NULL, NULL);
}
