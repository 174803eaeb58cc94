/* SPDX-License-Identifier: ISC */
/*
 * jail - the system calls that a running relay needs. lib/priv compiles them to a seccomp program.
 *
 * Unknown names (another architecture, an older libseccomp) are skipped. Jails add up across exec:
 * the filter's own jail must also allow these calls, and those that the relay makes before it
 * enters its jail (relay_syscalls_start).
 */
#ifndef MW_RELAY_JAIL_H
#define MW_RELAY_JAIL_H

/* After entering the jail. */
static const char *const relay_syscalls[] __attribute__((unused)) = {"read",
                                                                     "write",
                                                                     "splice",
                                                                     "ppoll",
                                                                     "ppoll_time64",
                                                                     "poll",
                                                                     "shutdown",
                                                                     "setsockopt",
                                                                     "socketcall",
                                                                     "send",
                                                                     "sendto",
                                                                     "fcntl",
                                                                     "fcntl64",
                                                                     "close",
                                                                     "madvise",
                                                                     "clock_gettime",
                                                                     "clock_gettime64",
                                                                     "clock_gettime32",
                                                                     "gettimeofday",
                                                                     "rt_sigreturn",
                                                                     "sigreturn",
                                                                     "restart_syscall",
                                                                     "exit",
                                                                     "exit_group"};

/* Before it: C libraries (musl, static glibc) between exec and main, and relay_open. */
static const char *const relay_syscalls_start[] __attribute__((unused)) = {"execve",
                                                                           "arch_prctl",
                                                                           "set_thread_area",
                                                                           "set_tid_address",
                                                                           "set_tls",
                                                                           "set_robust_list",
                                                                           "rseq",
                                                                           "prlimit64",
                                                                           "readlinkat",
                                                                           "readlink",
                                                                           "getrandom",
                                                                           "mprotect",
                                                                           "brk",
                                                                           "mmap",
                                                                           "mmap2",
                                                                           "munmap",
                                                                           "uname",
                                                                           "prctl",
                                                                           "pread64",
                                                                           "rt_sigprocmask",
                                                                           "rt_sigaction",
                                                                           "fstat",
                                                                           "fstat64",
                                                                           "fstatat64",
                                                                           "newfstatat",
                                                                           "statx",
                                                                           "pipe2",
                                                                           "seccomp"};

/* In addition: dynamic linking and the sanitizers' run-time. */
static const char *const relay_syscalls_sanitized[]
    __attribute__((unused)) = {"access",      "faccessat",   "open",
                               "openat",      "lseek",       "_llseek",
                               "stat",        "lstat",       "getdents64",
                               "mremap",      "futex",       "sigaltstack",
                               "getpid",      "gettid",      "getuid",
                               "geteuid",     "getgid",      "getegid",
                               "getrlimit",   "ugetrlimit",  "sched_getaffinity",
                               "sched_yield", "tgkill",      "readv",
                               "writev",      "sysinfo",     "clone",
                               "clone3",      "personality", "ioctl"};

#endif
