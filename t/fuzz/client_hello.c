/* SPDX-License-Identifier: ISC */
/* Fuzz target of lib/record's client_hello (libFuzzer). */
#include <stdint.h>
#include <stdlib.h>

#include "client_hello.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *begin = (const char *)data;
    struct client_hello h;

    client_hello_read(span_of(data, size), &h);
    if (h.name.n > 0 && (h.name.p < begin || h.name.p + h.name.n > begin + size))
        abort();
    if (client_hello_takes(&h, SERVER_KEY_OTHER, true) ||
        client_hello_takes(&h, SERVER_KEY_OTHER, false))
        abort();
    return 0;
}
