/* SPDX-License-Identifier: ISC */
/*
 * penalty - guessing is slowed down (R6.5): by address before anyone is asked, by user before the
 * answer to a refused login.
 *
 *   by address  a login from where PENALTY_FREE logins were refused waits before AAA or the mail
 *               server is asked: a first delay (a second), then twice that, 4, 8, 16 times. A login that is let in clears it.
 *   by user     a refusal is answered as much later; a correct login is never held up by what others
 *               did in the user's name.
 *
 *   at once     of the logins from one address no more are under way at once than refusals are still
 *               free, and behind them one: many connections guess no faster than one. Refused is
 *               also who leaves before the answer: one that stays away tells as much.
 *
 * What counts is what the log calls not-authenticated, a wrong name, password or certificate, and
 * piggyback-failed, a name without a VPN session from there. Authorization, access-hours, a server
 * that isn't allowed, limits and temporary failures don't. Every refusal is answered as late as the
 * user's count says, or its delay would tell which kind it is.
 *
 * Nobody sleeps: a waiting login is a timer in the helper's loop. PENALTY_WAITING of them at most
 * wait in one helper; beyond, a login is a temporary failure. An IPv6 address counts by its /64.
 * The counts are the state file's and are forgotten after FAILURES_QUIET seconds.
 */
#ifndef MW_PENALTY_H
#define MW_PENALTY_H

#include "state.h"

#define PENALTY_FREE     5
#define PENALTY_FIRST_MS 1000
#define PENALTY_MAX      16 /* times the first */
#define PENALTY_WAITING  256

/* How many times the first delay after so many refusals: 0 to PENALTY_MAX. */
unsigned penalty_times(unsigned refusals);

/* What a login from this address waits before it is verified; what a refusal of this user does: times the
 * first delay; 0 where the state file can't tell. */
unsigned penalty_of_address(struct state *s, const char *address);
unsigned penalty_of_user(struct state *s, const char *user);

/* How many logins from this address may be under way at once: at least 1. */
unsigned penalty_at_once(struct state *s, const char *address);

/* Counts; user may be "". 0; 1: counted, and others are forgotten for it since the table is full;
 * -1, errno: it couldn't be counted. */
int penalty_refused(struct state *s, const char *address, const char *user);
void penalty_clear(struct state *s, const char *address);

/* The name that an address counts by: "a:192.0.2.7", "a:2001:db8::/64". */
#define PENALTY_NAME_MAX 512
void penalty_address_name(char name[PENALTY_NAME_MAX], const char *address);

#endif
