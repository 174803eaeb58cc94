/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/radius (libFuzzer): a stream falls into whole packets without a rest lost, and
 * nothing passes for an answer of a server whose secret the input doesn't know. */
#include <stdint.h>
#include <stdlib.h>

#include "radius_packet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The attributes of a packet lie in it, one behind the other. */
static void read_attributes(struct span packet)
{
    struct span rest = packet_attributes(packet);
    struct radius_attribute one;
    size_t before = rest.n;

    while (packet_next(&rest, &one)) {
        if (rest.n >= before || one.text.n > LIMIT_RADIUS_TEXT ||
            (one.text.n > 0 &&
             (one.text.p < packet.p || one.text.n > (size_t)(packet.p + packet.n - one.text.p))))
            abort();
        struct radius_attribute sub;
        struct span octets = one.text;
        while (one.vendor && packet_vendor_next(&octets, &sub))
            if (sub.text.n > one.text.n)
                abort();
        before = rest.n;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct radius_salt salt = {.random = "0123456789abcde"};
    struct radius_request r = {.kind = size % 2 ? RADIUS_ACCOUNTING : RADIUS_AUTHENTICATION};
    struct span stream = span_of(data, size), packet;
    struct radius_packet request;
    size_t cut = 0;

    if (!packet_build(&request, &r, &salt, "a secret of the server's") ||
        packet_judge(&request, stream, "a secret of the server's", false) == PACKET_GOOD)
        abort();
    while (packet_cut(&stream, &packet) == STREAM_PACKET) {
        cut += packet.n;
        if (packet.n < RADIUS_HEADER || packet.n > RADIUS_PACKET || cut + stream.n != size)
            abort();
        read_attributes(packet);
    }
    return 0;
}
