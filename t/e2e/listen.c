/* SPDX-License-Identifier: ISC */
/*
 * listen - makes listening sockets and starts a program with them, as systemd would: for tests and
 * for the built-in example, where no systemd runs.
 *
 *   listen [-k] NAME=tcp:ADDRESS:PORT … NAME=seqpacket:PATH … NAME=admin:PATH … NAME=dgram:PATH …
 *          -- PROGRAM [ARGUMENT …]
 *
 * With -k it stays and keeps the sockets, with the program as its child: SIGUSR2 restarts that
 * (SIGTERM, and when it has ended, anew on the same sockets), SIGTERM and SIGINT end it. Otherwise
 * the program replaces this one and gets the sockets as descriptors 3, 4, … in the given order,
 * with LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES. A path that exists is replaced, and the new one
 * belongs to the user mailwicket-verify and the group mailwicket, as far as they exist: seqpacket
 * with mode 0660, dgram with mode 0600; admin is a seqpacket of the group mailwicket-admin. Standard
 * input is /dev/null.
 * Exit code 1: something above failed (standard error says what), else the program's.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST   3
#define BACKLOG 1024

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};

static void die(const char *what)
{
    perror(what);
    exit(1);
}

static int tcp(char *text)
{
    union address a = {0};
    char *colon = strrchr(text, ':');
    if (!colon)
        die(text);
    *colon = '\0';
    in_port_t port = htons((in_port_t)strtoul(colon + 1, NULL, 10));
    socklen_t size;
    if (inet_pton(AF_INET6, text, &a.v6.sin6_addr) == 1) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = port;
        size = sizeof a.v6;
    } else if (inet_pton(AF_INET, text, &a.v4.sin_addr) == 1) {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = port;
        size = sizeof a.v4;
    } else {
        die(text);
    }
    int fd = socket(a.any.sa_family, SOCK_STREAM, 0), one = 1;
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) < 0 ||
        bind(fd, &a.any, size) < 0 || listen(fd, BACKLOG) < 0)
        die(text);
    return fd;
}

static int local(const char *path, int type, const char *group_name)
{
    union address a = {.local = {.sun_family = AF_UNIX}};
    if (strlen(path) >= sizeof a.local.sun_path)
        die(path);
    memcpy(a.local.sun_path, path, strlen(path));
    (void)unlink(path);
    int fd = socket(AF_UNIX, type, 0);
    const struct passwd *owner = getpwnam("mailwicket-verify");
    const struct group *group = getgrnam(group_name);
    if (fd < 0 || bind(fd, &a.any, sizeof a.local) < 0 ||
        chmod(path, type == SOCK_SEQPACKET ? 0660 : 0600) < 0 ||
        chown(path, owner ? owner->pw_uid : (uid_t)-1, group ? group->gr_gid : (gid_t)-1) < 0)
        die(path);
    if (type == SOCK_SEQPACKET && listen(fd, BACKLOG) < 0)
        die(path);
    return fd;
}

/* Opens what one argument describes, as descriptor `want`; returns its name. */
static const char *open_one(char *argument, int want)
{
    char *kind = strchr(argument, '='), *rest = kind ? strchr(kind, ':') : NULL;
    if (!kind || !rest) {
        fprintf(stderr, "listen: not NAME=KIND:ADDRESS: %s\n", argument);
        exit(1);
    }
    *kind++ = '\0';
    *rest++ = '\0';
    int fd = -1;
    if (strcmp(kind, "tcp") == 0)
        fd = tcp(rest);
    else if (strcmp(kind, "seqpacket") == 0)
        fd = local(rest, SOCK_SEQPACKET, "mailwicket");
    else if (strcmp(kind, "admin") == 0)
        fd = local(rest, SOCK_SEQPACKET, "mailwicket-admin");
    else if (strcmp(kind, "dgram") == 0)
        fd = local(rest, SOCK_DGRAM, "mailwicket");
    if (fd < 0 || (fd != want && (dup2(fd, want) < 0 || close(fd) < 0)))
        die(argument);
    return argument;
}

static void become(char **argv)
{
    char number[16];
    snprintf(number, sizeof number, "%d", (int)getpid());
    setenv("LISTEN_PID", number, 1);
    execvp(argv[0], argv);
    die(argv[0]);
}

static sigset_t supervised(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGUSR2);
    sigaddset(&set, SIGCHLD);
    return set;
}

/* -k: returns the exit code of the program's last run. */
static int supervise(char **argv)
{
    sigset_t set = supervised();
    bool again = true, told = false;
    int got = 0, status = 0;
    pid_t child = 0;
    sigprocmask(SIG_BLOCK, &set, NULL);
    while (again || child) {
        if (!child) {
            again = false;
            child = fork();
            if (child == 0) {
                sigprocmask(SIG_UNBLOCK, &set, NULL);
                become(argv);
            }
        }
        sigwait(&set, &got);
        if (got == SIGCHLD && waitpid(child, &status, WNOHANG) == child)
            child = 0;
        else if (got != SIGCHLD && child)
            kill(child, SIGTERM);
        told = told || got == SIGTERM || got == SIGINT;
        again = !told && (again || got == SIGUSR2);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int main(int argc, char **argv)
{
    char names[1024] = "", number[16];
    bool keep = argc > 1 && strcmp(argv[1], "-k") == 0;
    int i = keep ? 2 : 1, count = 0;
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0)
        die("/dev/null");
    for (int fd = FIRST; fd < FIRST + argc; fd++)
        (void)close(fd);
    for (; i < argc && strcmp(argv[i], "--") != 0; i++, count++) {
        const char *name = open_one(argv[i], FIRST + count);
        size_t used = strlen(names);
        snprintf(names + used, sizeof names - used, "%s%s", count ? ":" : "", name);
    }
    if (++i >= argc) {
        fprintf(stderr, "usage: listen [-k] NAME=KIND:ADDRESS ... -- PROGRAM [ARGUMENT ...]\n");
        return 1;
    }
    snprintf(number, sizeof number, "%d", count);
    setenv("LISTEN_FDS", number, 1);
    setenv("LISTEN_FDNAMES", names, 1);
    (void)close_range((unsigned)(FIRST + count), ~0U, 0);
    if (keep)
        return supervise(argv + i);
    become(argv + i);
}
