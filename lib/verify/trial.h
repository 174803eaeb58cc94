/* SPDX-License-Identifier: ISC */
/*
 * trial - a login that is only tried (mailwicketctl try): the same talk and the same chain of steps,
 * and to the asker each step's outcome as a message (WIRE_STEP), up to GRANT or DENY.
 *
 * Nothing of it lasts: no entry in the state file, no count of refusals and no delay for them, no
 * server marked dead or alive, nothing remembered of a success, no accounting. The log has one line,
 * event=tried. Limits are looked at and not taken up.
 */
#ifndef MW_TRIAL_H
#define MW_TRIAL_H

#include "aaa.h"
#include "denial.h"

struct conversation;

/* HELLO: what stands in the place of entering the connection. The protocol may be full: goodbye. */
void trial_enter(struct conversation *t);

/* Behind each step of the chain that went on. */
void trial_guessing(struct conversation *t);
void trial_certificate(struct conversation *t);
void trial_names(struct conversation *t);
void trial_piggyback(struct conversation *t);
void trial_authenticated(struct conversation *t);
void trial_group_policy(struct conversation *t);
void trial_access(struct conversation *t);
void trial_addresses(struct conversation *t);
void trial_dialled(struct conversation *t);

/* The server group of the inquiry has answered, whatever it was. */
void trial_asked(struct conversation *t, const struct aaa_answer *a);

/* Authorization let the user go on; why: although he isn't authorized, or NULL. */
void trial_authorized(struct conversation *t, const char *why);

/* The chain has come to its end but for GRANT. false: denied, because the user has all the mail
 * sessions that the group policy allows. */
bool trial_may_open(struct conversation *t);

/* The chain was denied: tells the step and the reason, and logs the trial. */
void trial_denied(struct conversation *t, enum denial d, const char *reason);

#endif
