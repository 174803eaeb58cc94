/* SPDX-License-Identifier: ISC */
/* verify_bed - what the tests of the helper share: the real helper in a process of its own, with
 * its own policy, users file, state directory and mail server. The test plays the filter. */
#ifndef MW_VERIFY_BED_H
#define MW_VERIFY_BED_H

#include <arpa/inet.h>
#include <crypt.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "log.h"
#include "message.h"
#include "program.h"
#include "serve.h"
#include "wire.h"

#define WAIT_MS 120000 /* for what must come: no test waits this long but when it fails */

static struct bed {
    char directory[64], users[80], log[80];
    int server; /* the mail server: listens and never answers */
    unsigned server_port;
    int verify, report; /* the service's sockets */
    int snapshot;       /* likewise */
    pid_t helper;
    size_t state_size;    /* 0: as always */
    unsigned penalty_ms;  /* 0: guessing is not slowed down */
    struct policy policy; /* read by the helper */
} bed;

/* One filter. */
struct player {
    int filter;
    int client, far;    /* the client's connection: the proxy's end, and the mail program's */
    int server, report; /* what GRANT brought */
    uint64_t id;        /* what ESTABLISHED said */
};

#define LONG_LABEL "a123456789b123456789c123456789d123456789e123456789f123456789g1234567"

static struct group_policy group_policies[] = {
    {.name = "Default", .simultaneous_logins = 3, .idle_timeout = 30, .access_hours = ""},
    {.name = "Staff", .simultaneous_logins = 3, .session_timeout = 7, .access_hours = ""},
    {.name = "Once", .simultaneous_logins = 3, .mail_sessions = 1, .access_hours = ""},
};
static struct server_group local_group = {.name = "LOCAL", .type = GROUP_LOCAL};
static struct mail_server allowed[4];

static inline struct mail_server mail_server(const char *host)
{
    return (struct mail_server){.host = (char *)(uintptr_t)host,
                                .port = bed.server_port,
                                .ca = (char *)(uintptr_t) "",
                                .verify = true};
}

static inline void make_policy(void)
{
    struct policy *p = &bed.policy;

    local_group.users = bed.users;
    allowed[0] = mail_server("localhost");
    allowed[1] = mail_server("127.0.0.2");               /* nothing listens there */
    allowed[2] = mail_server(LONG_LABEL ".example.org"); /* an invalid DNS name */
    *p = (struct policy){.file = bed.users,
                         .state_directory = bed.directory,
                         .tls_priority = (char *)(uintptr_t) "",
                         .groups = &local_group,
                         .group_count = 1,
                         .group_policies = group_policies,
                         .group_policy_count = 3};
    for (int i = 0; i < PROTOCOLS; i++)
        p->protocols[i] = (struct protocol_policy){.present = i != PROTOCOL_POP3S,
                                                   .protocol = (enum protocol)i,
                                                   .login_attempts = 3,
                                                   .announce = (char *)(uintptr_t) "",
                                                   .methods = METHOD_AAA | METHOD_MAILHOST,
                                                   .authentication = &local_group,
                                                   .default_group_policy = &group_policies[0],
                                                   .name_delimiter = ':',
                                                   .server_delimiter = '@',
                                                   .default_server = mail_server("127.0.0.1"),
                                                   .allowed = allowed,
                                                   .allowed_count = 3};
    p->protocols[PROTOCOL_IMAP4S].outstanding = 2;
    p->protocols[PROTOCOL_SMTPS].max_sessions = 1;
    p->protocols[PROTOCOL_SMTPS].methods = METHOD_MAILHOST;
}

static inline void make_users(void)
{
    struct crypt_data d = {0};
    const char *hash = crypt_rn("secret", "$1$abcdefgh$", &d, sizeof d);
    FILE *f = fopen(bed.users, "w");

    fprintf(f, "jo:%s:\nstaff:%s:Staff\nonce:%s:Once\nlost:%s:Nowhere\nunfit:%s:No such\n", hash,
            hash, hash, hash, hash);
    fclose(f);
}

static inline int listen_tcp(unsigned *port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&a, size), 0);
    assert_int_equal(listen(fd, 64), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &size), 0);
    *port = ntohs(a.sin_port);
    return fd;
}

static inline int bind_unix(int type, const char *name)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);

    snprintf(a.sun_path, sizeof a.sun_path, "%s/%s", bed.directory, name);
    assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

static inline void bed_make(void)
{
    snprintf(bed.directory, sizeof bed.directory, "/tmp/mailwicket-verify-XXXXXX");
    assert_non_null(mkdtemp(bed.directory));
    snprintf(bed.users, sizeof bed.users, "%s/users", bed.directory);
    snprintf(bed.log, sizeof bed.log, "%s/log", bed.directory);
    bed.server = listen_tcp(&bed.server_port);
    bed.verify = bind_unix(SOCK_SEQPACKET, "verify");
    assert_int_equal(listen(bed.verify, 16), 0);
    bed.report = bind_unix(SOCK_DGRAM, "report");
    bed.snapshot = bind_unix(SOCK_SEQPACKET, SNAPSHOT_SOCKET);
    assert_int_equal(listen(bed.snapshot, 16), 0);
    make_users();
    make_policy();
}

static inline void bed_remove(void)
{
    struct dirent *e;
    DIR *d = opendir(bed.directory);

    close(bed.server);
    close(bed.verify);
    close(bed.report);
    close(bed.snapshot);
    while ((e = readdir(d)))
        unlinkat(dirfd(d), e->d_name, 0); /* fails for . and .. */
    closedir(d);
    assert_int_equal(rmdir(bed.directory), 0);
}

static inline void keep(struct policy *p)
{
    (void)p;
}

/* Runs the helper in a child, which closes other. connection: -1 for the service. */
static inline void start_helper(int connection, int other, const char *peer,
                                struct policy *(*reload)(void *context))
{
    bed.helper = fork();
    assert_true(bed.helper >= 0);
    if (bed.helper > 0)
        return;
    if (other >= 0)
        close(other);
    struct err e = {""};
    struct serve_config c = {.policy = &bed.policy,
                             .release = keep,
                             .reload = reload,
                             .verify = connection < 0 ? bed.verify : -1,
                             .report = connection < 0 ? bed.report : -1,
                             .snapshot = connection < 0 ? bed.snapshot : -1,
                             .connection = connection,
                             .peer = peer,
                             .penalty_ms = bed.penalty_ms,
                             .state = state_open(bed.directory, bed.state_size, &e)};
    int log = open(bed.log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dup2(log, 2);
    close(log);
    log_open_sink("test", LOG_TO_STDERR, LOG_MAIL, LOG_DEBUG);
    int failed = !c.state || serve(&c);
    state_close(c.state);
    exit(failed ? 1 : 0); /* runs the sanitizers' checks */
}

static inline void end_helper(int signal)
{
    int status;

    if (signal)
        kill(bed.helper, signal);
    assert_int_equal(waitpid(bed.helper, &status, 0), bed.helper);
    if (signal != SIGKILL)
        assert_int_equal(status, 0);
    bed.helper = 0;
}

/* Starts a helper for one connection; the player has the other end of its socket. */
static inline void start_connection(struct player *p, const char *peer)
{
    int pair[2];

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair), 0);
    p->filter = pair[0];
    start_helper(pair[1], pair[0], peer, NULL);
    close(pair[1]);
}

static inline int connect_verify(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    snprintf(a.sun_path, sizeof a.sun_path, "%s/verify", bed.directory);
    assert_int_equal(connect(fd, (struct sockaddr *)&a, sizeof a), 0);
    return fd;
}

/* Connects a mail program; the proxy's end goes to the helper. */
static inline void connect_client(struct player *p)
{
    unsigned port;
    int listener = listen_tcp(&port);
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                            .sin_port = htons((in_port_t)port)};

    p->far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(p->far, (struct sockaddr *)&a, sizeof a), 0);
    p->client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(p->client >= 0);
    close(listener);
}

static inline void say(int fd, const struct wire *w, const int *fds, size_t count)
{
    char room[LIMIT_MESSAGE];
    struct buf out = BUF(room);

    assert_true(wire_encode(w, &out));
    assert_int_equal(message_send(fd, buf_span(&out), fds, count), 0);
}

/* The next message's type, or 0 when the conversation is over. */
static inline unsigned hear(int fd, struct wire *w, int fds[MESSAGE_FDS], size_t *count)
{
    static char room[LIMIT_MESSAGE];
    struct pollfd p = {.fd = fd, .events = POLLIN};

    *count = 0;
    assert_int_equal(poll(&p, 1, WAIT_MS), 1);
    ssize_t n = message_recv(fd, room, sizeof room, fds, count);
    if (n <= 0)
        return 0;
    assert_true(wire_decode(w, span_of(room, (size_t)n)));
    return w->type;
}

static inline bool count_one(void *context, const struct entry *s)
{
    (void)s;
    ++*(unsigned *)context;
    return true;
}

static inline unsigned entries(void)
{
    struct err e;
    unsigned n = 0;
    struct state *s = state_open(bed.directory, bed.state_size, &e);

    assert_non_null(s);
    assert_int_equal(state_each(s, count_one, &n), 0);
    state_close(s);
    return n;
}

static inline bool logged(const char *text)
{
    static char all[1 << 20];
    int fd = open(bed.log, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? 0 : read(fd, all, sizeof all - 1);

    if (fd >= 0)
        close(fd);
    all[n > 0 ? n : 0] = '\0';
    return strstr(all, text) != NULL;
}

/* Waits until the condition holds. */
#define EVENTUALLY(condition)                                                                      \
    do {                                                                                           \
        int patience = WAIT_MS / 5;                                                                \
        while (!(condition) && patience-- > 0)                                                     \
            poll(NULL, 0, 5);                                                                      \
        assert_true(condition);                                                                    \
    } while (0)

static inline void close_all(struct player *p)
{
    int *fds[] = {&p->filter, &p->client, &p->far, &p->server, &p->report};

    for (size_t i = 0; i < ROWS(fds); i++) {
        if (*fds[i] >= 0)
            close(*fds[i]);
        *fds[i] = -1;
    }
}

#define NOBODY ((struct player){-1, -1, -1, -1, -1, 0})

#endif
