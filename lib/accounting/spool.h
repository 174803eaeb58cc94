/* SPDX-License-Identifier: ISC */
/*
 * spool - the sessions that an accounting server is to be told of, in a directory that outlives a
 * reboot (R3.5).
 *
 * Each session has a file of its own, from its start until the server has confirmed its end. The
 * file is in "due" while something waits to be told, else in "open". A change writes the whole
 * record at once, under a lock on the file; a new file is written aside and renamed. So a process
 * killed at any moment leaves a session that can still be told: the next change or look completes
 * what was begun. Only the first end counts. An update that was not told yet gives way to a later
 * update and to the end, so that a session never takes more than its one file.
 *
 * Several processes may have the spool open. Functions return 0, or -1 with errno: ENOENT (no such
 * session, or it is over), or what the system said.
 */
#ifndef MW_SPOOL_H
#define MW_SPOOL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "limits.h"

struct spool {
    int due, open; /* directories; -1 -1: closed */
};

/* The state file's era and the entry's id: unique also across new state files. */
struct spool_key {
    uint64_t era, id;
};
#define SPOOL_NAME 34                                         /* octets, with the NUL */
void spool_name(char name[SPOOL_NAME], struct spool_key key); /* also the Acct-Session-Id */
bool spool_parse(const char *name, struct spool_key *key);    /* false: not such a name */

enum spool_due { SPOOL_START = 1, SPOOL_UPDATE = 2, SPOOL_STOP = 4 };

struct spool_record {
    uint64_t magic;
    uint8_t due; /* enum spool_due, or'ed: what is to be told, in this order */
    uint8_t ended;
    uint16_t class_size;
    uint32_t cause;   /* enum account_cause, once ended */
    uint32_t interim; /* s between updates, 0: none */
    int64_t started;  /* s since 1970 */
    int64_t updated;  /* the last update; at first the same as started */
    int64_t stopped;
    uint64_t in, out;                  /* octets, as of the last update or of the end */
    char group[LIMIT_POLICY_NAME + 1]; /* the server group to be told */
    char user[LIMIT_NAME + 1];
    char server[LIMIT_HOST + 1];
    char client[INET6_ADDRSTRLEN];
    unsigned char class[LIMIT_CLASS];
};

/* An end, or an update. */
struct spool_event {
    int64_t at;       /* s since 1970 */
    uint64_t in, out; /* octets so far */
    uint32_t cause;   /* enum account_cause; spool_stop only */
};

/* create: makes the directories that are missing; otherwise a missing one is ENOENT. After an
 * error e says what is expected, and s is closed. */
int spool_open(struct spool *s, const char *directory, bool create, struct err *e);
void spool_close(struct spool *s);

int spool_start(const struct spool *s, struct spool_key key, const struct spool_record *r);
int spool_update(const struct spool *s, struct spool_key key, const struct spool_event *e);
int spool_stop(const struct spool *s, struct spool_key key, const struct spool_event *e);

/* Notes that what was told (or is given up). An update is noted only if it is the one of that
 * time. */
int spool_told(const struct spool *s, struct spool_key key, enum spool_due what, int64_t updated);

/* Reads a record. EBADMSG: the file is damaged or torn. */
int spool_read(const struct spool *s, struct spool_key key, struct spool_record *r);

/* Removes a record that can't be read. */
void spool_remove(const struct spool *s, struct spool_key key);

struct spool_item {
    struct spool_key key;
    int64_t changed; /* s since 1970 */
};

/* A record in "open" can't be read: moves it to "due", from where it is dropped. */
int spool_give_up(const struct spool *s, struct spool_key key);

/* Lists the sessions in s->due or s->open, the longest unchanged first, and removes files that a
 * killed writer left there LIMIT_SPOOL_TORN ago. The caller frees *items. Returns how many; without memory, not all of them. */
size_t spool_list(int directory, struct spool_item **items);

#endif
