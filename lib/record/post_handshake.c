/* SPDX-License-Identifier: ISC */
/* post_handshake - reads handshake messages that come after the handshake: RFC 8446 sections 4.6
 * and 5.1, RFC 5246 section 7.4.1. Keeps a few octets of state, however long a message is. Acts on
 * KeyUpdate alone. */
#include "post_handshake.h"

#include "cipher.h"

enum { FOR_SERVER = 1, FOR_CLIENT = 2 };

struct record_message_kind {
    uint8_t type;
    bool tls13;
    uint8_t roles;     /* which of FOR_SERVER and FOR_CLIENT may receive it */
    uint32_t min, max; /* body size in octets */
    uint8_t (*finish)(struct record_internal *i, uint8_t last, size_t following);
};

/* last is the body's last octet; `following` octets come after it in the same record. */
static uint8_t finish_key_update(struct record_internal *i, uint8_t last, size_t following)
{
    if (following > 0)
        return RECORD_UNEXPECTED_MESSAGE;
    if (last > 1)
        return RECORD_ILLEGAL_PARAMETER;
    cipher_next_key(&i->in, i->cipher);
    if (last == 1)
        i->debt = RECORD_OWES_KEY_UPDATE;
    return 0;
}

static uint8_t finish_ticket(struct record_internal *i, uint8_t last, size_t following)
{
    (void)i, (void)last, (void)following;
    return 0;
}

static uint8_t finish_renegotiation(struct record_internal *i, uint8_t last, size_t following)
{
    (void)last, (void)following;
    i->debt = RECORD_OWES_NO_RENEGOTIATION;
    return 0;
}

static const struct record_message_kind kinds[] = {
    {24, true, FOR_SERVER | FOR_CLIENT, 1, 1, finish_key_update},
    {4, true, FOR_CLIENT, 0, RECORD_TICKET_MAX, finish_ticket},        /* NewSessionTicket */
    {0, false, FOR_CLIENT, 0, 0, finish_renegotiation},                /* HelloRequest */
    {1, false, FOR_SERVER, 0, RECORD_HELLO_MAX, finish_renegotiation}, /* ClientHello */
};

static const struct record_message_kind *find_kind(const struct record_internal *i, uint8_t type)
{
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        if (kinds[k].type == type && kinds[k].tls13 == i->tls13 &&
            (kinds[k].roles & (i->server ? FOR_SERVER : FOR_CLIENT)))
            return &kinds[k];
    return NULL;
}

/* Takes one octet of a message's header. The last one makes the message's kind known. */
static uint8_t feed_header(struct record_internal *i, uint8_t octet)
{
    struct record_message *m = &i->message;
    const struct record_message_kind *kind = find_kind(i, m->header_have ? m->header[0] : octet);

    m->header[m->header_have++] = octet;
    if (!kind)
        return RECORD_UNEXPECTED_MESSAGE;
    if (m->header_have < sizeof m->header)
        return 0;
    m->left = (uint32_t)m->header[1] << 16 | (uint32_t)m->header[2] << 8 | m->header[3];
    m->kind = kind;
    return m->left < kind->min || m->left > kind->max ? RECORD_DECODE_ERROR : 0;
}

static size_t feed_body(struct record_message *m, const uint8_t *p, size_t n)
{
    size_t take = n < m->left ? n : m->left;

    if (take > 0)
        m->value = p[take - 1];
    m->left -= (uint32_t)take;
    return take;
}

uint8_t post_handshake_feed(struct record_internal *i, const uint8_t *p, size_t n)
{
    struct record_message *m = &i->message;
    uint8_t alert = 0;

    for (size_t at = 0; at < n && !alert;) {
        if (!m->kind)
            alert = feed_header(i, p[at++]);
        else
            at += feed_body(m, p + at, n - at);
        if (!alert && m->kind && m->left == 0) {
            alert = m->kind->finish(i, m->value, n - at);
            *m = (struct record_message){0};
        }
    }
    return alert;
}

bool post_handshake_pending(const struct record_internal *i)
{
    return i->message.header_have > 0;
}
