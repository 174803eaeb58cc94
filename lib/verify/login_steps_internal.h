/* SPDX-License-Identifier: ISC */
/* login_steps_internal - what the files of the chain share: login_steps.c (the steps), authenticate.c and
 * authorize.c (steps), inquire.c (questions to server groups), deny.c (denials, delays). */
#ifndef MW_LOGIN_STEPS_INTERNAL_H
#define MW_LOGIN_STEPS_INTERNAL_H

#include "conversation.h"

void login_steps_resume(struct conversation *t); /* behind a step that has waited */

/* The first step of a real login: one from an address that guesses waits. */
enum step_result slow_down(struct conversation *t);

/* Logs and counts a real login's denial. Returns how long its answer waits, in ms. */
unsigned deny_real(struct conversation *t, enum denial d, enum denial_event event,
                   const char *reason);

/* The client's certificate, where the policy wants one. */
enum step_result certify(struct conversation *t);

/* The user's VPN session, where the policy wants one. */
enum step_result piggyback(struct conversation *t);
enum step_result authenticate(struct conversation *t);

/* R3.4: asks the authorization server group, where there is one. */
enum step_result authorize(struct conversation *t);

/* Puts chain.inquiry to its group. true: its yes is remembered, and *a is it. false: a worker asks,
 * and inquiry.answered is called with what comes of it. */
bool inquire(struct conversation *t, struct aaa_answer *a);

void login_steps_forget_secret(struct login_steps *c); /* wipes VERIFY's datagram */

void pause_stop(
    struct conversation *t); /* whatever waits in it does so no longer; fine at any time */

#endif
