/* SPDX-License-Identifier: ISC */
/* stream - one end of a session before the hand-over: a socket or two pipes, plain or under TLS. */
#ifndef MW_STREAM_H
#define MW_STREAM_H

#include "buf.h"
#include "tls.h"

enum stream_end { STREAM_OPEN, STREAM_EOF /* properly */, STREAM_BROKEN };

struct stream {
    int in, out;     /* the same for a socket; -1: no stream */
    struct tls *tls; /* NULL: plain */
    enum stream_end end;
    bool wants_write; /* the last write was not taken whole: wait for POLLOUT */
};

struct stream stream_none(void);
struct stream stream_on(int in, int out); /* makes them non-blocking */
bool stream_exists(const struct stream *s);

/* Reads what is there, as far as b has room. false: nothing came; s->end tells an end. */
bool stream_fill(struct stream *s, struct buf *b);

/* Writes what b holds, as far as the stream takes it, and consumes it. false: b holds some still. */
bool stream_drain(struct stream *s, struct buf *b);

/* Closes without a word: the TLS session and the descriptors. */
void stream_close(struct stream *s);

#endif
