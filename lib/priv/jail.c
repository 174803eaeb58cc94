/* SPDX-License-Identifier: ISC */
/* jail - an edge: a table of system calls per role, compiled by libseccomp; see priv.h. */
#include "priv.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jail.h"

/* What mailwicket needs after loading: it uses the sockets that it has, allocates memory, and execs
 * the relay. It opens nothing: no open, no socket, no connect, no fork. */
static const char *const filter_syscalls[] = {
    "read",           "readv",        "recvfrom",    "recvmsg",
    "write",          "writev",       "sendto",      "sendmsg",
    "poll",           "ppoll",        "close",       "close_range",
    "dup2",           "dup3",         "shutdown",    "fcntl",
    "getsockopt",     "setsockopt",   "getsockname", "getpeername",
    "memfd_create",   "ftruncate",    "lseek",       "fstat",
    "newfstatat",     "mmap",         "munmap",      "mremap",
    "mprotect",       "madvise",      "brk",         "getrandom",
    "clock_gettime",  "gettimeofday", "time",        "getpid",
    "gettid",         "getuid",       "geteuid",     "rt_sigaction",
    "rt_sigprocmask", "rt_sigreturn", "sigaltstack", "restart_syscall",
    "futex",          "sched_yield",  "execveat",    "prctl",
    "seccomp",        "exit",         "exit_group",
};

#define COUNT(table) (sizeof(table) / sizeof *(table))

/* Skips a name that libseccomp doesn't know: that call stays forbidden. */
static int allow_calls(scmp_filter_ctx ctx, const char *const *names, size_t count, struct err *e)
{
    for (size_t i = 0; i < count; i++) {
        int nr = seccomp_syscall_resolve_name(names[i]);
        int failed = nr < 0 ? 0 : seccomp_rule_add(ctx, SCMP_ACT_ALLOW, nr, 0);
        if (failed && failed != -EEXIST)
            return err_set(e, "can't build the jail: %s: %s", names[i], strerror(-failed));
    }
    return 0;
}

static int allow_role(scmp_filter_ctx ctx, enum jail_role role, struct err *e)
{
    if (allow_calls(ctx, relay_syscalls, COUNT(relay_syscalls), e))
        return -1;
#ifdef RELAY_DYNAMIC
    if (allow_calls(ctx, relay_syscalls_sanitized, COUNT(relay_syscalls_sanitized), e))
        return -1;
#endif
    if (role == JAIL_RELAY)
        return 0;
    if (allow_calls(ctx, relay_syscalls_start, COUNT(relay_syscalls_start), e))
        return -1;
    return allow_calls(ctx, filter_syscalls, COUNT(filter_syscalls), e);
}

/* libseccomp can write the program only to a file: use one in memory. */
static int export_program(scmp_filter_ctx ctx, struct buf *out, struct err *e)
{
    struct stat st;
    int fd = memfd_create("jail", MFD_CLOEXEC);

    if (fd < 0 || seccomp_export_bpf(ctx, fd) || fstat(fd, &st)) {
        close(fd);
        return err_set(e, "can't write the jail: %s", strerror(errno));
    }
    size_t size = (size_t)st.st_size;
    bool good = size > 0 && size <= JAIL_MAX && size <= buf_room(out) &&
                pread(fd, buf_end(out), size, 0) == st.st_size;
    close(fd);
    if (!good)
        return err_set(e, "the jail is too large: %zu octets", size);
    buf_grew(out, size);
    return 0;
}

int jail_compile(enum jail_role role, struct buf *out, struct err *e)
{
    scmp_filter_ctx ctx = seccomp_init(SCMP_ACT_ERRNO(EPERM));

    if (!ctx)
        return err_set(e, "can't build the jail: no memory");
    int failed = allow_role(ctx, role, e);
    if (!failed) /* a tree of comparisons, not a list: it runs at every system call */
        seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    if (!failed)
        failed = export_program(ctx, out, e);
    seccomp_release(ctx);
    return failed ? -1 : 0;
}

int jail_enter(struct span program, struct err *e)
{
    struct sock_fprog prog = {
        .len = (unsigned short)(program.n / sizeof(struct sock_filter)),
        .filter = (struct sock_filter *)(uintptr_t)program.p,
    };

    if (program.n % sizeof(struct sock_filter) || program.n > JAIL_MAX)
        return err_set(e, "invalid jail: %zu octets", program.n);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
        return err_set(e, "can't enter the jail: %s", strerror(errno));
    return 0;
}
