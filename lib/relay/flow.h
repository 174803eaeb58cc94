/* SPDX-License-Identifier: ISC */
/*
 * flow - one direction of a relayed session: reads at one end, opens or seals records, writes to
 * the other. Nothing more is read until all of what was read is written, so that a slow reader
 * slows the writer down, and the memory is bounded by one batch.
 *
 *     FLOW_OPEN ──(its source ended: flow_end)──▶ FLOW_ENDED ──(all written, sink finished)──▶
 *     FLOW_DRAIN: what still comes is read and thrown away (closing a socket with unread input
 *     destroys what its peer has not read yet) ──(end of file)──▶ FLOW_DONE
 *
 * A flow tells what it met (enum flow_event); what follows from it is relay.c's business.
 */
#ifndef MW_RELAY_FLOW_H
#define MW_RELAY_FLOW_H

#include "end.h"

enum flow_state { FLOW_OPEN = 0, FLOW_ENDED, FLOW_DRAIN, FLOW_DONE };

enum flow_event {
    FLOW_QUIET = 0, /* nothing to report */
    FLOW_CLOSED,    /* an orderly end: close_notify, or FIN of a plain end */
    FLOW_LOST,      /* an error, or FIN without close_notify */
    FLOW_ALERT,     /* a fatal alert came */
    FLOW_FAULT,     /* the source broke TLS: from->tls.alert is what to tell it */
    FLOW_STUCK,     /* the sink takes no more: an error, or its keys are spent */
};

/* How a sink is finished. A cut one must not look as if all had come: no close_notify, and where
 * there is no TLS, a reset. */
enum flow_ending { FLOW_POLITE = 0, FLOW_CUT };

/* A whole number of the largest pages of any machine, so that they can be given back. */
#define FLOW_PAGE    65536
#define FLOW_ROOM    (2 * FLOW_PAGE)       /* of each buffer */
#define FLOW_BATCH   65536                 /* octets read at once; sealed, they fit FLOW_ROOM */
#define FLOW_RECORDS (4 * RECORD_WIRE_MAX) /* of records, opened and sealed again, too */

struct flow {
    struct end *from, *to;
    enum flow_state state;
    bool notified;    /* close_notify stands in out, or need not */
    bool read;        /* the last step took octets from the source */
    bool dirty;       /* the buffers hold pages */
    int pipe[2];      /* plain to plain goes through it; -1: through out */
    size_t piped;     /* octets in it */
    size_t sent;      /* octets of out that are written */
    size_t stride;    /* octets of the last record that was opened */
    uint64_t bytes;   /* of data taken from the source */
    uint64_t written; /* octets written to the sink */
    struct buf in, out;
    _Alignas(FLOW_PAGE) uint8_t in_room[FLOW_ROOM];
    _Alignas(FLOW_PAGE) uint8_t out_room[FLOW_ROOM];
};

/* f is all zero; both ends are open. early: the source's data that came before the relay, at most
 * HANDOVER_EARLY_MAX octets. false: they can't be sealed. */
bool flow_start(struct flow *f, struct end *from, struct end *to, struct span early);

/* Moves what can be moved; from is read once, and only where readable is true. After any event but
 * FLOW_QUIET the state must be changed (flow_end, flow_drop). */
enum flow_event flow_step(struct flow *f, bool readable);

/* The source is over (for us): what was read is written, then the sink finished. Cutting a plain
 * socket resets it at once. */
void flow_end(struct flow *f, enum flow_ending ending);

/* The sink is gone: what was read is thrown away, and so is what comes, if drain is true. */
void flow_drop(struct flow *f, bool drain);

void flow_alert(struct flow *f,
                uint8_t description); /* a fatal alert to the sink, where it is TLS */

bool flow_wants_read(const struct flow *f);  /* poll from->in for input */
bool flow_wants_write(const struct flow *f); /* poll to->out for room */
bool flow_undelivered(const struct flow *f); /* something was read and not written */

void flow_release(struct flow *f); /* gives the pages of empty buffers back to the kernel */
void flow_stop(struct flow *f);    /* closes the pipe */

#endif
