/* SPDX-License-Identifier: ISC */
/* open - the receiving half: reads the peer's records and decides which may come. RFC 8446 sections
 * 5 and 6, RFC 5246 sections 6.2 and 7.2. Believes nothing that the peer says. */
#include "cipher.h"
#include "post_handshake.h"

enum { LEVEL_WARNING = 1, LEVEL_FATAL = 2 };

static enum record_event end_direction(struct record *r, enum record_direction_state state,
                                       uint8_t alert)
{
    static const enum record_event events[] = {
        [RECORD_DIRECTION_CLOSED] = RECORD_CLOSED,
        [RECORD_DIRECTION_ALERT] = RECORD_ALERT,
        [RECORD_DIRECTION_FAULT] = RECORD_FAULT,
        [RECORD_DIRECTION_UNSET] = RECORD_FAULT,
    };

    r->internal.in.state = state;
    r->alert = alert;
    return events[state];
}

static enum record_event fail_direction(struct record *r, uint8_t alert)
{
    return end_direction(r, RECORD_DIRECTION_FAULT, alert);
}

/* Counts a record without data: a peer must not keep us busy with these for ever. */
static enum record_event count_useless(struct record *r, enum record_event event)
{
    if (r->internal.useless >= RECORD_USELESS_MAX)
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    r->internal.useless++;
    return event;
}

static enum record_event open_data(struct record *r, struct span content, struct span *data)
{
    if (post_handshake_pending(&r->internal))
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    if (content.n == 0)
        return count_useless(r, RECORD_DATA);
    r->internal.useless = 0;
    *data = content;
    return RECORD_DATA;
}

static enum record_event open_handshake(struct record *r, struct span content)
{
    if (content.n == 0)
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    uint8_t alert = post_handshake_feed(&r->internal, (const uint8_t *)content.p, content.n);

    return alert ? fail_direction(r, alert) : count_useless(r, RECORD_NOTHING);
}

static enum record_event open_alert(struct record *r, struct span content)
{
    if (content.n == 0)
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    if (content.n != 2)
        return fail_direction(r, RECORD_DECODE_ERROR);
    uint8_t level = (uint8_t)content.p[0], description = (uint8_t)content.p[1];

    if (description == RECORD_CLOSE_NOTIFY)
        return end_direction(r, RECORD_DIRECTION_CLOSED, 0);
    if (r->internal.tls13) /* ignores the level: RFC 8446 section 6 */
        return description == RECORD_USER_CANCELED
                   ? count_useless(r, RECORD_NOTHING)
                   : end_direction(r, RECORD_DIRECTION_ALERT, description);
    if (level == LEVEL_WARNING)
        return count_useless(r, RECORD_NOTHING);
    if (level != LEVEL_FATAL)
        return fail_direction(r, RECORD_ILLEGAL_PARAMETER);
    return end_direction(r, RECORD_DIRECTION_ALERT, description);
}

/* Returns 0, or the alert to fail with. */
static uint8_t check_record_header(const struct record_internal *i, const uint8_t *in, size_t body)
{
    size_t max = i->in.limit + (i->tls13 ? 256 : cipher_overhead(i));
    uint8_t lowest = i->tls13 ? RECORD_CONTENT_DATA : RECORD_CONTENT_ALERT;

    if (in[0] < lowest || in[0] > RECORD_CONTENT_DATA)
        return RECORD_UNEXPECTED_MESSAGE;
    if (in[1] != 3 || in[2] != 3)
        return RECORD_PROTOCOL_VERSION;
    return body > max ? RECORD_OVERFLOW : 0;
}

/* Cuts padding and type off a TLSInnerPlaintext (RFC 8446 section 5.4). Returns false if there is
 * no type. */
static bool cut_content_type(struct span *content, uint8_t *type)
{
    size_t n = content->n;

    while (n > 0 && content->p[n - 1] == 0)
        n--;
    if (n == 0)
        return false;
    *type = (uint8_t)content->p[n - 1];
    content->n = n - 1;
    return true;
}

static enum record_event open_content(struct record *r, uint8_t type, struct span content,
                                      struct span *data)
{
    if (content.n > r->internal.in.limit + (r->internal.tls13 ? 1u : 0u))
        return fail_direction(r, RECORD_OVERFLOW);
    if (r->internal.tls13 && !cut_content_type(&content, &type))
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    switch (type) {
    case RECORD_CONTENT_DATA:
        return open_data(r, content, data);
    case RECORD_CONTENT_HANDSHAKE:
        return open_handshake(r, content);
    case RECORD_CONTENT_ALERT:
        return open_alert(r, content);
    default:
        return fail_direction(r, RECORD_UNEXPECTED_MESSAGE);
    }
}

enum record_event record_open(struct record *r, const uint8_t *in, size_t size, size_t *used,
                              uint8_t *out, struct span *data)
{
    struct record_internal *i = &r->internal;

    *data = SPAN_NONE;
    *used = size;
    if (i->in.state != RECORD_DIRECTION_OPEN)
        return end_direction(r, i->in.state, r->alert);
    size_t body = size < RECORD_HEADER ? 0 : (size_t)in[3] << 8 | in[4];
    uint8_t alert = size < RECORD_HEADER ? 0 : check_record_header(i, in, body);

    if (alert)
        return fail_direction(r, alert);
    if (size < RECORD_HEADER + body) {
        *used = 0;
        return RECORD_MORE;
    }
    if (i->in.sequence == UINT64_MAX)
        return fail_direction(r, RECORD_INTERNAL_ERROR);
    uint8_t type = in[0], *plain = out == in + RECORD_HEADER ? out + i->explicit_size : out;

    if (body < cipher_overhead(i) || !cipher_open(i, in, body, plain))
        return fail_direction(r, RECORD_BAD_RECORD_MAC);
    enum record_event event =
        open_content(r, type, span_of(plain, body - i->explicit_size - RECORD_TAG), data);

    if (i->in.state == RECORD_DIRECTION_OPEN)
        *used = RECORD_HEADER + body;
    return event;
}
