/* SPDX-License-Identifier: ISC */
/* login_steps_internal - what the files of the login steps share: login_steps.c, login_name.c,
 * certify.c, piggyback.c, authenticate.c and authorize.c (steps), inquire.c (questions to server
 * groups), deny.c (denials and delays). */
#ifndef MW_LOGIN_STEPS_INTERNAL_H
#define MW_LOGIN_STEPS_INTERNAL_H

#include "conversation.h"

/* A step that has waited is done: goes on with the next one. */
void login_steps_resume(struct conversation *t);

/* The first step of a real login: one that this connection was just denied is denied from memory. */
enum step_result deny_repeat(struct conversation *t);

/* The next step: a login from an address that guesses waits. */
enum step_result slow_down(struct conversation *t);

/* Logs and counts a real login's denial. Returns how long its answer waits, in ms. */
unsigned deny_real(struct conversation *t, enum denial d, enum denial_event event,
                   const char *reason);

/* Denies a login because of its mail server: the reason says "mail server HOST:PORT: why", without
 * "the mail server" at why's beginning. */
void deny_at_server(struct conversation *t, enum denial d, enum denial_event event,
                    const char *why);

/* Reads the login name and password, and chooses the mail server. */
enum step_result read_login_name(struct conversation *t);

/* The steps that the policy may ask for; each goes on at once when the policy does not. */
enum step_result certify(struct conversation *t);      /* the client's certificate */
enum step_result piggyback(struct conversation *t);    /* the user's VPN session (R4.4) */
enum step_result authenticate(struct conversation *t); /* the authentication server group */
enum step_result authorize(struct conversation *t);    /* the authorization server group (R3.4) */

/* Puts t->steps.inquiry to its server group. true: the cache knew that the group says yes, and
 * *a is the answer. false: a worker asks, and inquiry.answered is called with the answer. */
bool inquire(struct conversation *t, struct aaa_answer *a);

/* Wipes VERIFY's datagram, and with it login and password. */
void login_steps_forget_secret(struct login_steps *c);

/* Ends the wait of a login that is slowed down; harmless at any time. */
void pause_stop(struct conversation *t);

#endif
