/* SPDX-License-Identifier: ISC */
/*
 * jail - the system calls of a running relay, for who compiles its seccomp program.
 *
 * What a name is unknown for (another architecture, an older libseccomp) is left out. Jails add up
 * across exec: the filter's own must allow these too, and with them what the relay does before it
 * enters its own (relay_syscalls_start).
 */
#ifndef MW_RELAY_JAIL_H
#define MW_RELAY_JAIL_H

/* From the entry into the jail to the end. */
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

/* Before: what C libraries (musl, and glibc static) do from exec to main, and relay_open. */
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

/* Besides, for a relay that is linked dynamically, and for the run-time of the sanitizers. */
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
