/* SPDX-License-Identifier: ISC */
/*
 * flow - one direction of a relayed session: reads from one end (the source), opens or seals
 * records, writes to the other end (the sink). It reads again only after everything is written: a
 * slow reader slows the writer down, and one batch bounds the memory.
 *
 *     FLOW_OPEN ──(source ended: flow_end)──▶ FLOW_ENDED ──(all written, sink finished)──▶
 *     FLOW_DRAIN: reads and discards (closing a socket with unread input would destroy data that
 *     its peer hasn't read yet) ──(end of file)──▶ FLOW_DONE
 *
 * A flow reports events (enum flow_event); relay.c decides what follows.
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
    FLOW_FAULT,     /* the source broke TLS: send it the alert from->tls.alert */
    FLOW_STUCK,     /* the sink takes no more: an error, or its key is used up */
};

/* How to finish a sink. Both write everything that was read. A cut must not look like a complete
 * transfer: TLS gets FIN without close_notify; a plain socket gets no FIN, but a reset when the
 * session is closed (end_close). */
enum flow_ending { FLOW_POLITE = 0, FLOW_CUT };

/* A multiple of the largest page size of any machine, so that whole pages can be given back. */
#define FLOW_PAGE    65536
#define FLOW_ROOM    (2 * FLOW_PAGE)       /* size of each buffer */
#define FLOW_BATCH   65536                 /* most octets read at once; sealed, they fit */
#define FLOW_RECORDS (4 * RECORD_WIRE_MAX) /* the same for records, opened and sealed again */

struct flow {
    struct end *from, *to;
    enum flow_state state;
    bool notified;    /* close_notify is in out, or must not be sent */
    bool read;        /* the last step read from the source */
    bool dirty;       /* the buffers occupy pages */
    int pipe[2];      /* for plain to plain, by splice(2); -1: use out */
    size_t piped;     /* octets in it */
    size_t sent;      /* octets of out already written */
    size_t stride;    /* length of the last record opened */
    uint64_t bytes;   /* data octets read from the source */
    uint64_t written; /* octets written to the sink */
    struct buf in, out;
    _Alignas(FLOW_PAGE) uint8_t in_room[FLOW_ROOM];
    _Alignas(FLOW_PAGE) uint8_t out_room[FLOW_ROOM];
};

/* Starts f, which is all zero, between two open ends. early is the source's data that the filter
 * read, at most HANDOVER_EARLY_MAX octets. Returns false if the data can't be sealed. */
bool flow_start(struct flow *f, struct end *from, struct end *to, struct span early);

/* Moves what it can without waiting; reads the source at most once, and only if it is readable.
 * After any event but FLOW_QUIET the caller must change the state (flow_end, flow_drop). */
enum flow_event flow_step(struct flow *f, bool readable);

/* Ends reading: writes what was read, then finishes the sink. */
void flow_end(struct flow *f, enum flow_ending ending);

/* Gives the sink up: discards what was read and, with drain, what still comes. */
void flow_drop(struct flow *f, bool drain);

/* Queues an alert for the sink, if it speaks TLS. */
void flow_alert(struct flow *f, uint8_t description);

bool flow_wants_read(const struct flow *f);  /* poll from->in for input */
bool flow_wants_write(const struct flow *f); /* poll to->out for room */
bool flow_undelivered(const struct flow *f); /* read and not written yet */

void flow_release(struct flow *f); /* returns the pages of empty buffers to the kernel */
void flow_stop(struct flow *f);    /* closes the pipe */

#endif
