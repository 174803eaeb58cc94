/* SPDX-License-Identifier: ISC */
/* listen - an edge: accept and fork, nothing more; see listen.h. Runs with the certificates' keys,
 * and reads not one octet of what a client sends. */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "heap.h"
#include "log.h"
#include "notify.h"
#include "policy.h"
#include "reload_reply.h"

#define PAUSE_MS 100 /* when the system has no descriptors or processes left */

static volatile sig_atomic_t stop, reload, asker; /* asker: the process that waits for an answer */

static void on_signal(int signal, siginfo_t *info, void *context)
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

/* Brings the sockets in line with the policy, and logs what that changes. */
static void settle(const struct policy *p, struct listener_socket *sockets, size_t count)
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

/* Signals come in ppoll only. */
static void catch_signals(sigset_t *outside)
{
    struct sigaction sa = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
    sigset_t caught;

    sigemptyset(&caught);
    sigaddset(&caught, SIGTERM);
    sigaddset(&caught, SIGINT);
    sigaddset(&caught, SIGHUP);
    sigprocmask(SIG_BLOCK, &caught, outside);
    sigaction(SIGTERM, &sa, NULL);
    sigaction(SIGINT, &sa, NULL);
    sigaction(SIGHUP, &sa, NULL);
    signal(SIGCHLD, SIG_IGN); /* connections are nobody's children: no zombies */
}

static bool take_new_policy(struct prepared *p)
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

static void load_anew(struct prepared *p, struct listener_socket *sockets, size_t count)
{
    pid_t waiting = asker;

    reload = asker = 0;
    bool taken = take_new_policy(p);
    settle(p->policy, sockets, count);
    reload_reply_tell(waiting, taken ? RELOAD_IN_FORCE : RELOAD_REJECTED);
}

/* The connection's process. */
static int serve_client(struct prepared *p, const struct listener_socket *sockets, size_t count,
                        int client, const struct arrival *a)
{
    signal(SIGINT, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    for (size_t i = 0; i < count; i++)
        close(sockets[i].fd);
    if (dup2(client, 0) < 0 || dup2(client, 1) < 0)
        return 1;
    close(client);
    return connection_serve(p, a);
}

/* Accepts one client. true: this is its process, and *status is how it went. */
static bool accept_one(struct prepared *p, const struct listener_socket *sockets, size_t count,
                       size_t i, const struct arrival *a, int *status)
{
    int client = accept4(sockets[i].fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (client < 0) {
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            log_say(LOG_ERR, "trouble", "can't accept a connection: %s", strerror(errno));
            poll(NULL, 0, PAUSE_MS);
        }
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
    if (pid < 0) {
        log_say(LOG_ERR, "trouble", "no process for a connection: %s", strerror(errno));
        poll(NULL, 0, PAUSE_MS);
    }
    close(client);
    return false;
}

int listen_serve(struct prepared *p, struct listener_socket *sockets, size_t count,
                 bool keep_stderr)
{
    struct pollfd fds[LISTENERS_MAX];
    sigset_t outside;
    int status;

    catch_signals(&outside);
    heap_close_gaps();
    for (size_t i = 0; i < count; i++) {
        fds[i] = (struct pollfd){.fd = sockets[i].fd, .events = POLLIN};
        fcntl(sockets[i].fd, F_SETFL, fcntl(sockets[i].fd, F_GETFL) | O_NONBLOCK);
    }
    settle(p->policy, sockets, count);
    notify_ready();
    while (!stop) {
        if (reload)
            load_anew(p, sockets, count);
        if (ppoll(fds, count, NULL, &outside) < 0)
            continue;
        for (size_t i = 0; i < count; i++) {
            struct arrival a = {.protocol = sockets[i].protocol, .keep_stderr = keep_stderr};
            if (fds[i].revents && accept_one(p, sockets, count, i, &a, &status))
                return status;
        }
    }
    log_say(LOG_NOTICE, "stopped", "told to stop; sessions go on");
    return 0;
}
