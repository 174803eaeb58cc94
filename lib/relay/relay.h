/* SPDX-License-Identifier: ISC */
/*
 * relay - the loop of mailwicket-relay: two ends, a flow each way, deadlines, and the reports.
 *
 * How a session ends, and what the other side sees of it:
 *   server's end of input   the rest, close_notify, FIN to the client         server-closed
 *   client's close_notify   the rest, FIN to the server; the server's answer goes on to the client
 *                           (TLS 1.2, or without half_close: both sides end)  client-closed
 *   client lost             the server's socket is reset                      client-lost
 *   server lost             what had come, then FIN without close_notify      server-lost
 *   TLS broken              alert to who broke it; the other as when it's lost  tls-fault
 *   timeout, SIGTERM        close_notify and FIN to both
 * An end that doesn't take the rest, or doesn't close in its turn, has LIMIT_FLUSH_MS for it.
 */
#ifndef MW_RELAY_RELAY_H
#define MW_RELAY_RELAY_H

#include "flow.h"
#include "handover.h"
#include "wire.h"

/* A report is one datagram on RELAY_FD_REPORT, and gets no answer. An END waits this long for room in
 * the helper's queue, an INTERIM doesn't wait. */
#define RELAY_REPORT_WAIT_S 5

/* Pages of the buffers are given back after so long without traffic. */
#define RELAY_QUIET_MS 1000

struct relay {
    uint64_t id;
    uint64_t idle, interim; /* ms; 0: none */
    uint64_t session_end;   /* on clock_ms; 0: none */
    bool half_close;

    struct end client, server;
    struct flow up, down; /* client to server, server to client */

    enum wire_cause cause;   /* what ended it; 0: nothing has */
    enum wire_cause suspect; /* the cause where no end tells a better one */
    bool over;

    uint64_t now;                       /* of this turn */
    uint64_t active;                    /* when data moved last */
    uint64_t deadline;                  /* of a closing session; 0: it isn't closing */
    uint64_t reported;                  /* when */
    uint64_t reported_in, reported_out; /* bytes that the helper knows */
    uint64_t before_in, before_out;     /* bytes counted before the relay */
};

/* r is all zero. Takes the descriptors of handover.h, catches SIGTERM and WIRE_ASK, ignores SIGPIPE.
 * Everything that a jail may forbid is done here. h may be wiped afterwards. false: the keys are not
 * ours. */
bool relay_open(struct relay *r, const struct handover *h, struct span to_server,
                struct span to_client);

/* Runs until both sides are closed and the END message is sent. */
void relay_run(struct relay *r);

#endif
