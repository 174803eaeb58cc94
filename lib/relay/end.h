/* SPDX-License-Identifier: ISC */
/*
 * end - one side of a relayed session: the mail program or the mail server. Both its descriptors
 * are the same socket or, when started by hand, a pipe or terminal for each direction.
 *
 * Both flows use an end's TLS record layer: one opens the records that come from it, the other
 * seals the records that go to it.
 */
#ifndef MW_RELAY_END_H
#define MW_RELAY_END_H

#include "record.h"

/* TCP keepalive: a dead peer is noticed after about ten minutes. */
#define END_KEEPALIVE_IDLE     300 /* s of silence before the first probe */
#define END_KEEPALIVE_INTERVAL 60  /* s between probes */
#define END_KEEPALIVE_COUNT    5   /* probes without an answer */

struct end {
    int in, out;             /* -1: closed */
    int in_flags, out_flags; /* original file status flags: the file may be shared */
    bool socket;
    bool record;      /* it speaks TLS; false: plain */
    uint16_t version; /* enum record_version, with TLS */
    bool eof;         /* no more input: FIN or an error */
    bool broken;      /* a write failed: its end of input won't count as orderly */
    bool cut;         /* it gets less than the other end meant to send: see end_close */
    struct record tls;
};

/* Takes the descriptors over: makes them non-blocking, and sockets get keepalive and no delay. */
void end_open(struct end *e, int in, int out);

bool end_splices(const struct end *e); /* whether splice(2) can read from it and write to it */

/* Returns whether a socket's peer has room for all that was written: the kernel has sent it. What
 * it keeps back would be lost by a reset. After the first call POLLOUT waits for that too. */
bool end_sent(const struct end *e);

void end_finish(struct end *e); /* sends FIN: no more writing. Reading goes on */
void end_reset(struct end *e);  /* closes it; a socket's peer sees an error (RST) */

/* Closes it and wipes its keys. A plain socket that was cut is reset: a FIN would say that the data
 * is whole. With TLS the missing close_notify says that it isn't. */
void end_close(struct end *e);

#endif
