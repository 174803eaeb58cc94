/* SPDX-License-Identifier: ISC */
/* stream - an edge; see stream.h. */
#include "stream.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

struct stream stream_none(void)
{
    return (struct stream){.in = -1, .out = -1};
}

static void unblock(int fd)
{
    int flags = fcntl(fd, F_GETFL);

    if (flags >= 0 && !(flags & O_NONBLOCK))
        fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

struct stream stream_on(int in, int out)
{
    unblock(in);
    if (out != in)
        unblock(out);
    return (struct stream){.in = in, .out = out};
}

bool stream_exists(const struct stream *s)
{
    return s->in >= 0;
}

bool stream_fill(struct stream *s, struct buf *b)
{
    size_t room = buf_room(b);
    ssize_t n;

    if (room == 0 || s->end != STREAM_OPEN)
        return false;
    do
        n = s->tls ? tls_read(s->tls, buf_end(b), room) : read(s->in, buf_end(b), room);
    while (n < 0 && errno == EINTR);
    if (n > 0) {
        buf_grew(b, (size_t)n);
        return true;
    }
    if (n == 0)
        s->end = STREAM_EOF;
    else if (errno != EAGAIN)
        s->end = STREAM_BROKEN;
    return false;
}

bool stream_drain(struct stream *s, struct buf *b)
{
    s->wants_write = false;
    while (b->len > 0) {
        ssize_t n = s->tls ? tls_write(s->tls, b->p, b->len) : write(s->out, b->p, b->len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            if (errno == EAGAIN)
                s->wants_write = true;
            else
                s->end = STREAM_BROKEN;
            return false;
        }
        buf_consume(b, (size_t)n);
    }
    return true;
}

void stream_close(struct stream *s)
{
    if (!stream_exists(s))
        return;
    tls_free(s->tls);
    close(s->in);
    if (s->out != s->in)
        close(s->out);
    *s = stream_none();
}
