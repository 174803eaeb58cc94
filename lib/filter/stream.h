/* SPDX-License-Identifier: ISC */
/* stream - one side of a connection before the handover: a socket or two pipes, plain or with
 * TLS. */
#ifndef MW_STREAM_H
#define MW_STREAM_H

#include "buf.h"
#include "tls.h"

enum stream_end { STREAM_OPEN, STREAM_EOF /* orderly */, STREAM_BROKEN };

struct stream {
    int in, out;     /* the same for a socket; -1: no stream */
    struct tls *tls; /* NULL: plain */
    enum stream_end end;
    bool wants_write; /* the last write was incomplete: wait for POLLOUT */
};

struct stream stream_none(void);
struct stream stream_on(int in, int out); /* makes them non-blocking */
bool stream_exists(const struct stream *s);

/* Reads what is available, up to the room in b. Returns false if nothing came; s->end says whether
 * the stream has ended. */
bool stream_fill(struct stream *s, struct buf *b);

/* Writes and consumes what b holds, as far as the stream takes it. Returns false if b is not empty
 * afterwards. */
bool stream_drain(struct stream *s, struct buf *b);

/* Frees the TLS session and closes the descriptors. Sends nothing. */
void stream_close(struct stream *s);

#endif
