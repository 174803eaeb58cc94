/* SPDX-License-Identifier: ISC */
/*
 * relay_rig - for tests: a real mailwicket-relay over TCP on loopback. The test plays the mail
 * program and the mail server. The program is taken from the directory where the test runs.
 */
#ifndef MW_RELAY_RIG_H
#define MW_RELAY_RIG_H

#include <stdbool.h>
#include <sys/types.h>

#include "cipher.h"
#include "handover.h"
#include "wire.h"

#define NO_CPU 800 /* ms: enough to start, even with sanitizers; a second of spinning exceeds it */

enum { RIG_PLAIN = 0, RIG_TLS12 = 1, RIG_TLS13 = 2 }; /* as in record_pair.h */

struct setup {
    int client, server; /* RIG_PLAIN … */
    unsigned suite;     /* 0: AES-128-GCM */
    /* Most data in a record from the relay to each side, and most data back; 0: the usual. With one
     * that can't be, the actor gets no keys. */
    uint16_t client_limit, server_limit;
    bool whole_close; /* no half-close */
    bool pipes;       /* the client is two pipes, as when started by hand */
    uint32_t idle, session, interim;
    struct span to_server, to_client, jail;
};

/* A side that the test plays. */
struct actor {
    int in, out; /* the same socket, unless they are pipes */
    bool tls;
    struct record record;
    uint8_t raw[4 * RECORD_WIRE_MAX];
    size_t raw_size;
    uint8_t plain[RECORD_WIRE_MAX];
    struct span heard; /* the part of plain not yet consumed */
};

struct rig {
    struct actor client, server;
    int report;
    pid_t pid;
};

/* What an actor receives after the data. */
enum ending {
    NOTIFY = 1, /* close_notify, then FIN */
    FIN,        /* FIN alone: with TLS, a truncation */
    RESET,
    A_FATAL_ALERT, /* then FIN */
    MORE_DATA,     /* no end: there is more data */
};

void rig_start(struct rig *r, const struct setup *s);
void say(struct actor *a, struct span data);                          /* any size */
void say_message(struct actor *a, uint8_t type, struct span message); /* one record of TLS */
void say_raw(struct actor *a, const void *p, size_t n);
void say_close_notify(struct actor *a);
void finish(struct actor *a);                 /* FIN */
void break_off(struct actor *a);              /* RST */
void block(int fd, bool yes);                 /* makes fd blocking, or not */
bool hear(struct actor *a, struct span data); /* whether exactly this comes next */
enum ending hear_end(struct actor *a);

/* What a side does to end; TERM: SIGTERM to the relay. */
enum side { CLIENT_SIDE, SERVER_SIDE };
enum act { NOTIFY_AND_FIN, NOTIFY_ONLY, FIN_ONLY, BREAK, FATAL, TAMPER, TERM };

void perform(struct rig *r, enum side side, enum act act);

/* Expects END with this cause and these counts, exit status 0, and at most cpu_ms of CPU time.
 * Skips INTERIM messages before END. */
void rig_ends(struct rig *r, enum wire_cause cause, uint64_t in, uint64_t out, long cpu_ms);
void rig_report(struct rig *r, struct wire *w); /* receives the next message */
int rig_status(struct rig *r, long *cpu_ms);    /* waits for the exit and returns its status */

#endif
