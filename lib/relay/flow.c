/* SPDX-License-Identifier: ISC */
/* flow - see flow.h. Believes nothing that comes from either end. */
#include "flow.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Room that out always keeps for a KeyUpdate and an alert. */
#define SPARE (4 * RECORD_SMALL_MAX)

static bool would_block(ssize_t n)
{
    return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

bool flow_undelivered(const struct flow *f)
{
    return f->sent < f->out.len || f->piped > 0;
}

bool flow_wants_read(const struct flow *f)
{
    return f->state == FLOW_DRAIN || (f->state == FLOW_OPEN && !flow_undelivered(f));
}

bool flow_wants_write(const struct flow *f)
{
    return f->state == FLOW_ENDED || (f->state == FLOW_OPEN && flow_undelivered(f));
}

static void flow_owe(struct flow *f)
{
    if (f->to->record && buf_room(&f->out) >= RECORD_SMALL_MAX)
        buf_grew(&f->out, record_owes(&f->to->tls, (uint8_t *)buf_end(&f->out)));
}

/* Adds at most one record's data to out, which has room. Returns false if it can't be sealed. */
static bool queue_record(struct flow *f, struct span data)
{
    size_t n;

    if (!f->to->record) {
        if (data.n && data.p != buf_end(&f->out))
            memmove(buf_end(&f->out), data.p, data.n);
        buf_grew(&f->out, data.n);
        return true;
    }
    if (data.n == 0)
        return true;
    flow_owe(f);
    n = record_seal(&f->to->tls, data, (uint8_t *)buf_end(&f->out));
    buf_grew(&f->out, n);
    return n > 0;
}

/* The sink takes small records: the most data is one read, the worst case the smallest limit. */
_Static_assert(FLOW_BATCH + (FLOW_BATCH / RECORD_LIMIT_MIN + 1) * RECORD_OVERHEAD + SPARE <=
                   FLOW_ROOM,
               "a batch fits when it is sealed");

/* The most data that goes to the sink in one piece. */
static size_t flow_limit(const struct flow *f)
{
    return f->to->record ? RECORD_LIMIT(&f->to->tls) : RECORD_PLAIN_MAX;
}

/* Counts plain data of any size and adds it to out, which has room. */
static bool queue_data(struct flow *f, struct span data)
{
    size_t limit = flow_limit(f);

    f->bytes += data.n;
    for (; data.n; data = span_tail(data, limit))
        if (!queue_record(f, span_head(data, limit)))
            return false;
    return true;
}

static enum flow_event flow_event_of(enum record_event e)
{
    static const enum flow_event events[] = {
        [RECORD_MORE] = FLOW_QUIET,    [RECORD_DATA] = FLOW_QUIET,  [RECORD_NOTHING] = FLOW_QUIET,
        [RECORD_CLOSED] = FLOW_CLOSED, [RECORD_ALERT] = FLOW_ALERT, [RECORD_FAULT] = FLOW_FAULT,
    };

    return events[e];
}

/* Opens the records in `in` while out has room for one more. */
static enum flow_event open_records(struct flow *f)
{
    enum flow_event result = FLOW_QUIET;
    size_t at = 0, used = 0;
    size_t sealed = (RECORD_PLAIN_MAX / flow_limit(f) + 1) * RECORD_OVERHEAD;

    while (result == FLOW_QUIET && at < f->in.len &&
           buf_room(&f->out) >= RECORD_WIRE_MAX + sealed + SPARE) {
        uint8_t *in = f->in_room + at;
        uint8_t *plain = f->to->record ? in + RECORD_HEADER : (uint8_t *)buf_end(&f->out);
        struct span data = SPAN_NONE;
        enum record_event e = record_open(&f->from->tls, in, f->in.len - at, &used, plain, &data);

        if (e == RECORD_MORE)
            break;
        at += used;
        result = flow_event_of(e);
        if (result == FLOW_QUIET)
            f->stride = used;
        if (!queue_data(f, data))
            result = FLOW_STUCK;
    }
    buf_consume(&f->in, at);
    return result;
}

/* Turns the result of read(2) or splice(2) from the source into an event. */
static enum flow_event source_result(struct flow *f, ssize_t n)
{
    if (n > 0) {
        f->read = true;
        return FLOW_QUIET;
    }
    if (would_block(n))
        return FLOW_QUIET;
    f->from->eof = true;
    return n == 0 && !f->from->record && !f->from->broken ? FLOW_CLOSED : FLOW_LOST;
}

static void close_pipe(struct flow *f)
{
    if (f->pipe[0] >= 0) {
        close(f->pipe[0]);
        close(f->pipe[1]);
    }
    f->pipe[0] = f->pipe[1] = -1;
}

/* The pipe is empty, so EAGAIN means that the source is empty. */
static enum flow_event fill_pipe(struct flow *f)
{
    ssize_t n =
        splice(f->from->in, NULL, f->pipe[1], NULL, FLOW_BATCH, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

    if (n < 0 && errno == EINVAL) {
        close_pipe(f); /* this kind of file can't splice: the next step reads it */
        return FLOW_QUIET;
    }
    if (n > 0) {
        f->piped = (size_t)n;
        f->bytes += f->piped;
    }
    return source_result(f, n);
}

/* Reads a whole number of records, assuming they are as long as the last one: then there is seldom
 * a part of a record to move to the front. `in` holds less than one record. */
static size_t batch_size(const struct flow *f)
{
    if (!f->from->record)
        return FLOW_BATCH;
    return (f->stride ? FLOW_RECORDS / f->stride * f->stride : FLOW_RECORDS) - f->in.len;
}

static enum flow_event fill_out(struct flow *f)
{
    struct buf *into = f->from->record || f->to->record ? &f->in : &f->out;
    ssize_t n = read(f->from->in, buf_end(into), batch_size(f));

    if (n <= 0)
        return source_result(f, n);
    f->read = f->dirty = true;
    if (f->from->record) {
        buf_grew(into, (size_t)n);
        return open_records(f);
    }
    return queue_data(f, span_of(buf_end(into), (size_t)n)) ? FLOW_QUIET : FLOW_STUCK;
}

/* Fills out, which is empty, from `in` or else from the source. */
static enum flow_event fill_flow(struct flow *f, bool *readable)
{
    enum flow_event e = f->from->record ? open_records(f) : FLOW_QUIET;

    if (e != FLOW_QUIET || flow_undelivered(f) || !*readable)
        return e;
    *readable = false;
    return f->pipe[0] >= 0 ? fill_pipe(f) : fill_out(f);
}

/* Moves the pipe's content to out: splice(2) can't write to the sink. */
static ssize_t unsplice_pipe(struct flow *f)
{
    ssize_t n = read(f->pipe[0], f->out_room, FLOW_ROOM);

    f->piped = 0;
    close_pipe(f);
    f->dirty = true;
    if (n > 0)
        buf_grew(&f->out, (size_t)n);
    return 0;
}

static ssize_t flush_pipe(struct flow *f)
{
    ssize_t n =
        splice(f->pipe[0], NULL, f->to->out, NULL, f->piped, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);

    if (n < 0 && errno == EINVAL)
        return unsplice_pipe(f);
    if (n > 0)
        f->piped -= (size_t)n;
    return n;
}

static ssize_t flush_out(struct flow *f)
{
    ssize_t n = write(f->to->out, f->out.p + f->sent, f->out.len - f->sent);

    if (n > 0) {
        f->sent += (size_t)n;
        f->dirty = true; /* only now, or a flow that waits for room would never rest */
    }
    if (f->sent == f->out.len) {
        buf_clear(&f->out);
        f->sent = 0;
    }
    return n;
}

/* Writes what is pending with one call. Returns false if the sink is gone. */
static bool flush_flow(struct flow *f)
{
    ssize_t n = 0;

    flow_owe(f);
    if (f->sent < f->out.len)
        n = flush_out(f);
    else if (f->piped)
        n = flush_pipe(f);
    if (n > 0)
        f->written += (uint64_t)n;
    if (n >= 0 || would_block(n))
        return true;
    if (errno != EPIPE) /* EPIPE: the sink had finished before */
        f->to->broken = true;
    return false;
}

static void drain_source(struct flow *f)
{
    f->state = f->from->eof || f->from->in < 0 ? FLOW_DONE : FLOW_DRAIN;
}

static enum flow_event step_open(struct flow *f, bool readable)
{
    enum flow_event e;

    do {
        if (!flush_flow(f))
            return FLOW_STUCK;
        if (flow_undelivered(f))
            return FLOW_QUIET;
        e = fill_flow(f, &readable);
    } while (e == FLOW_QUIET && flow_undelivered(f));
    return e;
}

static enum flow_event step_ended(struct flow *f)
{
    if (!flush_flow(f))
        return FLOW_STUCK;
    if (flow_undelivered(f))
        return FLOW_QUIET;
    if (!f->notified && f->to->record) {
        flow_alert(f, RECORD_CLOSE_NOTIFY);
        f->notified = true;
        return step_ended(f);
    }
    if (!f->to->cut || f->to->record || !f->to->socket)
        end_finish(f->to);
    else if (!end_sent(f->to))
        return FLOW_QUIET; /* its reset, which end_close sends, would destroy the rest */
    drain_source(f);
    return FLOW_QUIET;
}

static enum flow_event step_drain(struct flow *f, bool readable)
{
    ssize_t n;

    if (readable && f->from->in >= 0) {
        n = read(f->from->in, f->in_room, FLOW_BATCH);
        f->dirty = true;
        if (n <= 0 && !would_block(n))
            f->from->eof = true;
    }
    drain_source(f);
    return FLOW_QUIET;
}

enum flow_event flow_step(struct flow *f, bool readable)
{
    f->read = false;
    switch (f->state) {
    case FLOW_OPEN:
        return step_open(f, readable);
    case FLOW_ENDED:
        return step_ended(f);
    case FLOW_DRAIN:
        return step_drain(f, readable);
    case FLOW_DONE:
        break;
    }
    return FLOW_QUIET;
}

void flow_drop(struct flow *f, bool drain)
{
    buf_clear(&f->in);
    buf_clear(&f->out);
    f->sent = f->piped = 0;
    close_pipe(f);
    f->state = FLOW_DONE;
    if (drain)
        drain_source(f);
}

void flow_end(struct flow *f, enum flow_ending ending)
{
    if (f->state != FLOW_OPEN && f->state != FLOW_ENDED)
        return;
    f->state = FLOW_ENDED;
    f->notified = f->notified || ending == FLOW_CUT;
    f->to->cut = f->to->cut || ending == FLOW_CUT;
    buf_clear(&f->in);
}

void flow_alert(struct flow *f, uint8_t description)
{
    if (f->to->record && buf_room(&f->out) >= RECORD_SMALL_MAX) {
        buf_grew(&f->out, record_alert(&f->to->tls, description, (uint8_t *)buf_end(&f->out)));
        f->dirty = true;
    }
}

bool flow_start(struct flow *f, struct end *from, struct end *to, struct span early)
{
    f->from = from;
    f->to = to;
    f->in = buf_on(f->in_room, sizeof f->in_room);
    f->out = buf_on(f->out_room, sizeof f->out_room);
    f->pipe[0] = f->pipe[1] = -1;
    if (end_splices(from) && end_splices(to) && pipe2(f->pipe, O_CLOEXEC | O_NONBLOCK) != 0)
        f->pipe[0] = f->pipe[1] = -1; /* use out instead */
    f->dirty = true;
    return queue_data(f, early);
}

void flow_release(struct flow *f)
{
    if (f->in.len == 0)
        (void)madvise(f->in_room, sizeof f->in_room, MADV_DONTNEED);
    if (!flow_undelivered(f))
        (void)madvise(f->out_room, sizeof f->out_room, MADV_DONTNEED);
    f->dirty = false;
}

void flow_stop(struct flow *f)
{
    close_pipe(f);
}
