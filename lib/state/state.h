/* SPDX-License-Identifier: ISC */
/*
 * state - the shared state file of connections, sessions and limits: LMDB on tmpfs, used by any
 * number of processes at once (R6).
 *
 * Only the helper and the control program open it, after fork. Each call is one transaction: a
 * process killed at any moment leaves the last committed state and no lock. A call costs the same
 * with 10 entries and with 50,000, except for those that look at all of them (each, sweep).
 *
 * An entry names its process by pid and start time. An entry whose process is gone, or that is from
 * before a reboot, is dead: each call that finds a dead entry removes it and hands it to the
 * handle's `gone` callback. Before a call enforces a limit it checks up to STATE_LOOK entries and
 * drops dead ones.
 *
 * The files STATE and STATE-lock have mode 0600 and their directory's owner. LMDB allows one handle
 * a process, and none across fork: in a child calls return ECHILD, and state_close is safe.
 *
 * Functions return 0, or -1 with errno: ENOSPC (the file is full; entries can still be ended),
 * ENOENT (no such entry), EBUSY (a limit), EINVAL (a text too long, or not in this state), EAGAIN
 * (more readers at once than the file has slots), EBADMSG (the file is damaged), EIO (LMDB failed:
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
#include "user.h"

/* Entries that a call checks before it enforces a limit: whether their process exists at all.
 * Only the sweep finds a reused pid or a zombie. */
#define STATE_LOOK 32

enum entry_state { ENTRY_UNAUTHENTICATED = 0, ENTRY_AUTHENTICATING = 1, ENTRY_AUTHENTICATED = 2 };
#define ENTRY_STATES 3
const char *entry_state_name(enum entry_state s);

/* A process; a reused pid is never taken for it. If /proc hides other users' processes, the
 * start time is unknown: it is 0 then, and a reused pid is taken for the process. */
struct process {
    int32_t pid;
    uint64_t start; /* clock ticks since boot, /proc/PID/stat field 22 */
};
int process_of(pid_t pid, struct process *p);            /* -1 and ESRCH: gone */
bool process_lives(const struct process *p);             /* a zombie does not; in doubt it lives */
int process_signal(const struct process *p, int signal); /* by pidfd; -1 and ESRCH, EPERM */

/* An entry: one connection. Texts are NUL-terminated; unknown ones are empty. */
struct entry {
    uint64_t id;
    uint8_t protocol, state; /* enum protocol, enum entry_state */
    struct process process;  /* the filter, later the relay: the same process */
    struct process helper;   /* serves it until it is authenticated, and takes reports */
    uint64_t since;          /* clock_ms when it entered its state */
    int64_t started; /* wall clock, s: of the connection; once authenticated, of the login */
    char address[INET6_ADDRSTRLEN]; /* the client's; IPv4-mapped as IPv4 */
    uint16_t port;
    char login[LIMIT_LOGIN + 1]; /* as presented with USER */
    char vpn_user[LIMIT_NAME + 1], mail_user[LIMIT_NAME + 1];
    char server[LIMIT_HOST + 1];
    char tls[32]; /* "TLS1.3 AES-256-GCM" */
    char group_policy[LIMIT_POLICY_NAME + 1];
    uint64_t bytes_in, bytes_out; /* as of the last INTERIM */
    uint64_t active;              /* clock_ms of the last data, as of then */
    uint64_t reported;            /* clock_ms of that INTERIM, or of the authentication */
    uint8_t piggyback;            /* 1: let in by piggyback */
};

struct state_counts { /* for summary and metrics */
    uint64_t active[PROTOCOLS][ENTRY_STATES];
    uint64_t peak[PROTOCOLS][ENTRY_STATES];
    uint64_t cumulative[PROTOCOLS][ENTRY_STATES];
    uint64_t evicted[PROTOCOLS];
    uint64_t bytes_in[PROTOCOLS], bytes_out[PROTOCOLS]; /* of all sessions, as reported */
};

struct state; /* opaque, heap */

/* Opens or creates DIRECTORY/state; the directory must exist. size: the file's largest size in
 * octets, 0: 256 MiB. Returns NULL if it can't; error says what to do. */
struct state *state_open(const char *directory, size_t size, struct err *error);
void state_close(struct state *s); /* NULL is fine */

/* Copies the file as it is now into memory. Returns a descriptor for whoever may read all of it, sealed
 * so that nobody can change it; the caller closes it. -1: errno. Takes some 0.3 ms for each MB. */
int state_snapshot(struct state *s);

/* Opens a snapshot, and closes fd, also if it fails: then returns NULL, and error says why. Calls that
 * would change the file fail with EACCES. A sweep finds nothing; state_each and state_get pass over dead
 * entries without removing them, and the counters still count them. */
struct state *state_open_snapshot(int fd, struct err *error);

/* A random number that stays with the file: together with it an id is unique across new files. */
uint64_t state_era(const struct state *s);

/* How users are compared from now on; at first USER_CASE_IGNORE. The file's keys have folded names
 * under either rule, so that the rule may change while sessions are open. */
void state_compare_users(struct state *s, enum user_case rule);
enum user_case state_user_case(const struct state *s); /* the rule */

/* Called for each dead entry that a call removed, after its transaction; may be NULL. It must
 * not call state_*. */
typedef void (*state_gone)(void *context, const struct entry *dead);
void state_on_gone(struct state *s, state_gone gone, void *context);

/* Enters a connection as unauthenticated. In: protocol, process, helper, address, port; out: id
 * and the times. outstanding, max_sessions: 0 for no limit. EBUSY: max_sessions is reached, and
 * nobody was evicted. Beyond outstanding, the oldest other unauthenticated connection of this
 * protocol (else the oldest authenticating one, never an authenticated one) is removed and
 * copied to *evicted, and the caller must end it. evicted->id is 0 if there was none. An
 * eviction makes room before max_sessions is judged. */
int state_enter(struct state *s, struct entry *entry, unsigned outstanding, unsigned max_sessions,
                struct entry *evicted);

/* A login name was presented: the connection is authenticating. A later name replaces it; the age
 * stays. */
int state_user(struct state *s, uint64_t id, struct span login);

/* The connection becomes a session. In: entry->id, and all from vpn_user to piggyback except
 * octets. mail_sessions: the limit of this vpn_user's (if empty: mail_user's) open sessions over
 * all protocols, 0: none. EBUSY: it is reached. ENOENT: the connection was evicted meanwhile. */
int state_authenticate(struct state *s, const struct entry *entry, unsigned mail_sessions);

/* Counts the open sessions that state_authenticate would compare with mail_sessions for this entry,
 * without dead ones. Removes nothing. */
int state_sessions_of(struct state *s, const struct entry *entry, unsigned *count);

/* A relay's report. at, active: clock_ms, as the relay says; a time in the future counts as now,
 * and active can't be later than at. */
struct state_report {
    uint64_t bytes_in, bytes_out;
    uint64_t at, active;
};
int state_interim(struct state *s, uint64_t id, const struct state_report *report);

/* Removes the entry and copies it to *out (may be NULL). ENOENT: not there. */
int state_end(struct state *s, uint64_t id, struct entry *out);
int state_get(struct state *s, uint64_t id, struct entry *out); /* a dead one is ENOENT */

/* As state_end, with the last report: its octets are counted and are in *out. */
int state_finish(struct state *s, uint64_t id, const struct state_report *report,
                 struct entry *out);

/* Copies an entry, dead or not; removes nothing. */
int state_peek(struct state *s, uint64_t id, struct entry *out);

/* Removes dead entries, then visits each entry in order of id until visit returns false. visit
 * must not call state_*. */
int state_each(struct state *s, bool (*visit)(void *context, const struct entry *entry),
               void *context);

int state_sweep(struct state *s); /* removes all dead entries; returns how many, or -1 */

/* The same in small steps, for callers that others wait for (an entry costs some 15 µs): looks
 * at up to this many entries from where the last step ended, and removes up to 16 dead ones.
 * *done: the last entry was looked at; the next step begins at the first. Returns how many it
 * removed, or -1. */
int state_sweep_step(struct state *s, unsigned entries, bool *done);

/* The counters, dead entries included: sweep first if that matters. */
int state_counts(struct state *s, struct state_counts *out);

/* Leaves an AAA server out for so many seconds; 0: no longer. name: unique in the policy; only
 * its first 500 octets count. */
int state_server_mark(struct state *s, const char *name, unsigned seconds);

/* Which of these servers (at most 32) are left out now: bit i of *dead. None after an error. */
int state_servers_dead(struct state *s, const char *const *names, size_t count, uint32_t *dead);

/* Refused logins (R6.5), counted by a name: an address or a user; only its first 500 octets
 * count. A count is forgotten FAILURES_QUIET seconds after its last failure. At most
 * FAILURES_MAX names are kept: beyond, a new name replaces quiet ones, or among a few the one
 * that failed longest ago. */
#define FAILURES_QUIET 900
#define FAILURES_MAX   50000
int state_failed(struct state *s, const char *name); /* counts one more; 1: another was forgotten */
int state_failures(struct state *s, const char *name,
                   unsigned *count); /* *count is 0 after an error */
/* Takes back so many; the name is forgotten if none are left. */
int state_failures_forgive(struct state *s, const char *name, unsigned count);

/* What a mail server was seen to offer before the login. The key is protocol, port and host, whose
 * case doesn't matter. At most LIMIT_OFFERS are kept: one more replaces the one that was seen longest
 * ago. */
struct state_offer {
    enum protocol protocol;
    uint16_t port;
    char host[LIMIT_HOST + 1];
    int64_t seen;                /* wall clock, s */
    char words[LIMIT_OFFER + 1]; /* a list (offer.h); the caller has cleaned it */
};

/* Remembers it. If the words are known, and were seen less than STATE_OFFER_FRESH seconds before,
 * nothing is written. */
#define STATE_OFFER_FRESH 60
int state_offer_put(struct state *s, const struct state_offer *o);

/* In: the key; out: the rest. ENOENT: nothing is remembered, and words is empty. */
int state_offer_get(struct state *s, struct state_offer *o);

/* Visits each, sorted by protocol, port and host. visit must not call state_*. */
int state_offers(struct state *s, void (*visit)(void *context, const struct state_offer *o),
                 void *context);

/* Counts one more under a name, for metrics. Names are a few words of the program's own, never a
 * client's: they stay as long as the file. EINVAL: empty, or longer than TALLY_NAME_MAX. */
#define TALLY_NAME_MAX 255
int state_tally(struct state *s, const char *name);

/* 1: there was no tally of that name; now there is, and it is 1. 0: there is one already, and
 * nothing is written. -1 as state_tally. For what is logged once, whichever helper sees it. */
int state_tally_once(struct state *s, const char *name);

/* Visits each tally, sorted by name. visit must not call state_*. */
int state_tallies(struct state *s, void (*visit)(void *context, const char *name, uint64_t count),
                  void *context);

struct state_usage {
    uint64_t used, size; /* octets: in use, and the most the file may grow to */
    uint64_t failures;   /* names whose refused logins are counted */
};
int state_usage(struct state *s, struct state_usage *out);

/* Compares the tables with each other, and the counters with a recount. -1: error says where they
 * differ. For tests, and when in doubt. */
int state_audit(struct state *s, struct err *error);

#endif
