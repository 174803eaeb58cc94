/* SPDX-License-Identifier: ISC */
/*
 * relay - the loop of mailwicket-relay: two ends, a flow in each direction, deadlines, reports.
 *
 * How a session ends, and what each side sees of it (cause in the report):
 *
 *   server's end of input (server-closed)
 *       The client gets the rest of the data, close_notify and FIN.
 *   client's close_notify (client-closed)
 *       The server gets the rest of the data and FIN; its answer still goes to the client. With TLS
 *       1.2, or without half_close, both sides end.
 *   client lost (client-lost): an error, or with TLS FIN without close_notify
 *       The server gets the rest of the data, then FIN without close_notify. Without TLS it is reset
 *       instead, but not before its kernel has the data and it had the time to answer:
 *       LIMIT_FLUSH_MS after the last data, RELAY_QUIET_MS if it has spoken since.
 *   server lost (server-lost)
 *       The client gets the rest of the data, then FIN without close_notify.
 *   TLS broken (tls-fault)
 *       The side that broke it gets an alert; the other one is ended as if that side was lost.
 *   timeout or SIGTERM (its own cause)
 *       Both sides get close_notify and FIN.
 *
 * The rule behind it: what came in authenticated records (without TLS: what came) is delivered,
 * however its sender left, for the sender may have been content with it: SMTP's end of data and QUIT
 * are often the last thing that a client sends before it goes away without close_notify. But an end
 * that was not orderly is never passed on as an orderly one.
 *
 * An end has LIMIT_DELIVER_MS to take some of the rest, if the other side left, and otherwise
 * LIMIT_FLUSH_MS; and LIMIT_FLUSH_MS to close in its turn.
 */
#ifndef MW_RELAY_RELAY_H
#define MW_RELAY_RELAY_H

#include "flow.h"
#include "handover.h"
#include "wire.h"

/* A report is one datagram on RELAY_FD_REPORT, and gets no answer. An END waits this long for room
 * in the helper's queue, an INTERIM doesn't wait. */
#define RELAY_REPORT_WAIT_S 5

/* ms without traffic before the buffers' pages are returned to the kernel, and before a server that
 * has answered a lost client is cut off. */
#define RELAY_QUIET_MS 1000

struct relay {
    uint64_t id;
    uint64_t idle, interim; /* ms; 0: none */
    uint64_t session_end;   /* clock_ms; 0: none */
    bool half_close;

    struct end client, server;
    struct flow up, down; /* client to server, server to client */

    enum wire_cause cause;   /* why the session ends; 0: it doesn't */
    enum wire_cause suspect; /* the cause, unless an end gives a better one */
    bool over;
    bool unanswered; /* the server has got data since it last spoke */

    uint64_t now;                       /* clock_ms, of this turn of the loop */
    uint64_t active;                    /* when data last moved */
    uint64_t deadline;                  /* of a closing session; 0: not closing */
    uint64_t reported;                  /* when the last report was sent */
    uint64_t reported_in, reported_out; /* byte counts in it */
    uint64_t before_in, before_out;     /* byte counts from before the relay */
};

/* Starts r, which is all zero: takes the descriptors of handover.h over, catches SIGTERM and
 * WIRE_ASK, ignores SIGPIPE. Does everything that the jail forbids later. The caller may wipe h
 * afterwards. Returns false if the keys can't be used. */
bool relay_open(struct relay *r, const struct handover *h, struct span to_server,
                struct span to_client);

/* Runs until both sides are closed and END is sent. */
void relay_run(struct relay *r);

#endif
