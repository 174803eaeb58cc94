/* SPDX-License-Identifier: ISC */
/* relay_rig - see relay_rig.h. */
#include "check.h"

#include "relay_rig.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "record_pair.h"

#define PATIENCE_S 120

static void tcp_pair(int pair[2])
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct timeval t = {.tv_sec = PATIENCE_S};
    socklen_t n = sizeof a;
    int l = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(l, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(l, 1), 0);
    assert_int_equal(getsockname(l, (struct sockaddr *)&a, &n), 0);
    pair[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(pair[0], (struct sockaddr *)&a, sizeof a), 0);
    pair[1] = accept4(l, NULL, NULL, SOCK_CLOEXEC);
    assert_true(pair[1] >= 0);
    close(l);
    setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

/* Puts the relay's side of a TLS connection into h and the other side into a. */
static void agree_on_keys(struct handover_end *h, struct actor *a, int version, int role,
                          unsigned suite, uint16_t limit)
{
    struct record ours;

    a->tls = version != RIG_PLAIN;
    if (!a->tls)
        return;
    h->kind = HANDOVER_RECORD;
    h->params = params(version, role, suite ? suite : RECORD_AES_128_GCM);
    if (limit)
        h->params.in.limit = h->params.out.limit = limit;
    if (!limit || (limit >= RECORD_LIMIT_MIN && limit <= RECORD_PLAIN_MAX))
        meet_as(h->params, &ours, &a->record);
}

static int memory_file(struct handover *h, const struct setup *s)
{
    static char room[HANDOVER_MAX];
    struct buf out = BUF(room);
    int fd = memfd_create("handover", MFD_CLOEXEC);

    assert_true(handover_encode(h, s->to_server, s->to_client, s->jail, &out));
    assert_int_equal(write(fd, out.p, out.len), out.len);
    return fd;
}

/* First moves the descriptors away from the numbers that are needed. */
static void become_relay(int in, int out, int server, int memory, int report)
{
    int from[] = {in, out, server, memory, report};
    static const int to[] = {RELAY_FD_CLIENT_IN, RELAY_FD_CLIENT_OUT, RELAY_FD_SERVER,
                             RELAY_FD_HANDOVER, RELAY_FD_REPORT};

    for (size_t i = 0; i < ROWS(from); i++)
        from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, 20);
    for (size_t i = 0; i < ROWS(from); i++)
        dup2(from[i], to[i]);
    execl("./mailwicket-relay", "mailwicket-relay", (char *)NULL);
    _exit(127);
}

void rig_start(struct rig *r, const struct setup *s)
{
    struct handover h = {.id = 42,
                         .idle_timeout = s->idle,
                         .session_timeout = s->session,
                         .interim = s->interim,
                         .half_close = !s->whole_close};
    int client[2], back[2], server[2], report[2], memory;
    struct timeval t = {.tv_sec = PATIENCE_S};

    memset(r, 0, sizeof *r);
    agree_on_keys(&h.client, &r->client, s->client, SERVER, s->suite, s->client_limit);
    agree_on_keys(&h.server, &r->server, s->server, CLIENT, s->suite, s->server_limit);
    tcp_pair(client);
    back[0] = client[0];
    back[1] = client[1];
    if (s->pipes) {
        int up[2], down[2];

        close(client[0]);
        close(client[1]);
        assert_int_equal(pipe2(up, O_CLOEXEC) | pipe2(down, O_CLOEXEC), 0);
        client[0] = down[0], client[1] = up[0];
        back[0] = up[1], back[1] = down[1];
    }
    tcp_pair(server);
    assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, report), 0);
    setsockopt(report[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
    memory = memory_file(&h, s);
    r->client.in = client[0];
    r->client.out = back[0];
    r->server.in = r->server.out = server[0];
    r->report = report[0];
    r->pid = fork();
    assert_true(r->pid >= 0);
    if (r->pid == 0)
        become_relay(client[1], back[1], server[1], memory, report[1]);
    close(client[1]);
    if (back[1] != client[1])
        close(back[1]);
    close(server[1]);
    close(report[1]);
    close(memory);
}

void block(int fd, bool yes)
{
    int flags = fcntl(fd, F_GETFL);

    assert_int_equal(fcntl(fd, F_SETFL, yes ? flags & ~O_NONBLOCK : flags | O_NONBLOCK), 0);
}

void say_raw(struct actor *a, const void *p, size_t n)
{
    const char *c = p;

    while (n > 0) {
        ssize_t w = write(a->out, c, n);
        if (w < 0)
            return; /* the relay may be gone: reading will show it */
        c += w;
        n -= (size_t)w;
    }
}

void say(struct actor *a, struct span data)
{
    uint8_t room[RECORD_SEALED_MAX];

    if (!a->tls) {
        say_raw(a, data.p, data.n);
        return;
    }
    do {
        struct span one = span_head(data, RECORD_LIMIT(&a->record));
        size_t n = record_seal(&a->record, one, room);
        assert_true(n > 0);
        say_raw(a, room, n);
        data = span_tail(data, one.n);
    } while (data.n);
}

void say_message(struct actor *a, uint8_t type, struct span message)
{
    uint8_t room[RECORD_SEALED_MAX];

    say_raw(a, room, cipher_seal(&a->record.internal, type, message, room));
}

void say_close_notify(struct actor *a)
{
    uint8_t room[RECORD_SMALL_MAX];

    say_raw(a, room, record_alert(&a->record, RECORD_CLOSE_NOTIFY, room));
}

void finish(struct actor *a)
{
    if (shutdown(a->out, SHUT_WR) != 0) {
        close(a->out);
        a->out = -1;
    }
}

void break_off(struct actor *a)
{
    struct linger now = {1, 0};

    setsockopt(a->out, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close(a->out);
    a->in = a->out = -1;
}

void perform(struct rig *r, enum side side, enum act act)
{
    struct actor *a = side == CLIENT_SIDE ? &r->client : &r->server;

    switch (act) {
    case NOTIFY_AND_FIN:
        say_close_notify(a);
        finish(a);
        break;
    case NOTIFY_ONLY:
        say_close_notify(a);
        break;
    case FIN_ONLY:
        finish(a);
        break;
    case BREAK:
        break_off(a);
        break;
    case FATAL:
        say_message(a, ALERT, SPAN("\2\50"));
        break;
    case TAMPER:
        say_raw(a, "\27\3\3\0\40 this was never sealed by anybody", 37);
        break;
    case TERM:
        kill(r->pid, SIGTERM);
        break;
    }
}

/* Receives the next data into heard and returns 0, or returns what came instead. */
static enum ending receive_next(struct actor *a)
{
    for (;;) {
        size_t used;
        enum record_event e = RECORD_MORE;
        ssize_t n;

        if (a->tls && a->raw_size)
            e = record_open(&a->record, a->raw, a->raw_size, &used, a->plain, &a->heard);
        if (e == RECORD_CLOSED)
            return NOTIFY;
        if (e == RECORD_ALERT)
            return A_FATAL_ALERT;
        assert_int_not_equal(e, RECORD_FAULT);
        if (e != RECORD_MORE) {
            memmove(a->raw, a->raw + used, a->raw_size -= used);
            if (e == RECORD_DATA && a->heard.n)
                return 0;
            continue;
        }
        n = a->tls ? read(a->in, a->raw + a->raw_size, sizeof a->raw - a->raw_size)
                   : read(a->in, a->plain, sizeof a->plain);
        if (n <= 0)
            assert_true(n == 0 || errno == ECONNRESET);
        if (n <= 0)
            return n == 0 ? FIN : RESET;
        if (a->tls)
            a->raw_size += (size_t)n;
        else
            a->heard = span_of(a->plain, (size_t)n);
        if (!a->tls)
            return 0;
    }
}

bool hear(struct actor *a, struct span data)
{
    while (data.n) {
        size_t n;

        if (a->heard.n == 0 && receive_next(a) != 0)
            return false;
        n = a->heard.n < data.n ? a->heard.n : data.n;
        if (!span_eq(span_head(a->heard, n), span_head(data, n)))
            return false;
        a->heard = span_tail(a->heard, n);
        data = span_tail(data, n);
    }
    return true;
}

enum ending hear_end(struct actor *a)
{
    enum ending e = a->heard.n ? MORE_DATA : receive_next(a);
    char c;

    if (e == 0)
        return MORE_DATA;
    if (e == NOTIFY || e == A_FATAL_ALERT)
        assert_int_equal(read(a->in, &c, 1), 0);
    return e;
}

void rig_report(struct rig *r, struct wire *w)
{
    static char room[LIMIT_MESSAGE];
    ssize_t n = recv(r->report, room, sizeof room, 0);

    assert_true(n > 0);
    assert_true(wire_decode(w, span_of(room, (size_t)n)));
    assert_int_equal(w->end.id, 42);
}

int rig_status(struct rig *r, long *cpu_ms)
{
    struct rusage u;
    int status;

    assert_int_equal(wait4(r->pid, &status, 0, &u), r->pid);
    *cpu_ms = (u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1000 +
              (u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1000;
    if (r->client.out >= 0 && r->client.out != r->client.in)
        close(r->client.out);
    if (r->client.in >= 0)
        close(r->client.in);
    if (r->server.in >= 0)
        close(r->server.in);
    close(r->report);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

void rig_ends(struct rig *r, enum wire_cause cause, uint64_t in, uint64_t out, long cpu_ms)
{
    struct wire w;
    long used;

    do
        rig_report(r, &w);
    while (w.type == WIRE_INTERIM);
    assert_int_equal(w.type, WIRE_END);
    assert_string_equal(wire_cause_name(w.end.cause), wire_cause_name(cause));
    assert_int_equal(w.end.bytes_in, in);
    assert_int_equal(w.end.bytes_out, out);
    assert_int_equal(rig_status(r, &used), 0);
    assert_true(used <= cpu_ms);
}
