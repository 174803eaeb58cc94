/* SPDX-License-Identifier: ISC */
/* listen - an edge: accepts and forks, nothing else; see listen.h. Holds the certificates' keys and
 * never reads from a client. */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clock.h"
#include "expiry_log.h"
#include "heap.h"
#include "limits.h"
#include "log.h"
#include "notify.h"
#include "policy.h"
#include "reload_reply.h"

#define PAUSE_MS 100 /* after the system ran out of descriptors or processes */

static volatile sig_atomic_t stop, reload, asker; /* asker: the process that waits for a reply */

static void listen_on_signal(int signal, siginfo_t *info, void *context)
{
    (void)context;
    if (signal != SIGHUP) {
        stop = 1;
        return;
    }
    reload = 1;
    if (reload_reply_wanted(info->si_code, info->si_value.sival_int))
        asker = info->si_pid;
}

bool listen_enabled(const struct policy *p, const struct listener_socket *s)
{
    const struct protocol_policy *one = &p->protocols[s->protocol];

    return *s->interface ? protocol_enabled_on(one, span_str(s->interface)) : one->present;
}

/* Enables and disables the sockets as the policy says, and logs each change. */
static void apply_to_sockets(const struct policy *p, struct listener_socket *sockets, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct listener_socket *s = &sockets[i];
        struct log_line l;
        bool enabled = listen_enabled(p, s);
        if (enabled == s->enabled)
            continue;
        s->enabled = enabled;
        log_start(&l, LOG_NOTICE, enabled ? "interface-enabled" : "interface-disabled");
        log_str(&l, "protocol", protocol_name(s->protocol));
        log_str(&l, "interface", *s->interface ? s->interface : NULL);
        log_send(&l);
    }
}

/* Signals arrive during ppoll only. */
static void listen_catch_signals(sigset_t *outside)
{
    struct sigaction sa = {.sa_sigaction = listen_on_signal, .sa_flags = SA_SIGINFO};
    sigset_t caught;

    sigemptyset(&caught);
    sigaddset(&caught, SIGTERM);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGHUP);
    sigprocmask(SIG_BLOCK, &caught, outside);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    signal(SIGCHLD, SIG_IGN); /* no zombies */
}

static bool load_new_policy(struct prepared *p)
{
    static struct prepared next; /* large */

    if (prepare(&next, p->file, false)) {
        log_say(LOG_ERR, "policy-rejected", "%s: the old policy stays in force%s", p->file,
                getenv("CREDENTIALS_DIRECTORY")
                    ? "; files that systemd hands over as credentials are renewed by a restart only"
                    : "");
        return false;
    }
    const char *file = p->file;
    prepare_free(p);
    *p = next;
    p->file = file;
    p->filter_jail.p = p->filter_room;
    p->relay_jail.p = p->relay_room;
    heap_close_gaps();
    log_say(LOG_NOTICE, "policy-loaded", "%s", file);
    return true;
}

static void reload_policy(struct prepared *p, struct listener_socket *sockets, size_t count)
{
    pid_t waiting = asker;

    reload = asker = 0;
    bool taken = load_new_policy(p);
    apply_to_sockets(p->policy, sockets, count);
    reload_reply_tell(waiting, taken ? RELOAD_IN_FORCE : RELOAD_REJECTED);
}

/* Waits: what lacks is not free at once. */
static void listen_lack(const char *what, int error)
{
    static uint64_t told; /* 0: never */
    uint64_t now = clock_ms();

    if (!told || now - told >= LIMIT_LACK_LOG_MS) {
        told = now;
        log_say(LOG_ERR, "trouble", "%s: %s", what, strerror(error));
    }
    poll(NULL, 0, PAUSE_MS);
}

/* When memory runs out, the kernel is to end connections, and not the process that accepts them: the
 * unit protects that one (OOMScoreAdjust=). Where this fails, nothing is lost but that. */
static void give_up_protection(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : write(fd, "0", 1);

    (void)n;
    if (fd >= 0)
        close(fd);
}

/* Runs in the new process: serves one connection. */
static int serve_client(struct prepared *p, const struct listener_socket *sockets, size_t count,
                        int client, const struct arrival *a)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    give_up_protection();
    for (size_t i = 0; i < count; i++)
        close(sockets[i].fd);
    if (dup2(client, 0) < 0 || dup2(client, 1) < 0)
        return 1;
    close(client);
    return connection_serve(p, a);
}

/* Accepts one client. Returns true in the process that has served it, with its exit status in
 * *status. */
static bool accept_one(struct prepared *p, const struct listener_socket *sockets, size_t count,
                       size_t i, const struct arrival *a, int *status)
{
    int client = accept4(sockets[i].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (client < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS)
            listen_lack("can't accept a connection", errno);
        return false;
    }
    if (!sockets[i].enabled) {
        close(client);
        return false;
    }
    pid_t pid = fork();
    if (pid == 0) {
        *status = serve_client(p, sockets, count, client, a);
        return true;
    }
    if (pid < 0)
        listen_lack("can't fork for a connection", errno);
    close(client);
    return false;
}

/* Logs how long the certificates are good, when *due has come; the next time is in a day. Returns how
 * long to wait for that. */
static struct timespec log_expiry(const struct prepared *p, uint64_t *due)
{
    uint64_t now = clock_ms();

    if (now >= *due) {
        expiry_log(p->validity, p->validity_count, false);
        *due = now + EXPIRY_LOG_MS;
    }
    return (struct timespec){.tv_sec = (time_t)((*due - now) / 1000 + 1)};
}

int listen_serve(struct prepared *p, struct listener_socket *sockets, size_t count,
                 bool keep_stderr)
{
    struct pollfd fds[LISTENERS_MAX];
    sigset_t outside;
    uint64_t expiry_due = 0;
    int status;

    listen_catch_signals(&outside);
    heap_close_gaps();
    for (size_t i = 0; i < count; i++) {
        fds[i] = (struct pollfd){.fd = sockets[i].fd, .events = POLLIN};
        fcntl(sockets[i].fd, F_SETFL, fcntl(sockets[i].fd, F_GETFL) | O_NONBLOCK);
    }
    apply_to_sockets(p->policy, sockets, count);
    notify_ready();
    while (!stop) {
        if (reload) {
            reload_policy(p, sockets, count);
            expiry_due = 0;
        }
        struct timespec wait = log_expiry(p, &expiry_due);
        if (ppoll(fds, count, &wait, &outside) <= 0)
            continue;
        for (size_t i = 0; i < count; i++) {
            struct arrival a = {.protocol = sockets[i].protocol, .keep_stderr = keep_stderr};
            if (fds[i].revents && accept_one(p, sockets, count, i, &a, &status))
                return status;
        }
    }
    log_say(LOG_NOTICE, "stopped", "told to stop; connections go on");
    return 0;
}
