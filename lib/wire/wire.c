/* SPDX-License-Identifier: ISC */
/* wire - PURE; see wire.h. Believes nothing that a datagram says. */
#include "wire.h"

#include <assert.h>
#include <string.h>

/* In a message a number takes 1, 2, 4 or 8 octets, an enum takes one, and a string takes two for its
 * length and then its own. */
enum kind { END_OF_FIELDS = 0, ENUM, U8, U16, U32, U64, BYTES, TEXT };

struct field {
    size_t offset;
    uint64_t max; /* the greatest number, or the length of the longest string */
    uint8_t min;  /* the smallest number */
    uint8_t kind; /* enum kind; TEXT holds no NUL */
};

/* wire_load and wire_store access an enum as an unsigned. None here has negative values. */
static_assert(sizeof(enum server_tls) == sizeof(unsigned), "an enum has the size of an unsigned");

static const uint8_t number_size[] = {[ENUM] = 1, [U8] = 1, [U16] = 2, [U32] = 4, [U64] = 8};

#define NUMBER(member, kind, min, max)                                                             \
    {                                                                                              \
        offsetof(struct wire, member), max, min, kind                                              \
    }
#define STRING(member, kind, max)                                                                  \
    {                                                                                              \
        offsetof(struct wire, member), max, 0, kind                                                \
    }
#define WIRE_FIELDS 13 /* the most that a type has */

static const struct field fields[WIRE_TYPES][WIRE_FIELDS] = {
    [WIRE_HELLO] = {NUMBER(hello.protocol, ENUM, 0, PROTOCOLS - 1), NUMBER(hello.learn, U8, 0, 1)},
    [WIRE_OFFER] = {STRING(offer.words, TEXT, LIMIT_OFFER)},
    [WIRE_NOTE] = {NUMBER(note.noted, ENUM, NOTED_TLS_FAILED, NOTED_LAST),
                   STRING(note.certificate, TEXT, LIMIT_NAME), STRING(note.why, TEXT, LIMIT_WHY)},
    [WIRE_USER] = {STRING(user.login, BYTES, LIMIT_LOGIN)},
    [WIRE_VERIFY] = {NUMBER(verify.mechanism, ENUM, 0, MECHANISM_IMPLICIT),
                     STRING(verify.login, BYTES, LIMIT_LOGIN),
                     STRING(verify.password, BYTES, LIMIT_PASSWORD),
                     STRING(verify.helo, BYTES, LIMIT_HELO),
                     STRING(verify.certificate, BYTES, LIMIT_CERTIFICATE),
                     STRING(verify.issuers, BYTES, LIMIT_ISSUERS),
                     STRING(verify.tls_version, TEXT, LIMIT_TLS_NAME),
                     STRING(verify.tls_cipher, TEXT, LIMIT_TLS_NAME)},
    [WIRE_RESULT] = {NUMBER(result.done, U8, 0, 1), NUMBER(result.denial, ENUM, 0, DENIAL_LAST),
                     STRING(result.why, TEXT, LIMIT_WHY),
                     STRING(result.server_tls, TEXT, LIMIT_TLS_NAME),
                     NUMBER(result.offered, U8, 0, 1), STRING(result.offer, TEXT, LIMIT_OFFER)},
    [WIRE_GRANT] = {STRING(grant.mail_user, BYTES, LIMIT_LOGIN),
                    STRING(grant.mail_password, BYTES, LIMIT_PASSWORD),
                    STRING(grant.host, TEXT, LIMIT_HOST), STRING(grant.ca, TEXT, LIMIT_PATH),
                    NUMBER(grant.tls, ENUM, 0, SERVER_TLS_IMPLICIT), NUMBER(grant.verify, U8, 0, 1),
                    NUMBER(grant.authenticate, U8, 0, 1),
                    NUMBER(grant.allow_unauthenticate, U8, 0, 1),
                    NUMBER(grant.client_address, ENUM, 0, CLIENT_ADDRESS_PROXY_V2),
                    STRING(grant.client, TEXT, LIMIT_ADDRESS),
                    STRING(grant.local, TEXT, LIMIT_ADDRESS),
                    NUMBER(grant.client_port, U16, 0, UINT16_MAX),
                    NUMBER(grant.local_port, U16, 0, UINT16_MAX)},
    [WIRE_DENY] = {NUMBER(deny.denial, ENUM, DENIAL_REFUSED, DENIAL_LAST),
                   NUMBER(deny.repeat, U8, 0, 1)},
    [WIRE_ESTABLISHED] = {NUMBER(established.id, U64, 0, UINT64_MAX),
                          NUMBER(established.idle_timeout, U32, 0, UINT32_MAX),
                          NUMBER(established.session_timeout, U32, 0, UINT32_MAX),
                          NUMBER(established.interim, U32, 1, UINT32_MAX)},
    [WIRE_GOODBYE] = {NUMBER(goodbye.goodbye, ENUM, GOODBYE_EVICTED, GOODBYE_TROUBLE)},
    [WIRE_INTERIM] = {NUMBER(end.id, U64, 0, UINT64_MAX), NUMBER(end.bytes_in, U64, 0, UINT64_MAX),
                      NUMBER(end.bytes_out, U64, 0, UINT64_MAX), NUMBER(end.cause, ENUM, 0, 0),
                      NUMBER(end.at, U64, 0, UINT64_MAX), NUMBER(end.active, U64, 0, UINT64_MAX)},
    [WIRE_END] = {NUMBER(end.id, U64, 0, UINT64_MAX), NUMBER(end.bytes_in, U64, 0, UINT64_MAX),
                  NUMBER(end.bytes_out, U64, 0, UINT64_MAX),
                  NUMBER(end.cause, ENUM, WIRE_CLIENT_CLOSED, WIRE_CAUSE_UNKNOWN - 1),
                  NUMBER(end.at, U64, 0, UINT64_MAX), NUMBER(end.active, U64, 0, UINT64_MAX)},
    [WIRE_STEP] = {STRING(step.name, TEXT, LIMIT_STEP_NAME), STRING(step.text, TEXT, LIMIT_STEP)},
};

static bool wire_known(enum wire_type type)
{
    return type > 0 && type < WIRE_TYPES;
}

static const struct field *wire_next_field(enum wire_type type, const struct field *f)
{
    const struct field *end = fields[type] + WIRE_FIELDS;

    f = f ? f + 1 : fields[type];
    return f < end && f->kind != END_OF_FIELDS ? f : NULL;
}

static bool wire_is_number(const struct field *f)
{
    return f->kind <= U64;
}

static bool wire_number_fits(const struct field *f, uint64_t value)
{
    return value >= f->min && value <= f->max;
}

static bool wire_string_fits(const struct field *f, struct span s)
{
    return s.n <= f->max && (f->kind != TEXT || span_find(s, '\0') == SPAN_NOT_FOUND);
}

/* Checks more than one field: a RESULT has a denial if, and only if, it isn't done, and an offer only
 * if the server was seen to offer it. */
static bool wire_is_consistent(const struct wire *w)
{
    return w->type != WIRE_RESULT || ((w->result.done != 0) == (w->result.denial == 0) &&
                                      (w->result.offered || w->result.offer.n == 0));
}

static uint64_t wire_load(const struct wire *w, const struct field *f)
{
    const char *at = (const char *)w + f->offset;
    unsigned value;
    uint16_t u16;
    uint32_t u32;
    uint64_t u64;

    switch (f->kind) {
    case ENUM:
        memcpy(&value, at, sizeof value);
        return value;
    case U16:
        memcpy(&u16, at, sizeof u16);
        return u16;
    case U32:
        memcpy(&u32, at, sizeof u32);
        return u32;
    case U64:
        memcpy(&u64, at, sizeof u64);
        return u64;
    }
    return (uint8_t)*at;
}

static void wire_store(struct wire *w, const struct field *f, uint64_t value)
{
    char *at = (char *)w + f->offset;
    unsigned number = (unsigned)value;
    uint16_t u16 = (uint16_t)value;
    uint32_t u32 = (uint32_t)value;

    switch (f->kind) {
    case ENUM:
        memcpy(at, &number, sizeof number);
        break;
    case U8:
        *at = (char)value;
        break;
    case U16:
        memcpy(at, &u16, sizeof u16);
        break;
    case U32:
        memcpy(at, &u32, sizeof u32);
        break;
    case U64:
        memcpy(at, &value, sizeof value);
        break;
    }
}

static void wire_put_number(struct buf *out, size_t size, uint64_t value)
{
    while (size-- > 0)
        buf_putc(out, (char)(value >> (8 * size) & 0xff));
}

static bool wire_put_field(struct buf *out, const struct wire *w, const struct field *f)
{
    struct span s;

    if (wire_is_number(f)) {
        uint64_t value = wire_load(w, f);
        wire_put_number(out, number_size[f->kind], value);
        return wire_number_fits(f, value);
    }
    memcpy(&s, (const char *)w + f->offset, sizeof s);
    wire_put_number(out, 2, s.n);
    buf_put(out, s);
    return wire_string_fits(f, s);
}

bool wire_encode(const struct wire *w, struct buf *out)
{
    size_t before = out->len;
    bool good = wire_known(w->type) && wire_is_consistent(w);

    buf_putc(out, WIRE_VERSION);
    buf_putc(out, (char)w->type);
    if (good)
        for (const struct field *f = wire_next_field(w->type, NULL); f;
             f = wire_next_field(w->type, f))
            good = wire_put_field(out, w, f) && good;
    if (good && !out->overflow && out->len - before <= LIMIT_MESSAGE)
        return true;
    explicit_bzero(out->p + before, out->len - before); /* it may have been a password */
    out->len = before;
    return false;
}

static bool wire_take_number(struct span *in, size_t size, uint64_t *value)
{
    *value = 0;
    if (in->n < size)
        return false;
    for (size_t i = 0; i < size; i++)
        *value = *value << 8 | (uint8_t)in->p[i];
    *in = span_tail(*in, size);
    return true;
}

static bool wire_take_field(struct span *in, struct wire *w, const struct field *f)
{
    uint64_t value;
    struct span s;

    if (!wire_take_number(in, wire_is_number(f) ? number_size[f->kind] : 2, &value))
        return false;
    if (wire_is_number(f)) {
        wire_store(w, f, value);
        return wire_number_fits(f, value);
    }
    if (value > in->n)
        return false;
    s = span_head(*in, (size_t)value);
    *in = span_tail(*in, (size_t)value);
    memcpy((char *)w + f->offset, &s, sizeof s);
    return wire_string_fits(f, s);
}

bool wire_decode(struct wire *w, struct span datagram)
{
    uint64_t version, type;

    memset(w, 0, sizeof *w);
    if (datagram.n > LIMIT_MESSAGE || !wire_take_number(&datagram, 1, &version) ||
        !wire_take_number(&datagram, 1, &type) || version != WIRE_VERSION ||
        !wire_known((enum wire_type)type))
        return false;
    w->type = (enum wire_type)type;
    for (const struct field *f = wire_next_field(w->type, NULL); f; f = wire_next_field(w->type, f))
        if (!wire_take_field(&datagram, w, f))
            return false;
    return datagram.n == 0 && wire_is_consistent(w);
}

const char *wire_cause_name(enum wire_cause c)
{
    static const char *const names[] = {
        [WIRE_CLIENT_CLOSED] = "client-closed", [WIRE_SERVER_CLOSED] = "server-closed",
        [WIRE_CLIENT_LOST] = "client-lost",     [WIRE_SERVER_LOST] = "server-lost",
        [WIRE_IDLE_TIMEOUT] = "idle-timeout",   [WIRE_SESSION_TIMEOUT] = "session-timeout",
        [WIRE_LOGGED_OFF] = "logged-off",       [WIRE_TLS_FAULT] = "tls-fault",
        [WIRE_CAUSE_UNKNOWN] = "lost",
    };

    return c >= WIRE_CLIENT_CLOSED && c <= WIRE_CAUSE_UNKNOWN ? names[c] : "unknown";
}
