/* SPDX-License-Identifier: ISC */
/* mailwicket-relay - joins a mail program and a mail server after the login. Holds the keys of both
 * connections; may open neither a file nor a socket, and believes neither side. */
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sysexits.h>
#include <unistd.h>

#include "relay.h"

/* From seccomp(2): C libraries other than glibc come without the kernel's headers. */
#define SECCOMP_MODE_FILTER 2
struct instruction {
    uint64_t opaque; /* struct sock_filter */
};
struct program {
    unsigned short count;
    const struct instruction *instructions;
};

static struct relay relay;

/* The handover. Its pages are returned to the kernel once it is decoded. */
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

/* A jail can't be left. */
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
    bool usable;

    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* holds keys: no core file, no tracing */
    all = read_image();
    if (!handover_decode(&h, all, &to_server, &to_client, &jail))
        _exit(EX_DATAERR);
    usable = relay_open(&relay, &h, to_server, to_client);
    jail_size = jail.n;
    if (jail_size)
        memcpy(program, jail.p, jail_size);
    explicit_bzero(&h, sizeof h);
    wipe_image(all.n);
    if (!usable)
        _exit(EX_DATAERR);
    if (!enter_jail(program, jail_size))
        _exit(EX_OSERR);
    relay_run(&relay);
    _exit(EX_OK); /* nothing is buffered, nothing to clean up */
}
