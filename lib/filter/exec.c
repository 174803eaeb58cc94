/* SPDX-License-Identifier: ISC */
/* exec - the handover: packs what the relay needs into a sealed memfd and execs the relay in this
 * process. Handles all keys; see handover.h for what the relay gets. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "handover.h"
#include "log.h"
#include "program.h"
#include "filter.h"

#define FD_PROGRAM 6 /* the relay's program; closed by exec */
#define FD_ASIDE   16

static char image_room[HANDOVER_MAX];

/* Appends the data that TLS has already read from the socket. What doesn't fit stays pending, and
 * makes tls_export fail. */
static void read_pending(struct stream *s, struct buf *b)
{
    while (s->tls && tls_pending(s->tls))
        if (!stream_fill(s, b))
            return;
}

static bool pack_end(struct stream *s, struct handover_end *end)
{
    end->kind = s->tls ? HANDOVER_RECORD : HANDOVER_PLAIN;
    return !s->tls || tls_export(s->tls, &end->params);
}

/* Collects one side's early data: what the login has not used, then what its TLS session holds. */
static void gather_early(struct stream *s, struct buf *in, struct buf *early)
{
    if (buf_put(early, buf_span(in)))
        read_pending(s, early);
}

static bool pack_handover(struct filter_end *end, struct span jail, struct buf *image)
{
    static char to_server_room[HANDOVER_EARLY_MAX], to_client_room[HANDOVER_EARLY_MAX];
    struct buf to_server = BUF(to_server_room), to_client = BUF(to_client_room);
    const struct wire_established *e = &end->login->established;
    struct handover h = {
        .id = e->id,
        .idle_timeout = e->idle_timeout,
        .session_timeout = e->session_timeout,
        .interim = e->interim,
        .half_close = 1,
    };
    gather_early(&end->client, &end->login->front.in, &to_server);
    gather_early(&end->server, &end->login->back.in, &to_client);
    bool good = !to_server.overflow && !to_client.overflow && pack_end(&end->client, &h.client) &&
                pack_end(&end->server, &h.server) &&
                handover_encode(&h, buf_span(&to_server), buf_span(&to_client), jail, image);
    explicit_bzero(&h, sizeof h);
    buf_wipe(&to_server);
    buf_wipe(&to_client);
    return good;
}

static int seal_image(struct buf *image)
{
    int fd = memfd_create("handover", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    bool good = fd >= 0 && write(fd, image->p, image->len) == (ssize_t)image->len &&
                lseek(fd, 0, SEEK_SET) == 0 &&
                !fcntl(fd, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE);

    buf_wipe(image);
    if (good)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Moves the descriptors to their numbers, through numbers that none of them uses. */
static bool arrange_descriptors(const struct filter_end *end, int handover, int relay)
{
    const struct {
        int fd, to, flags;
    } places[] = {
        {end->server.in, RELAY_FD_SERVER, 0},
        {handover, RELAY_FD_HANDOVER, 0},
        {end->report, RELAY_FD_REPORT, 0},
        {relay, FD_PROGRAM, O_CLOEXEC},
    };
    int aside[4];

    for (int i = 0; i < 4; i++)
        if ((aside[i] = fcntl(places[i].fd, F_DUPFD_CLOEXEC, FD_ASIDE)) < 0)
            return false;
    for (int i = 0; i < 4; i++)
        if (dup3(aside[i], places[i].to, places[i].flags) < 0)
            return false;
    return syscall(SYS_close_range, FD_PROGRAM + 1, ~0u, 0) == 0;
}

void filter_exec(struct filter_end *end, int relay, struct span jail)
{
    struct buf image = BUF(image_room);
    char *const argv[] = {(char[]){PROGRAM_RELAY}, NULL};
    char *const envp[] = {NULL};

    if (!pack_handover(end, jail, &image)) {
        log_say(LOG_ERR, "handover-failed", "the keys or the early data don't fit");
        buf_wipe(&image);
        return;
    }
    int handover = seal_image(&image);
    login_wipe(end->login);
    log_close();
    if (handover < 0 || !arrange_descriptors(end, handover, relay)) {
        log_say(LOG_ERR, "handover-failed", "%s", strerror(errno));
        return;
    }
    syscall(SYS_execveat, FD_PROGRAM, "", argv, envp, AT_EMPTY_PATH);
    log_say(LOG_ERR, "handover-failed", "can't exec the relay: %s", strerror(errno));
}
