/* SPDX-License-Identifier: ISC */
/*
 * handover - what crosses exec from mailwicket to mailwicket-relay, as one sealed memfd. PURE.
 *
 * Both programs are of one build and one machine, so that the struct crosses as it stands, behind
 * a magic number that also holds its size. Behind it come to_server, to_client and jail, in this
 * order and nothing else. It holds keys: whoever read it wipes it and closes the memfd.
 *
 * The relay's descriptors: 0 client (read), 1 client (write; a socket is the same as 0),
 * 3 mail server, 4 handover, 5 report. Others are closed.
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
    struct record_params params; /* HANDOVER_RECORD only */
};

#define HANDOVER_EARLY_MAX 40960 /* to_server and to_client, each */
#define HANDOVER_JAIL_MAX  2048  /* octets of classic BPF */

struct handover {
    uint64_t magic;
    uint64_t id;                  /* of the session, for the reports */
    uint32_t idle_timeout;        /* s, 0: none */
    uint32_t session_timeout;     /* s, 0: none */
    uint32_t interim;             /* s, 0: none */
    uint32_t half_close;          /* 1: an end of input is passed on and the other way goes on */
    uint64_t bytes_in, bytes_out; /* already counted: to_server and to_client not among them */
    struct handover_end client, server;
    uint32_t to_server_size; /* client's bytes behind its login */
    uint32_t to_client_size; /* the server's bytes behind its login's reply */
    uint32_t jail_size;      /* a seccomp program (struct sock_filter[]), 0: none */
};

/* Sets magic and the three sizes, and appends all of it to out. false: out is too small or a part
 * is over its limit. */
bool handover_encode(struct handover *h, struct span to_server, struct span to_client,
                     struct span jail, struct buf *out);

/* h is copied out of image; the spans point into it. false: not a handover of this build. */
bool handover_decode(struct handover *h, struct span image, struct span *to_server,
                     struct span *to_client, struct span *jail);

#define HANDOVER_MAX (sizeof(struct handover) + 2 * HANDOVER_EARLY_MAX + HANDOVER_JAIL_MAX)

#endif
