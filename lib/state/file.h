/* SPDX-License-Identifier: ISC */
/*
 * file - inside lib/state: the tables of the state file, and transactions on them.
 *
 *   meta          "file" → struct file_record, "counts" → struct counts_record
 *   connections   id → entry_pack
 *   outstanding   protocol, state, since, id → nothing: connections that are not authenticated, in
 *                 the order in which they are evicted
 *   users         user, NUL, id → nothing: sessions
 *   servers       name → clock_ms until which this AAA server is left out; emptied by a reboot
 *   failures      name → failure_record: refused logins; emptied by a reboot
 *   tallies       name → uint64_t: counters for metrics
 *   vpn           user, NUL, index → vpn_pack: VPN sessions; emptied by a reboot
 *   leases        address → key in vpn: the session to which it is leased; emptied by a reboot
 *   offers        protocol, port, host → when it was seen, words: mail servers; since schema 3
 *
 * Numbers in keys are big-endian, so that octets sort as numbers do. A user in a key is folded
 * (user.h) and cut to USER_KEY_NAME octets (an LMDB key has at most 511): users whose keys agree are
 * side by side, and their records, which have the names as presented, tell them apart.
 *
 * Functions here return a code: 0, an errno value, or LMDB's (negative).
 */
#ifndef MW_STATE_FILE_H
#define MW_STATE_FILE_H

#include <lmdb.h>

#include "state.h"
#include "vpn.h"

#define STATE_SCHEMA  3 /* and 2, which convert.c makes 3 */
#define STATE_MAGIC   0x4d57535441544531u
#define STATE_SIZE    ((size_t)256 << 20)
#define STATE_READERS 4096
#define STATE_DEAD    16 /* dead entries that one change may remove */
#define USER_KEY_NAME 500

enum table {
    TABLE_META,
    TABLE_CONNECTIONS,
    TABLE_OUTSTANDING,
    TABLE_USERS,
    TABLE_SERVERS,
    TABLE_FAILURES,
    TABLE_TALLIES,
    TABLE_VPN,
    TABLE_LEASES,
    TABLE_OFFERS,
    TABLES
};

struct file_record {
    uint64_t magic, schema;
    uint64_t era;
    uint64_t first_id; /* smaller ids are from before this boot */
    char boot[40];     /* /proc/sys/kernel/random/boot_id */
};

struct counts_record {
    uint64_t next_id;
    struct state_counts counts;
};

struct state {
    MDB_env *env;
    MDB_dbi dbi[TABLES];
    pid_t pid; /* the process that opened it */
    char path[LIMIT_PATH + 8];
    size_t size;    /* of the map; 0: STATE_SIZE */
    bool read_only; /* a snapshot */
    struct file_record file;
    uint64_t hand;  /* id at which the next look for dead entries starts */
    uint64_t sweep; /* id at which the next step of a sweep starts; 0: the first */
    enum user_case user_case;
    state_gone gone;
    void *context;
    unsigned dead_count;
    struct entry dead[STATE_DEAD]; /* removed by the change under way */
};

/* A change: one write transaction. change_close(c, code) commits if code is 0, else aborts; then it
 * hands the dead entries to the gone callback. It returns what the public call returns. */
struct change {
    struct state *s;
    MDB_txn *txn;
    struct counts_record counts;
};
int change_open(struct change *c, struct state *s);
int change_close(struct change *c, int code);

/* Opens the file anew, after a write failed that LMDB does not get over (MDB_PANIC). No transaction may
 * be open. After a failure s->env is NULL, and the next call tries again. */
int state_open_anew(struct state *s);

/* A look: one read transaction. */
int look_open(struct state *s, MDB_txn **txn);
int state_result(int code); /* 0, or -1 with errno */

/* The VPN sessions' part of state_audit. Returns a code. */
int vpn_audit(const struct state *s, MDB_txn *txn, uint64_t next_id);

/* ENOSPC: more than this many eighths of the file are in use. So changes that add leave room for
 * those that must succeed. */
int change_room(struct change *c, unsigned eighths);

/* Makes a file of schema 2 one of STATE_SCHEMA; others stay as they are. Needs s->file. */
int state_convert(struct state *s, MDB_txn *txn);

int counts_load(const struct state *s, MDB_txn *txn, struct counts_record *counts);
int file_load(const struct state *s, MDB_txn *txn, struct file_record *file);
int meta_save(const struct state *s, MDB_txn *txn, const char *key, const void *p, size_t n);

/* One entry in all its tables and counters. */
int entry_load(const struct state *s, MDB_txn *txn, uint64_t id, struct entry *e);
int entry_add(struct change *c, const struct entry *e);  /* and its counters */
int entry_save(struct change *c, const struct entry *e); /* same state, age and user */
int entry_remove(struct change *c, const struct entry *e);
int entry_drop_dead(struct change *c,
                    const struct entry *e); /* removes it, and notes it in state.dead */
bool entry_lives(const struct state *s, const struct entry *e);

/* The same at a tenth of the cost, for looks at many: a reused pid or a zombie passes. */
bool entry_may_live(const struct state *s, const struct entry *e);

/* Keys. */
#define OUTSTANDING_KEY 18
#define USER_KEY_MAX    (USER_KEY_NAME + 1 + 8)
struct key {
    size_t n;
    unsigned char p[USER_KEY_MAX];
};
struct key key_id(uint64_t id);
struct key key_outstanding(const struct entry *e);
struct key key_user(const struct entry *e);
struct key key_name(const char *user, uint64_t id);
struct key key_user_first(const struct entry *e); /* where its user's keys begin */
bool entry_same_user(const struct state *s, const struct entry *a, const struct entry *b);
bool key_is_of(MDB_val key,
               const struct key *first); /* whether key is of first's user (first: with id 0) */
uint64_t key_tail_id(MDB_val key);       /* the id at its end */
MDB_val key_val(struct key *k);

#endif
