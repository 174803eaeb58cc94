/* SPDX-License-Identifier: ISC */
/* export - takes a TLS session's keys out of GnuTLS, to pass them across exec; see tls.h. Handles
 * all secrets. */
#include <endian.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "tls_internal.h"

/* Most KeyUpdates that a peer may send during the login. */
#define KEY_UPDATES_MAX 16

static uint8_t suite_of(gnutls_cipher_algorithm_t cipher)
{
    switch (cipher) {
    case GNUTLS_CIPHER_AES_128_GCM:
        return RECORD_AES_128_GCM;
    case GNUTLS_CIPHER_AES_256_GCM:
        return RECORD_AES_256_GCM;
    case GNUTLS_CIPHER_CHACHA20_POLY1305:
        return RECORD_CHACHA20_POLY1305;
    default:
        return 0;
    }
}

/* HKDF-Expand-Label(secret, label, "", size): RFC 8446 section 7.1. */
static bool tls_expand_label(const unsigned char *secret, size_t secret_size, const char *label,
                             unsigned char *out, size_t size)
{
    unsigned char info[4 + 6 + 16];
    size_t n = strlen(label);
    gnutls_datum_t key = {(unsigned char *)(uintptr_t)secret, (unsigned)secret_size};
    gnutls_mac_algorithm_t mac = secret_size == 48 ? GNUTLS_MAC_SHA384 : GNUTLS_MAC_SHA256;

    if (n > 16)
        return false;
    info[0] = 0;
    info[1] = (unsigned char)size;
    info[2] = (unsigned char)(6 + n);
    memcpy(info + 3, "tls13 ", 6);
    memcpy(info + 9, label, n);
    info[9 + n] = 0;
    gnutls_datum_t about = {info, (unsigned)(10 + n)};
    return gnutls_hkdf_expand(mac, &key, &about, out, size) == 0;
}

/* GnuTLS reports only the first secret, not those after a KeyUpdate. So advance it until it yields
 * the key in use. */
static bool advance_secret(struct record_keys *k, size_t key_size, const unsigned char *first,
                           size_t size)
{
    unsigned char key[sizeof k->key];
    bool found = false;

    if (size != 32 && size != 48)
        return false;
    memcpy(k->secret, first, size);
    k->secret_size = (uint8_t)size;
    for (int i = 0; !found && i <= KEY_UPDATES_MAX; i++) {
        if (!tls_expand_label(k->secret, size, "key", key, key_size))
            break;
        found = memcmp(key, k->key, key_size) == 0;
        if (!found && !tls_expand_label(k->secret, size, "traffic upd", k->secret, size))
            break;
    }
    explicit_bzero(key, sizeof key);
    return found;
}

static bool export_direction(struct tls *t, bool in, struct record_keys *k, bool tls13)
{
    gnutls_datum_t mac, iv, key;
    unsigned char sequence[8];
    uint64_t big_endian;

    if (gnutls_record_get_state(t->session, in, &mac, &iv, &key, sequence) || iv.size == 0 ||
        iv.size > sizeof k->iv || key.size > sizeof k->key)
        return false;
    memcpy(k->key, key.data, key.size);
    memcpy(k->iv, iv.data, iv.size);
    memcpy(&big_endian, sequence, sizeof big_endian);
    k->sequence = be64toh(big_endian);
    return !tls13 || advance_secret(k, key.size, in ? t->secret_in : t->secret_out, t->secret_size);
}

bool tls_export(struct tls *t, struct record_params *params)
{
    bool tls13 = gnutls_protocol_get_version(t->session) == GNUTLS_TLS1_3;

    memset(params, 0, sizeof *params);
    params->version = tls13 ? RECORD_TLS13 : RECORD_TLS12;
    params->suite = suite_of(gnutls_cipher_get(t->session));
    params->server = t->server;
    params->in.limit = (uint16_t)gnutls_record_get_max_size(t->session);
    params->out.limit = (uint16_t)tls_send_limit(t);
    if (params->suite && !tls_pending(t) && export_direction(t, true, &params->in, tls13) &&
        export_direction(t, false, &params->out, tls13))
        return true;
    explicit_bzero(params, sizeof *params);
    return false;
}
