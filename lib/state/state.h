/* SPDX-License-Identifier: ISC */
/*
 * state - the shared session/limit state file: LMDB on tmpfs, used by any number of processes at
 * once (R6).
 *
 * Opened after fork, by the helper and the control program alone. Each call is one transaction: a
 * process killed at any moment leaves the last committed state and no lock. Each call costs the
 * same with 10 entries and with 50,000, but for those that look at all of them (each, sweep).
 *
 * An entry names its process by pid and start time. An entry whose process is gone, or that is left
 * from before a reboot, is a dead entry: every call that meets one removes it and hands it to the
 * `gone` callback of its state handle. A limit is never held by a dead entry that is among the
 * STATE_LOOK entries which a call that reaches the limit looks at.
 *
 * The files STATE and STATE-lock get mode 0600 and the owner of their directory. LMDB wants one
 * handle per process, and none across fork: a child's calls return ECHILD, its state_close is safe.
 *
 * Returns: 0, or -1 with errno: ENOSPC (the state file is full: entries can still be ended), ENOENT
 * (no such entry), EBUSY (a limit), EINVAL (a text too long, or not in this state), EAGAIN (more
 * readers at once than the file has places for), EBADMSG (the file is damaged), EIO (LMDB gave up:
 * open anew), or what the system said.
 */
#ifndef MW_STATE_H
#define MW_STATE_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "err.h"
#include "limits.h"
#include "protocol.h"
#include "span.h"

/* Entries that a call looks at before it keeps to a limit: whether their process is there at all; a
 * pid that was used again, or a zombie, is for the sweep to find. */
#define STATE_LOOK 32

enum entry_state { ENTRY_UNAUTHENTICATED = 0, ENTRY_AUTHENTICATING = 1, ENTRY_AUTHENTICATED = 2 };
#define ENTRY_STATES 3
const char *entry_state_name(enum entry_state s);

/* A process, so that a reused pid is never taken for it. Where /proc hides other users' processes
 * the start time can't be seen: it is 0 then, and a reused pid is taken for the process. */
struct process {
    int32_t pid;
    uint64_t start; /* clock ticks since boot, /proc/PID/stat field 22 */
};
int process_of(pid_t pid, struct process *p);            /* -1, errno ESRCH: gone */
bool process_lives(const struct process *p);             /* zombies don't; in doubt it lives */
int process_signal(const struct process *p, int signal); /* by pidfd; -1 ESRCH, EPERM */

/* One connection or session. Texts are NUL-terminated; unknown ones are empty. */
struct entry {
    uint64_t id;
    uint8_t protocol, state; /* enum protocol, enum entry_state */
    struct process process;  /* the filter, later the relay: the same */
    struct process helper;   /* who serves it until it is authenticated, and reports may go to */
    uint64_t since;          /* clock_ms when it entered its state */
    int64_t started;         /* wall clock, s: connected; when authenticated: login time */
    char address[INET6_ADDRSTRLEN]; /* the client's; IPv4-mapped as IPv4 */
    uint16_t port;
    char login[LIMIT_LOGIN + 1]; /* as presented; from USER on */
    char vpn_user[LIMIT_NAME + 1], mail_user[LIMIT_NAME + 1];
    char server[LIMIT_HOST + 1];
    char tls[32]; /* "TLS1.3 AES-256-GCM" */
    char group_policy[LIMIT_POLICY_NAME + 1];
    uint64_t bytes_in, bytes_out; /* as of the last INTERIM */
    uint64_t active;              /* clock_ms when data moved last, as of then */
    uint64_t reported;            /* clock_ms of that INTERIM, or of the authentication */
    uint8_t piggyback;            /* 1: let in by piggyback */
};

struct state_counts { /* for summary and metrics */
    uint64_t active[PROTOCOLS][ENTRY_STATES];
    uint64_t peak[PROTOCOLS][ENTRY_STATES];
    uint64_t cumulative[PROTOCOLS][ENTRY_STATES];
    uint64_t evicted[PROTOCOLS];
    uint64_t bytes_in[PROTOCOLS], bytes_out[PROTOCOLS]; /* of all sessions, as far as reported */
};

struct state; /* opaque, heap */

/* Opens or creates DIRECTORY/state (the directory must exist). NULL: error says what to do. size:
 * the largest size of the file in octets, 0: 256 MiB. */
struct state *state_open(const char *directory, size_t size, struct err *error);
void state_close(struct state *s); /* NULL is fine */

/* A random number that stays with the file: with it an id is unique also across new files. */
uint64_t state_era(const struct state *s);

/* Called with each dead entry that a call removes, after its transaction. May be NULL. It must not
 * call state_*. */
typedef void (*state_gone)(void *context, const struct entry *dead);
void state_on_gone(struct state *s, state_gone gone, void *context);

/* Enters a connection as unauthenticated: in: protocol, process, helper, address, port; out: id and
 * the times. outstanding and max_sessions: 0 no limit. max_sessions reached: -1, EBUSY. Beyond
 * outstanding the oldest unauthenticated (else the oldest authenticating, never an authenticated)
 * connection of this protocol that isn't this one is removed and copied to *evicted, whose id is 0
 * where nobody was: the caller must end that one. Evicting goes before max_sessions; where that
 * says EBUSY nobody is evicted. */
int state_enter(struct state *s, struct entry *entry, unsigned outstanding, unsigned max_sessions,
                struct entry *evicted);

/* A user name was presented: authenticating. Presented again: the new name, the old age. */
int state_user(struct state *s, uint64_t id, struct span login);

/* Authenticated. In: entry->id and all from vpn_user to piggyback but bytes. mail_sessions: the
 * limit of open sessions of this vpn_user (where empty: mail_user) over all protocols, 0 none;
 * reached: EBUSY. ENOENT: it was evicted meanwhile. */
int state_authenticate(struct state *s, const struct entry *entry, unsigned mail_sessions);

/* How many open sessions the limit of state_authenticate would count for this one: of its vpn_user
 * (where empty: mail_user), dead ones left out. Nothing is removed. */
int state_sessions_of(struct state *s, const struct entry *entry, unsigned *count);

/* How far a session is. at and active (clock_ms) are its own words: what lies in the future counts
 * as now, and it can't have been active behind its report. */
struct state_report {
    uint64_t bytes_in, bytes_out;
    uint64_t at, active;
};
int state_interim(struct state *s, uint64_t id, const struct state_report *report);

/* Removes the entry; *out (may be NULL) is what it held. ENOENT: not there (any more). */
int state_end(struct state *s, uint64_t id, struct entry *out);
int state_get(struct state *s, uint64_t id, struct entry *out); /* a dead one is ENOENT */

/* As state_end, with its last report: the bytes count, and *out holds them. */
int state_finish(struct state *s, uint64_t id, const struct state_report *report,
                 struct entry *out);

/* An entry as it stands, dead or not: nothing is removed. */
int state_peek(struct state *s, uint64_t id, struct entry *out);

/* Each living entry in order of id, dead ones removed first; stops when visit returns false. visit
 * must not call state_*. */
int state_each(struct state *s, bool (*visit)(void *context, const struct entry *entry),
               void *context);

int state_sweep(struct state *s); /* removes all dead entries; returns how many, or -1 */

/* The same in small steps, for callers that others wait for (an entry costs some 15 µs): looks
 * at up to this many entries from where the last step ended, and removes up to 16 dead ones.
 * *done: the last entry was looked at; the next step begins at the first. Returns how many it
 * removed, or -1. */
int state_sweep_step(struct state *s, unsigned entries, bool *done);

/* The counters as they stand, dead entries included: sweep before where that matters. */
int state_counts(struct state *s, struct state_counts *out);

/* An AAA server (by a name that is its own in the whole policy; of a longer one its first 500
 * octets count) is left out for so many seconds, or no longer: 0. */
int state_server_mark(struct state *s, const char *name, unsigned seconds);

/* Which of these (at most 32) are left out now: bit i of *dead; none after an error. */
int state_servers_dead(struct state *s, const char *const *names, size_t count, uint32_t *dead);

/* Refused logins (R6.5), counted by a name: an address, a user (of a longer one its first 500
 * octets count). A count is forgotten FAILURES_QUIET seconds behind its last failure. At most
 * FAILURES_MAX names are known: beyond, a new one takes the place of quiet ones, or of the one
 * whose last failure is the longest ago among some. */
#define FAILURES_QUIET 900
#define FAILURES_MAX   50000
int state_failed(struct state *s,
                 const char *name); /* one more; 1: and another is forgotten for it */
int state_failures(struct state *s, const char *name, unsigned *count); /* 0: none, or an error */
int state_failures_forget(struct state *s, const char *name);

/* Counters by a name, for metrics: one more. Names are the program's own words, few, and never a
 * client's: they stay as long as the file. EINVAL: empty, or longer than TALLY_NAME_MAX. */
#define TALLY_NAME_MAX 255
int state_tally(struct state *s, const char *name);

/* Each of them, in order of the names. visit must not call state_*. */
int state_tallies(struct state *s, void (*visit)(void *context, const char *name, uint64_t count),
                  void *context);

struct state_usage {
    uint64_t used, size; /* octets: of pages in use, and that the file may grow to */
    uint64_t failures;   /* names whose refused logins are counted */
};
int state_usage(struct state *s, struct state_usage *out);

/* Compares each table with each other and the counters with a recount: -1, and error says where
 * they differ. For tests, and for doubt. */
int state_audit(struct state *s, struct err *error);

#endif
