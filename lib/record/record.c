/* SPDX-License-Identifier: ISC */
/* record - starts and wipes the record layer, and its sending half: RFC 8446 sections 4.6.3, 5 and
 * 6.1. Holds the connection's keys. */
#include "cipher.h"

#include <string.h>

enum { LEVEL_WARNING = 1, LEVEL_FATAL = 2 };

static bool limit_good(const struct record_keys *k)
{
    return k->limit >= RECORD_LIMIT_MIN && k->limit <= RECORD_PLAIN_MAX;
}

static bool params_good(const struct record_params *p, const struct record_cipher *c)
{
    uint8_t secret = p->version == RECORD_TLS13 && c ? c->secret_size : 0;

    return c && (p->version == RECORD_TLS12 || p->version == RECORD_TLS13) && p->server <= 1 &&
           p->in.secret_size == secret && p->out.secret_size == secret && limit_good(&p->in) &&
           limit_good(&p->out);
}

bool record_init(struct record *r, const struct record_params *params)
{
    const struct record_cipher *c = cipher_find(params->suite);
    struct record_internal *i = &r->internal;

    record_wipe(r);
    if (!params_good(params, c))
        return false;
    i->cipher = c;
    i->tls13 = params->version == RECORD_TLS13;
    i->server = params->server;
    i->explicit_size = i->tls13 ? 0 : c->explicit_size;
    i->key_limit = i->tls13 ? c->key_limit13 : c->key_limit12;
    cipher_start(&i->in, c, &params->in);
    cipher_start(&i->out, c, &params->out);
    i->in.state = i->out.state = RECORD_DIRECTION_OPEN;
    return true;
}

size_t record_seal(struct record *r, struct span data, uint8_t *out)
{
    struct record_internal *i = &r->internal;

    if (i->out.state != RECORD_DIRECTION_OPEN || data.n > i->out.limit)
        return 0;
    if (!i->tls13 && i->out.sequence >= i->key_limit)
        return 0;
    return cipher_seal(i, RECORD_CONTENT_DATA, data, out);
}

static size_t seal_key_update(struct record_internal *i, uint8_t *out)
{
    /* update_not_requested: the peer looks after its own key */
    size_t n = cipher_seal(i, RECORD_CONTENT_HANDSHAKE, SPAN("\x18\0\0\1\0"), out);

    if (n > 0)
        cipher_next_key(&i->out, i->cipher);
    return n;
}

static size_t seal_alert(struct record_internal *i, uint8_t level, uint8_t description,
                         uint8_t *out)
{
    const uint8_t alert[2] = {level, description};

    return cipher_seal(i, RECORD_CONTENT_ALERT, span_of(alert, sizeof alert), out);
}

size_t record_owes(struct record *r, uint8_t *out)
{
    struct record_internal *i = &r->internal;
    enum record_debt debt = i->debt;

    i->debt = RECORD_OWES_NOTHING;
    if (i->out.state != RECORD_DIRECTION_OPEN)
        return 0;
    if (i->tls13 && i->out.sequence >= i->key_limit)
        debt = RECORD_OWES_KEY_UPDATE;
    switch (debt) {
    case RECORD_OWES_KEY_UPDATE:
        return seal_key_update(i, out);
    case RECORD_OWES_NO_RENEGOTIATION:
        return seal_alert(i, LEVEL_WARNING, RECORD_NO_RENEGOTIATION, out);
    case RECORD_OWES_NOTHING:
        break;
    }
    return 0;
}

size_t record_alert(struct record *r, uint8_t description, uint8_t *out)
{
    struct record_internal *i = &r->internal;
    bool closing = description == RECORD_CLOSE_NOTIFY;

    if (i->out.state != RECORD_DIRECTION_OPEN)
        return 0;
    i->out.state = closing ? RECORD_DIRECTION_CLOSED : RECORD_DIRECTION_ALERT;
    return seal_alert(i, closing ? LEVEL_WARNING : LEVEL_FATAL, description, out);
}

void record_wipe(struct record *r)
{
    explicit_bzero(r, sizeof *r);
}
