/* SPDX-License-Identifier: ISC */
/* connection - an edge: serves an accepted client up to the relay's exec; see connection.h. */
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"
#include "program.h"
#include "filter.h"

#define HELPER LIBEXECDIR "/" PROGRAM_HELPER

static bool service_address(const struct policy *p, struct sockaddr_un *a)
{
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    int n = snprintf(a->sun_path, sizeof a->sun_path, "%s/%s", p->state_directory, HELPER_SOCKET);

    return n > 0 && (size_t)n < sizeof a->sun_path;
}

bool connection_has_service(const struct policy *p)
{
    struct sockaddr_un a;
    struct stat st;

    if (!service_address(p, &a))
        return false;
    if (!stat(a.sun_path, &st))
        return S_ISSOCK(st.st_mode);
    /* Root without capabilities may not look into the directory: then assume that it is there. */
    return errno != ENOENT && errno != ENOTDIR;
}

static int connect_service(const struct policy *p)
{
    struct sockaddr_un a;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

    if (fd >= 0 && service_address(p, &a) && !connect(fd, (struct sockaddr *)&a, sizeof a))
        return fd;
    log_say(LOG_ERR, "helper-lost",
            "can't connect to %s/%s: %s: start mailwicket-verify, or remove that socket",
            p->state_directory, HELPER_SOCKET, strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Runs in the new process: becomes the helper, with its end of the conversation as descriptor 0. */
static void become_helper(const struct prepared *p, const struct arrival *a, int fd)
{
    char zone[64], journal[64];
    char *argv[] = {(char[]){PROGRAM_HELPER},
                    (char[]){"--policy"},
                    strdup(p->file),
                    (char[]){"--connection"},
                    a->peer ? (char[]){"--peer"} : NULL,
                    a->peer ? strdup(a->peer) : NULL,
                    NULL};
    char *envp[] = {NULL, NULL, NULL};
    const char *tz = getenv("TZ"), *stream = getenv("JOURNAL_STREAM");
    size_t n = 0;
    sigset_t none;

    if (tz && snprintf(zone, sizeof zone, "TZ=%s", tz) < (int)sizeof zone)
        envp[n++] = zone;
    /* The helper logs to the same place: see log_open. */
    if (stream &&
        snprintf(journal, sizeof journal, "JOURNAL_STREAM=%s", stream) < (int)sizeof journal)
        envp[n] = journal;
    signal(SIGCHLD, SIG_DFL);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (dup2(fd, 0) == 0 && dup2(2, 1) == 1 && !syscall(SYS_close_range, 3, ~0u, 0))
        execve(HELPER, argv, envp);
    _exit(127);
}

static int start_helper(const struct prepared *p, const struct arrival *a)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair)) {
        log_say(LOG_ERR, "helper-lost", "can't create a socket pair: %s", strerror(errno));
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0)
        become_helper(p, a, pair[1]);
    if (pid < 0)
        log_say(LOG_ERR, "helper-lost", "can't start %s: %s", HELPER, strerror(errno));
    close(pair[1]);
    if (pid > 0)
        return pair[0];
    close(pair[0]);
    return -1;
}

/* Under inetd standard error is the client's socket: never write to it. */
static void silence_stderr(void)
{
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);

    if (null >= 0) {
        dup2(null, 2);
        close(null);
    }
}

/* This and the next one return 0, or -1 (logged). */
static int drop_filter_rights(void)
{
    struct err e;

    if (!priv_drop(USER_FILTER, &e))
        return 0;
    log_say(LOG_ERR, "trouble", "%s", e.text);
    return -1;
}

static int enter_filter_jail(const struct prepared *p)
{
    struct err e;

    if (!jail_enter(buf_span(&p->filter_jail), &e))
        return 0;
    log_say(LOG_ERR, "trouble", "%s", e.text);
    return -1;
}

int connection_serve(const struct prepared *p, const struct arrival *a)
{
    bool service = !a->peer && connection_has_service(p->policy);
    const int one = 1;
    struct filter_end end;

    if (!a->keep_stderr)
        silence_stderr();
    log_reopen();
    /* Connecting to the helper service works as the user mailwicket, but not as a root without
     * capabilities. Starting a helper needs root. So rights are dropped before or after. */
    if (service && drop_filter_rights())
        return 1;
    struct filter_config config = {
        .policy = &p->policy->protocols[a->protocol],
        .tls = p->tls,
        .host = p->host,
        .client_in = 0,
        .client_out = a->peer ? 1 : 0,
        .plain = a->peer,
        .helper = service ? connect_service(p->policy) : start_helper(p, a),
        .helper_stays = !service,
    };
    setsockopt(0, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if ((!service && drop_filter_rights()) || enter_filter_jail(p))
        return 1;
    if (!filter_run(&config, &end))
        return config.helper < 0;
    filter_exec(&end, p->relay, buf_span(&p->relay_jail));
    return 1;
}
