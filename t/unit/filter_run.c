/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/filter's loop: a helper that says what it must not, and a client whose socket is
 * full in the middle of the handshake. The filter runs in a process of its own; the test plays the
 * client and the helper. */
#include "check.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include "filter.h"
#include "log.h"
#include "message.h"
#include "tls_bed.h"
#include "wire.h"

#define PATIENCE_MS 120000

struct play {
    int client, helper, log; /* our ends */
    pid_t pid;
};

/* Starts a filter of an IMAP connection; what a full socket holds is *filled. */
static void play_start(struct play *p, bool plain, size_t *filled)
{
    static char none[] = "";
    int client[2], helper[2], log[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, client), 0);
    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, helper), 0);
    assert_int_equal(pipe2(log, O_CLOEXEC), 0);
    if (filled) {
        fcntl(client[1], F_SETFL, O_NONBLOCK);
        *filled = fill_socket(client[1]);
    }
    p->pid = fork();
    assert_true(p->pid >= 0);
    if (p->pid == 0) {
        struct protocol_policy policy = {.present = true,
                                         .protocol = PROTOCOL_IMAP4S,
                                         .login_attempts = 3,
                                         .tls_timeout = 30,
                                         .login_timeout = 30,
                                         .announce = none};
        struct filter_config config = {.policy = &policy,
                                       .tls = context,
                                       .host = "test",
                                       .client_in = client[1],
                                       .client_out = client[1],
                                       .plain = plain,
                                       .helper = helper[1]};
        struct filter_end end;

        close(client[0]);
        close(helper[0]);
        dup2(log[1], 2);
        log_open_sink("test", LOG_TO_STDERR, 0, LOG_INFO);
        _exit(filter_run(&config, &end));
    }
    close(client[1]);
    close(helper[1]);
    close(log[1]);
    *p = (struct play){client[0], helper[0], log[0], p->pid};
}

static void play_end(struct play *p)
{
    int status;

    close(p->client);
    if (p->helper >= 0)
        close(p->helper);
    assert_int_equal(waitpid(p->pid, &status, 0), p->pid);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(p->log);
}

static bool readable(int fd)
{
    struct pollfd f = {.fd = fd, .events = POLLIN};

    return poll(&f, 1, PATIENCE_MS) == 1;
}

/* Reads until the text ends with `end`, or to the end of the stream. */
static void read_until(int fd, const char *end, char *text, size_t size)
{
    size_t n = 0;

    *text = '\0';
    while (n < size - 1 && readable(fd)) {
        ssize_t r = read(fd, text + n, 1);
        if (r <= 0)
            return;
        text[++n] = '\0';
        if (n >= strlen(end) && strcmp(text + n - strlen(end), end) == 0)
            return;
    }
}

/* Receives the filter's next message, which has this type, and closes its descriptors. */
static void hear_filter(const struct play *p, enum wire_type type)
{
    static char room[LIMIT_MESSAGE];
    int fds[MESSAGE_FDS];
    size_t count;
    struct wire w;

    assert_true(readable(p->helper));
    ssize_t n = message_recv(p->helper, room, sizeof room, fds, &count);
    assert_true(n > 0 && wire_decode(&w, span_of(room, (size_t)n)));
    assert_int_equal(w.type, type);
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
}

static void send_raw(int to, struct span bytes, const int *fds, size_t count)
{
    struct iovec iov = {(void *)(uintptr_t)bytes.p, bytes.n};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(8 * sizeof(int))];
    } control = {.room = {0}};
    struct msghdr m = {.msg_iov = &iov, .msg_iovlen = 1};

    if (count > 0) {
        struct cmsghdr *c = &control.header;

        m.msg_control = control.room;
        m.msg_controllen = CMSG_SPACE(count * sizeof(int));
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(c), fds, count * sizeof(int));
    }
    assert_int_equal(sendmsg(to, &m, MSG_NOSIGNAL), bytes.n);
}

static const struct wire grant = {.type = WIRE_GRANT,
                                  .grant = {.mail_user = SPAN("u"),
                                            .mail_password = SPAN("secret"),
                                            .host = SPAN("mail.test"),
                                            .client = SPAN("192.0.2.7"),
                                            .local = SPAN("192.0.2.1"),
                                            .authenticate = 1}};
static const struct wire deny = {.type = WIRE_DENY, .deny = {.denial = DENIAL_REFUSED}};
static const struct wire established = {.type = WIRE_ESTABLISHED,
                                        .established = {.id = 1, .interim = 60}};
static const struct wire hello = {.type = WIRE_HELLO, .hello = {.protocol = PROTOCOL_IMAP4S}};

/* The helper answers a login with something that can't be its answer: the client hears of trouble,
 * the log says why, and descriptors that came along are closed. */
static void helper_that_says_what_it_must_not(void **unused)
{
    (void)unused;
    static char zeros[LIMIT_MESSAGE + 1];
    static const struct {
        const char *name;
        const struct wire *message;
        struct span raw; /* instead of a message; none: it closes the conversation */
        size_t fds;
        const char *reason;
    } rows[] = {
        {"nothing", NULL, {0}, 0, "mailwicket-verify closed the conversation"},
        {"garbage", NULL, SPAN("garbage"), 0, "unexpected message from mailwicket-verify"},
        {"another version", NULL, SPAN("\2\6\1\0"), 0, "unexpected message from mailwicket-verify"},
        {"too long", NULL, {zeros, sizeof zeros}, 0, "Protocol error"},
        {"GRANT without descriptors", &grant, {0}, 0, "unexpected message from mailwicket-verify"},
        {"GRANT with one", &grant, {0}, 1, "unexpected message from mailwicket-verify"},
        {"GRANT with three", &grant, {0}, 3, "Protocol error"},
        {"DENY with a descriptor", &deny, {0}, 1, "unexpected message from mailwicket-verify"},
        {"ESTABLISHED too early",
         &established,
         {0},
         0,
         "unexpected message from mailwicket-verify"},
        {"a message of the filter's", &hello, {0}, 0, "unexpected message from mailwicket-verify"},
        {"garbage with two", NULL, SPAN("garbage"), 2, "unexpected message from mailwicket-verify"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char room[1024], text[1024], expected[256];
        struct buf out = BUF(room);
        struct play p;
        int pair[2], fds[8];

        ROW(i, rows[i].name);
        play_start(&p, true, NULL);
        hear_filter(&p, WIRE_HELLO);
        read_until(p.client, "\r\n", text, sizeof text);
        assert_memory_equal(text, "* OK", 4);
        assert_int_equal(write(p.client, "a LOGIN u p\r\n", 13), 13);
        hear_filter(&p, WIRE_USER);
        hear_filter(&p, WIRE_VERIFY);
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
        for (size_t k = 0; k < rows[i].fds; k++)
            fds[k] = pair[1];
        if (rows[i].message)
            assert_true(wire_encode(rows[i].message, &out));
        struct span bytes = rows[i].message ? buf_span(&out) : rows[i].raw;
        if (bytes.n > 0) {
            send_raw(p.helper, bytes, fds, rows[i].fds);
        } else {
            close(p.helper);
            p.helper = -1;
        }
        close(pair[1]);
        read_until(p.client, "a NO", text, sizeof text); /* to its end, if there is no such reply */
        assert_non_null(strstr(text, "* BYE Service is temporarily unavailable"));
        assert_true(readable(pair[0])); /* the filter has closed what came */
        assert_int_equal(read(pair[0], text, 1), 0);
        close(pair[0]);
        snprintf(expected, sizeof expected,
                 "<3>event=helper-lost protocol=imap4s reason=\"%s\" asa=719002\n", rows[i].reason);
        read_until(p.log, "\n", text, sizeof text);
        assert_string_equal(text, expected);
        play_end(&p);
    }
}

/* Reads the log to its end, and the filter's. */
static void expect_log(struct play *p, const char *expected)
{
    char text[1024];

    read_until(p->log, "\n\n", text, sizeof text); /* no line ends so: all of it */
    assert_string_equal(text, expected);
}

/* What the filter sees of a client goes to the helper, which logs it. It is logged here without a
 * helper (1), and if that doesn't come to it (2). */
static void what_it_notes(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *says; /* the client; NULL: it goes away */
        bool plain;
        enum noted noted;
        const char *why, *line; /* without a helper */
    } rows[] = {
        {"no TLS", "no TLS at all\r\n", false, NOTED_TLS_FAILED,
         "An unexpected TLS packet was received.",
         "<6>event=tls-failed protocol=imap4s reason=\"An unexpected TLS packet was received.\"\n"},
        {"no login", "a LOGIN \"\" p\r\n", true, NOTED_NO_LOGIN, "the name is empty",
         "<6>event=not-authenticated protocol=imap4s reason=\"the name is empty\" asa=719023\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        for (int alone = 0; alone < 3; alone++) {
            static char room[LIMIT_MESSAGE];
            struct play p;
            struct wire w;
            int fds[MESSAGE_FDS];
            size_t count;

            ROW(i, rows[i].name);
            play_start(&p, rows[i].plain, NULL);
            hear_filter(&p, WIRE_HELLO);
            if (alone == 1)
                shutdown(p.helper, SHUT_RD); /* what the filter sends is lost, and it knows */
            assert_int_equal(write(p.client, rows[i].says, strlen(rows[i].says)),
                             strlen(rows[i].says));
            if (!alone) {
                assert_true(readable(p.helper));
                ssize_t n = message_recv(p.helper, room, sizeof room, fds, &count);
                assert_true(n > 0 && wire_decode(&w, span_of(room, (size_t)n)));
                assert_true(w.type == WIRE_NOTE && w.note.noted == rows[i].noted);
                assert_true(span_eq(w.note.why, span_str(rows[i].why)));
                assert_int_equal(w.note.certificate.n, 0);
            }
            shutdown(p.client, SHUT_WR);
            if (!alone) { /* as the helper does when the filter has no more to say */
                assert_true(readable(p.helper));
                assert_int_equal(recv(p.helper, room, 1, 0), 0);
                assert_int_equal(waitpid(p.pid, NULL, WNOHANG), 0);
                close(p.helper);
                p.helper = -1;
            }
            expect_log(&p, alone ? rows[i].line : "");
            play_end(&p);
        }
    }
}

static ssize_t pull_nothing(gnutls_transport_ptr_t socket, void *room, size_t size)
{
    (void)socket, (void)room, (void)size;
    errno = EAGAIN;
    return -1;
}

static ssize_t pull_socket(gnutls_transport_ptr_t socket, void *room, size_t size)
{
    return recv((int)(intptr_t)socket, room, size, 0);
}

/* The server's first flight doesn't fit: the filter waits for room and goes on. */
static void handshake_with_a_full_socket(void **unused)
{
    (void)unused;
    for (int version = 2; version <= 3; version++) {
        struct play p;
        gnutls_session_t peer;
        size_t filled;
        char priority[64], text[256];

        ROW(version, "TLS");
        play_start(&p, false, &filled);
        snprintf(priority, sizeof priority, "NORMAL:-VERS-ALL:+VERS-TLS1.%d", version);
        gnutls_init(&peer, GNUTLS_CLIENT | GNUTLS_NO_SIGNAL);
        gnutls_priority_set_direct(peer, priority, NULL);
        gnutls_credentials_set(peer, GNUTLS_CRD_CERTIFICATE, client_cred);
        gnutls_transport_set_int(peer, p.client);
        /* the ClientHello goes out before the filled socket is read */
        fcntl(p.client, F_SETFL, O_NONBLOCK);
        gnutls_transport_set_pull_function(peer, pull_nothing);
        assert_int_equal(gnutls_handshake(peer), GNUTLS_E_AGAIN);
        usleep(300000); /* the filter meets the full socket */
        assert_int_equal(waitpid(p.pid, NULL, WNOHANG), 0);
        empty_socket(p.client, filled);
        fcntl(p.client, F_SETFL, 0);
        gnutls_transport_set_pull_function(peer, pull_socket);
        int failed;
        do
            failed = gnutls_handshake(peer);
        while (failed && !gnutls_error_is_fatal(failed));
        assert_int_equal(failed, 0);
        ssize_t n;
        do
            n = gnutls_record_recv(peer, text, sizeof text);
        while (n == GNUTLS_E_AGAIN || n == GNUTLS_E_INTERRUPTED);
        assert_true(n > 4);
        assert_memory_equal(text, "* OK", 4);
        gnutls_bye(peer, GNUTLS_SHUT_WR);
        gnutls_deinit(peer);
        play_end(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(helper_that_says_what_it_must_not),
        cmocka_unit_test(what_it_notes),
        cmocka_unit_test(handshake_with_a_full_socket),
    };

    signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, start, stop);
}
