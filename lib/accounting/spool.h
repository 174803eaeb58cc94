/* SPDX-License-Identifier: ISC */
/*
 * spool - the sessions that an accounting server is told of, in a directory that outlives a reboot.
 *
 * A session is a file of its own from its start until its end was confirmed. It stands in "due"
 * while something of it waits to be told, else in "open". Every change is one write of the whole
 * record under a lock on the file, so that a process killed at any moment leaves a session that
 * can be told of: what was begun is finished by the next change or look. An end is noted once: the
 * first one counts. An update that was not told yet gives way to a later one and to the end, so
 * that a session never takes more than its one file.
 *
 * Several processes may have it open. Returns: 0, or -1 with errno: ENOENT (no such session, or it
 * is over), or what the system said.
 */
#ifndef MW_SPOOL_H
#define MW_SPOOL_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#include "err.h"
#include "limits.h"

struct spool {
    int due, open; /* directories */
};

/* = the state file's era, and the entry's id: unique also across new state files. */
struct spool_key {
    uint64_t era, id;
};
#define SPOOL_NAME 34
void spool_name(char name[SPOOL_NAME], struct spool_key key); /* also the Acct-Session-Id */
bool spool_parse(const char *name, struct spool_key *key);

enum spool_due { SPOOL_START = 1, SPOOL_UPDATE = 2, SPOOL_STOP = 4 };

struct spool_record {
    uint64_t magic;
    uint8_t due; /* enum spool_due, or'ed: what is to be told, in this order */
    uint8_t ended;
    uint16_t class_size;
    uint32_t cause;   /* enum account_cause; ended */
    uint32_t interim; /* s between updates, 0: none */
    int64_t started;  /* s since 1970 */
    int64_t updated;  /* of the last update, at first = started */
    int64_t stopped;
    uint64_t in, out;                  /* octets, as of the last update, or all of them */
    char group[LIMIT_POLICY_NAME + 1]; /* the server group to be told */
    char user[LIMIT_NAME + 1];
    char server[LIMIT_HOST + 1];
    char client[INET6_ADDRSTRLEN];
    unsigned char class[LIMIT_CLASS];
};

/* How a session ends, or how far it is. */
struct spool_event {
    int64_t at; /* s since 1970 */
    uint64_t in, out;
    uint32_t cause; /* spool_stop */
};

/* create: makes what is missing of it. Otherwise ENOENT where there is none. e says what to do. */
int spool_open(struct spool *s, const char *directory, bool create, struct err *e);
void spool_close(struct spool *s);

int spool_start(const struct spool *s, struct spool_key key, const struct spool_record *r);
int spool_update(const struct spool *s, struct spool_key key, const struct spool_event *e);
int spool_stop(const struct spool *s, struct spool_key key, const struct spool_event *e);

/* This was told (or won't be): of an update, only the one of that time. */
int spool_told(const struct spool *s, struct spool_key key, enum spool_due what, int64_t updated);

/* What stands there now. EBADMSG: it is no record, or not whole. */
int spool_read(const struct spool *s, struct spool_key key, struct spool_record *r);

/* What can't be read goes away. */
void spool_remove(const struct spool *s, struct spool_key key);

#endif
