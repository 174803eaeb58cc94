/* SPDX-License-Identifier: ISC */
/* report - see report.h. */
#include "report.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "handover.h"

void report_open(void)
{
    struct timeval limit = {.tv_sec = REPORT_WAIT_S};

    (void)setsockopt(RELAY_FD_REPORT, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void report_send(const struct wire_end *what)
{
    struct wire w = {.type = what->cause ? WIRE_END : WIRE_INTERIM, .end = *what};
    int flags = MSG_NOSIGNAL | (what->cause ? 0 : MSG_DONTWAIT);
    char room[64];
    struct buf out = BUF(room);

    if (wire_encode(&w, &out))
        while (send(RELAY_FD_REPORT, out.p, out.len, flags) < 0 && errno == EINTR)
            continue;
}
