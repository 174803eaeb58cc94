/* SPDX-License-Identifier: ISC */
/*
 * handover - what mailwicket passes to mailwicket-relay across exec, in a sealed memfd. PURE.
 *
 * Both programs are from one build on one machine, so the struct is passed as it is. It starts with
 * a magic number that includes its version and its size. to_server, to_client and jail follow it in
 * this order, and nothing else. The handover holds keys: the reader wipes its copy and closes the memfd.
 *
 * The relay's descriptors: 0 client (read), 1 client (write; the same socket as 0, if it is one),
 * 3 mail server, 4 handover, 5 report. All others are closed.
 */
#ifndef MW_HANDOVER_H
#define MW_HANDOVER_H

#include <stdint.h>

#include "buf.h"
#include "limits.h"
#include "record.h"

enum {
    RELAY_FD_CLIENT_IN = 0,
    RELAY_FD_CLIENT_OUT = 1,
    RELAY_FD_SERVER = 3,
    RELAY_FD_HANDOVER = 4,
    RELAY_FD_REPORT = 5,
};

enum handover_kind { HANDOVER_PLAIN = 0, HANDOVER_RECORD = 1 };

struct handover_end {
    uint8_t kind;                /* enum handover_kind */
    struct record_params params; /* with HANDOVER_RECORD */
};

#define HANDOVER_EARLY_MAX 40960 /* octets of to_server and of to_client */
#define HANDOVER_JAIL_MAX  2048  /* octets of classic BPF */

struct handover {
    uint64_t magic;
    uint64_t id;                  /* the connection's, for the reports */
    uint32_t idle_timeout;        /* s, 0: none */
    uint32_t session_timeout;     /* s, 0: none */
    uint32_t interim;             /* s, 0: none */
    uint32_t half_close;          /* 1: after an end of input the other direction goes on */
    uint64_t bytes_in, bytes_out; /* counted so far, without to_server and to_client */
    struct handover_end client, server;
    uint32_t to_server_size; /* what the client sent after its login */
    uint32_t to_client_size; /* what the server sent after its reply to the login */
    uint32_t jail_size;      /* a seccomp program (struct sock_filter[]); 0: no jail */
};

/* Sets magic and the three sizes in h and appends the whole handover to out. Returns false if out
 * is too small, a part exceeds its limit, or a field is invalid. */
bool handover_encode(struct handover *h, struct span to_server, struct span to_client,
                     struct span jail, struct buf *out);

/* Copies h out of image; the spans point into image. Returns false if image isn't a handover
 * of this build; h holds no keys then. */
bool handover_decode(struct handover *h, struct span image, struct span *to_server,
                     struct span *to_client, struct span *jail);

#define HANDOVER_MAX (sizeof(struct handover) + 2 * HANDOVER_EARLY_MAX + HANDOVER_JAIL_MAX)

#endif
