/* SPDX-License-Identifier: ISC */
/* report - see report.h. */
#include "report.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>

/* There may be no such descriptor: then sending fails, which is fine. */
void report_open(void)
{
    struct timeval limit = {.tv_sec = RELAY_REPORT_WAIT_S};

    (void)setsockopt(RELAY_FD_REPORT, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

static void send_datagram(const struct wire_end *e)
{
    struct wire w = {.type = e->cause ? WIRE_END : WIRE_INTERIM, .end = *e};
    int flags = MSG_NOSIGNAL | (e->cause ? 0 : MSG_DONTWAIT);
    char room[64];
    struct buf out = BUF(room);

    if (wire_encode(&w, &out))
        while (send(RELAY_FD_REPORT, out.p, out.len, flags) < 0 && errno == EINTR)
            continue;
}

static uint64_t report_bytes_in(const struct relay *r)
{
    return r->before_in + r->up.bytes;
}

static uint64_t report_bytes_out(const struct relay *r)
{
    return r->before_out + r->down.bytes;
}

void report_send(struct relay *r, enum wire_cause cause)
{
    struct wire_end e = {.id = r->id,
                         .bytes_in = report_bytes_in(r),
                         .bytes_out = report_bytes_out(r),
                         .cause = cause,
                         .at = r->now,
                         .active = r->active};

    send_datagram(&e);
    r->reported = r->now;
    r->reported_in = e.bytes_in;
    r->reported_out = e.bytes_out;
}

bool report_moved(const struct relay *r)
{
    return r->reported_in != report_bytes_in(r) || r->reported_out != report_bytes_out(r);
}

void report_if_due(struct relay *r, bool asked)
{
    bool due = r->interim && report_moved(r) && r->now - r->reported >= r->interim;

    if (asked || due)
        report_send(r, 0);
}
