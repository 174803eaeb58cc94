/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/record (libFuzzer). The first octet chooses version, role and suite, and whether
 * the rest is taken as received, or as a list of contents that are sealed with the right key: one
 * octet of type, one of length, the content. */
#include <stdlib.h>
#include <string.h>

#include "cipher.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void meet(struct record *us, struct record *peer, uint8_t choice)
{
    struct record_params p = {.version = choice & 1 ? RECORD_TLS13 : RECORD_TLS12,
                              .server = choice >> 1 & 1,
                              .suite = (uint8_t)(1 + (choice >> 2 & 3) % 3)};

    p.in.limit = p.out.limit = choice & 16 ? RECORD_LIMIT_MIN : RECORD_PLAIN_MAX;

    if (choice & 1)
        p.in.secret_size = p.out.secret_size = cipher_find(p.suite)->secret_size;
    if (!record_init(us, &p) || !record_init(peer, &p))
        abort();
}

static size_t seal_contents(struct record *peer, const uint8_t *data, size_t size, uint8_t *wire)
{
    size_t n = 0;

    while (size >= 2) {
        size_t length = data[1] < size - 2 ? data[1] : size - 2;
        n += cipher_seal(&peer->internal, data[0], span_of(data + 2, length), wire + n);
        data += 2 + length;
        size -= 2 + length;
    }
    return n;
}

/* Opens everything received; shows each record's first octet alone before the rest. */
static void open_all(struct record *us, const uint8_t *wire, size_t size)
{
    static uint8_t out[RECORD_WIRE_MAX], small[RECORD_SMALL_MAX];
    struct span data;
    size_t used = 0, slit = 0;

    for (size_t at = 0; at < size; at += used) {
        enum record_event event = record_open(us, wire + at, slit, &used, out, &data);
        if (event == RECORD_MORE && at + slit == size)
            return;
        slit = event == RECORD_MORE ? size - at : size - at - used > 0;
        if ((event == RECORD_MORE) != (used == 0) || (data.n > 0 && event != RECORD_DATA) ||
            data.n > RECORD_PLAIN_MAX || record_owes(us, small) > sizeof small)
            abort();
        if (event >= RECORD_CLOSED)
            return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t wire[1 << 20];
    static struct record us, peer;

    if (size < 1 || size > 8192)
        return 0;
    meet(&us, &peer, data[0]);
    size_t n = data[0] & 0x10 ? seal_contents(&peer, data + 1, size - 1, wire) : size - 1;

    if (!(data[0] & 0x10))
        memcpy(wire, data + 1, n);
    open_all(&us, wire, n);
    return 0;
}
