/* SPDX-License-Identifier: ISC */
/* mailwicket-relay - joins a mail program and a mail server whose login is done. Runs with the keys
 * of both connections; may open neither a file nor a socket, and believes neither side. */
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "relay.h"

/* The kernel's interface as seccomp(2) has it: a C library other than glibc comes without its
 * headers. */
#define SECCOMP_MODE_FILTER 2
struct instruction {
    uint64_t opaque; /* struct sock_filter */
};
struct program {
    unsigned short count;
    const struct instruction *instructions;
};

static struct relay relay;

/* The handover as it came; its pages are given back once it is read. */
static _Alignas(FLOW_PAGE) char image[(HANDOVER_MAX / FLOW_PAGE + 1) * FLOW_PAGE];

static struct span read_image(void)
{
    size_t size = 0;
    ssize_t n;

    while (size < sizeof image &&
           (n = pread(RELAY_FD_HANDOVER, image + size, sizeof image - size, (off_t)size)) > 0)
        size += (size_t)n;
    close(RELAY_FD_HANDOVER);
    return span_of(image, size);
}

static void wipe_image(size_t size)
{
    explicit_bzero(image, size);
    (void)madvise(image, sizeof image, MADV_DONTNEED);
}

/* Once entered there is no way out. */
static bool enter_jail(const struct instruction *instructions, size_t size)
{
    struct program jail = {(unsigned short)(size / sizeof *instructions), instructions};

    if (size == 0)
        return true;
    return size % sizeof *instructions == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &jail, 0, 0) == 0;
}

int main(void)
{
    struct instruction program[HANDOVER_JAIL_MAX / sizeof(struct instruction)];
    struct span to_server, to_client, jail, all;
    struct handover h;
    size_t jail_size;
    bool ours;

    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* here are keys: no core file, no tracing */
    all = read_image();
    if (!handover_decode(&h, all, &to_server, &to_client, &jail))
        _exit(EX_DATAERR);
    ours = relay_open(&relay, &h, to_server, to_client);
    jail_size = jail.n;
    if (jail_size)
        memcpy(program, jail.p, jail_size);
    explicit_bzero(&h, sizeof h);
    wipe_image(all.n);
    if (!ours)
        _exit(EX_DATAERR);
    if (!enter_jail(program, jail_size))
        _exit(EX_OSERR);
    relay_run(&relay);
    _exit(EX_OK); /* nothing is buffered, and nothing else is to be undone */
}
