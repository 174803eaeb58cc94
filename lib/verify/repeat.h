/* SPDX-License-Identifier: ISC */
/*
 * repeat - recognizes a login that was denied before, so that a typing mistake counts once.
 *
 * Mail programs try the same name and password several times: by each SASL mechanism on one
 * connection, on several connections at once, or all day long with an old password. Such repeats
 * tell a guesser nothing new. PURE: the caller brings time and key.
 *
 *   on one connection   the last denied login is denied again from memory: nobody is asked, and
 *                       neither login-attempts nor guessing counts it. A refusal is remembered as
 *                       long as the connection, a temporary failure REPEAT_TEMPORARY_MS.
 *   in one helper       a refused login from the same address counts as a guess once in
 *                       REPEAT_COUNTED_MS, however often it comes. AAA is still asked: the password
 *                       may be right by now. The REPEAT_ENTRIES last are known.
 *
 * A login is known by the HMAC-SHA-256 (RFC 2104) of its address, name and password, under a key that
 * lives in the helper's memory only. Names and passwords are not kept.
 */
#ifndef MW_REPEAT_H
#define MW_REPEAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "denial.h"
#include "span.h"

#define REPEAT_KEY          32 /* octets */
#define REPEAT_DIGEST       32
#define REPEAT_ENTRIES      1024
#define REPEAT_TEMPORARY_MS 5000
#define REPEAT_COUNTED_MS   900000

/* The login that a connection was last denied. All zero: none. */
struct repeat {
    unsigned char digest[REPEAT_DIGEST];
    enum denial denial; /* 0: none */
    uint64_t at;        /* clock_ms of the denial */
};

/* The refused logins that one helper has counted. All zero: none. */
struct repeats {
    unsigned char key[REPEAT_KEY]; /* secret */
    size_t next;                   /* the oldest entry */
    struct {
        unsigned char digest[REPEAT_DIGEST];
        uint64_t until; /* clock_ms; 0: free */
    } entries[REPEAT_ENTRIES];
};

void repeat_digest(const struct repeats *r, struct span address, struct span login,
                   struct span password, unsigned char digest[REPEAT_DIGEST]);

/* Whether the login with this digest is answered from memory at the time now (clock_ms). */
bool repeat_is_known(const struct repeat *last, const unsigned char digest[REPEAT_DIGEST],
                     uint64_t now);

/* Notes a refused login that is about to be counted. true: it was counted less than REPEAT_COUNTED_MS
 * ago, and is not to be counted now. */
bool repeat_was_counted(struct repeats *r, const unsigned char digest[REPEAT_DIGEST], uint64_t now);

#endif
