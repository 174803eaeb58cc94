/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/wire (libFuzzer): a datagram that can be read is written as the same octets. */
#include <stdlib.h>
#include <string.h>

#include "wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char room[LIMIT_MESSAGE];
    struct buf out = BUF(room);
    struct wire w;

    if (wire_decode(&w, span_of(data, size)))
        if (!wire_encode(&w, &out) || !span_eq(buf_span(&out), span_of(data, size)))
            abort();
    return 0;
}
