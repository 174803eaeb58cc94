/* SPDX-License-Identifier: ISC */
/*
 * penalty - slows down guessing (R6.5): by address before any server is asked, by user before the
 * answer to a refused login.
 *
 *   by address  after PENALTY_FREE refused logins from an address, the next login from there waits
 *               before AAA or the mail server is asked: one delay (a second) first, then 2, 4, 8,
 *               16 times that. A successful login takes back what the same user's refused logins
 *               added to it, and no more: nobody clears his guesses at others by a login of his own.
 *   by user     the answer to a refused login waits likewise. A correct login never waits for what
 *               others did in the user's name.
 *   at once     only as many logins from one address are under way at once as refusals are still
 *               free, and then one: many connections guess no faster than one. A client that
 *               disconnects before the answer counts as refused; otherwise hanging up would reveal
 *               the result for free.
 *
 * Guesses are what denials.h marks as such: a wrong name, password or certificate, and a name
 * without a VPN session from this address. Authorization, access-hours, a server that is not
 * allowed, limits and temporary failures are not. But every refusal is answered as late as the
 * user's count says, since its delay would otherwise tell which kind it is.
 *
 * No process sleeps: a waiting login is a timer in the helper's loop. At most PENALTY_WAITING
 * logins wait in one helper; beyond, a login is a temporary failure. An IPv6 address counts by its
 * /64. The counts are in the state file and are forgotten after FAILURES_QUIET seconds.
 */
#ifndef MW_PENALTY_H
#define MW_PENALTY_H

#include "state.h"

#define PENALTY_FREE     5
#define PENALTY_FIRST_MS 1000
#define PENALTY_MAX      16 /* times the first */
#define PENALTY_WAITING  256

/* How many first delays a login waits after so many refusals: 0 to PENALTY_MAX. */
unsigned penalty_times(unsigned refusals);

/* How long a login from this address waits before it is verified, and a refusal of this user before
 * it is answered: in first delays. 0 if the state file fails. */
unsigned penalty_of_address(struct state *s, const char *address);
unsigned penalty_of_user(struct state *s, const char *user);

/* How many logins from this address may be under way at once: at least 1. */
unsigned penalty_at_once(struct state *s, const char *address);

/* Counts a refused login; user may be "". Returns 0; 1: counted, but the full table has forgotten
 * other names for it; -1 and errno: not counted. */
int penalty_refused(struct state *s, const char *address, const char *user);
/* A login of this user succeeded: his refused logins no longer count for the address. */
void penalty_forgive(struct state *s, const char *address, const char *user);

/* The name under which an address is counted: "a:192.0.2.7", "a:2001:db8::/64". */
#define PENALTY_NAME_MAX 512
void penalty_address_name(char name[PENALTY_NAME_MAX], const char *address);

#endif
