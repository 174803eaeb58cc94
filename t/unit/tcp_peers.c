/* SPDX-License-Identifier: ISC */
/* Unit tests of tcp_peers: the kernel's word about real connections on loopback. */
#include "check.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tcp_peers.h"

struct pair {
    int near, far; /* far is the one whose address the other's kernel entry has */
    uint16_t port; /* of far */
};

static struct pair connected(int family)
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

static void part(struct pair p)
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

static void goes_quiet(void **unused)
{
    (void)unused;
    static const struct {
        int family;
        const char *address;
    } rows[] = {{AF_INET, "127.0.0.1"}, {AF_INET6, "::1"}};
    char c;

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct pair p = connected(rows[i].family);

        ROW(i, rows[i].address);
        assert_int_equal(write(p.far, "x", 1), 1);
        assert_int_equal(read(p.near, &c, 1), 1);
        usleep(400000);
        assert_true(quiet_of(rows[i].address, p.port) >= 350);
        assert_int_equal(write(p.near, "y", 1), 1); /* either direction counts */
        assert_true(quiet_of(rows[i].address, p.port) < 350);
        part(p);
    }
}

/* More than one datagram of the dump holds. */
static void many(void **unused)
{
    (void)unused;
    static struct pair pairs[300];
    struct tcp_peers p;
    uint32_t quiet;

    for (size_t i = 0; i < ROWS(pairs); i++)
        pairs[i] = connected(AF_INET);
    assert_int_equal(tcp_peers_load(&p), 0);
    assert_true(p.count >= 2 * ROWS(pairs));
    for (size_t i = 0; i < ROWS(pairs); i++)
        assert_true(tcp_peers_find(&p, "127.0.0.1", pairs[i].port, &quiet));
    tcp_peers_free(&p);
    for (size_t i = 0; i < ROWS(pairs); i++)
        part(pairs[i]);
}

static void not_there(void **unused)
{
    (void)unused;
    struct tcp_peers p;
    struct pair one = connected(AF_INET);
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
    part(one);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(goes_quiet), cmocka_unit_test(many),
                                       cmocka_unit_test(not_there)};

    return cmocka_run_group_tests_name("tcp_peers", tests, NULL, NULL);
}
