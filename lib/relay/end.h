/* SPDX-License-Identifier: ISC */
/*
 * end - one side of a relayed session: the mail program, or the mail server. Its descriptors are a
 * socket (the same twice), or, by hand, a pipe or terminal for each way.
 *
 * The TLS record layer of an end serves both flows: what comes from it is opened, what goes to it
 * is sealed.
 */
#ifndef MW_RELAY_END_H
#define MW_RELAY_END_H

#include "record.h"

/* A dead peer is noticed after about ten minutes. */
#define END_KEEPALIVE_IDLE     300 /* s of silence before the first question */
#define END_KEEPALIVE_INTERVAL 60  /* s between questions */
#define END_KEEPALIVE_COUNT    5   /* questions without an answer */

struct end {
    int in, out;             /* -1: closed */
    int in_flags, out_flags; /* file status flags as they were found: they may be shared */
    bool socket;
    bool record;      /* TLS records; else plain */
    uint16_t version; /* enum record_version, where it is TLS */
    bool eof;         /* it has sent its last octet: FIN, or an error */
    bool broken; /* writing to it failed: its end of input, when it comes, isn't an orderly one */
    struct record tls;
};

/* Takes the descriptors: not blocking, keepalive, no delay. */
void end_open(struct end *e, int in, int out);

bool end_splices(const struct end *e); /* splice(2) can read from and write to it */

void end_finish(struct end *e); /* FIN: nothing more is written. Reading goes on */
void end_reset(struct end *e);  /* closes it; a socket so that the peer sees an error (RST) */
void end_close(struct end *e);  /* closes it, and wipes its keys */

#endif
