/* SPDX-License-Identifier: ISC */
/* record [SECONDS] - measures lib/record: seals and opens 16 KB records of each suite in place, for
 * about SECONDS of CPU time each (default 0.5), and the cipher alone to compare. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cipher.h"

#define BATCH 64

static uint8_t wire[BATCH][RECORD_SEALED_MAX];

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void make_pair(struct record *from, struct record *to, uint16_t version, uint8_t suite)
{
    const struct record_cipher *c = cipher_find(suite);
    uint8_t secret = version == RECORD_TLS13 ? c->secret_size : 0;
    struct record_params p = {.version = version,
                              .suite = suite,
                              .in = {.secret_size = secret, .limit = RECORD_PLAIN_MAX},
                              .out = {.secret_size = secret, .limit = RECORD_PLAIN_MAX}};

    if (!record_init(from, &p) || !record_init(to, &p))
        abort();
}

static void run_records(uint16_t version, uint8_t suite, double seconds)
{
    static struct record from, to;
    double seal = 0, open = 0, octets = 0;

    make_pair(&from, &to, version, suite);
    size_t offset = RECORD_DATA_OFFSET(&from), size = 0, used;

    while (seal + open < seconds) {
        double start = now();
        for (size_t k = 0; k < BATCH; k++)
            size = record_seal(&from, span_of(wire[k] + offset, RECORD_PLAIN_MAX), wire[k]);
        double middle = now();
        for (size_t k = 0; k < BATCH; k++) {
            struct span data;
            if (record_open(&to, wire[k], size, &used, wire[k] + RECORD_HEADER, &data) !=
                RECORD_DATA)
                abort();
        }
        seal += middle - start;
        open += now() - middle;
        octets += (double)BATCH * RECORD_PLAIN_MAX;
    }
    printf("TLS 1.%d %-16s seal %5.2f GB/s  open %5.2f GB/s\n", version == RECORD_TLS13 ? 3 : 2,
           cipher_find(suite)->aead->name, octets / seal / 1e9, octets / open / 1e9);
}

static void run_cipher(uint8_t suite, double seconds)
{
    static struct record r, unused;
    double start, octets = 0;
    uint8_t nonce[12] = {0}, tag[16];
    const struct nettle_aead *aead = cipher_find(suite)->aead;

    make_pair(&r, &unused, RECORD_TLS12, suite);
    for (start = now(); now() - start < seconds; octets += (double)BATCH * RECORD_PLAIN_MAX)
        for (size_t k = 0; k < BATCH; k++) {
            aead->set_nonce(&r.internal.out.ctx, nonce);
            aead->encrypt(&r.internal.out.ctx, RECORD_PLAIN_MAX, wire[k], wire[k]);
            aead->digest(&r.internal.out.ctx, sizeof tag, tag);
        }
    printf("nettle  %-16s      %5.2f GB/s\n", aead->name, octets / (now() - start) / 1e9);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.5;

    for (unsigned suite = RECORD_AES_128_GCM; suite <= RECORD_CHACHA20_POLY1305; suite++) {
        run_cipher((uint8_t)suite, seconds);
        run_records(RECORD_TLS12, (uint8_t)suite, seconds);
        run_records(RECORD_TLS13, (uint8_t)suite, seconds);
    }
    return 0;
}
