/* SPDX-License-Identifier: ISC */
/* login_steps_internal - what the files of the chain share: login_steps.c (the steps), authenticate.c and
 * authorize.c (steps), inquire.c (questions to server groups), deny.c (denials, delays). */
#ifndef MW_LOGIN_STEPS_INTERNAL_H
#define MW_LOGIN_STEPS_INTERNAL_H

#include "conversation.h"

enum step_result {
    STEP_ON,   /* the next one */
    STEP_WAIT, /* login_steps_resume goes on behind this step */
    STEP_OVER, /* denied, or the talk is over */
};

void login_steps_resume(struct conversation *t); /* behind a step that has waited */

/* The first step: a login from an address that guesses waits. */
enum step_result slow_down(struct conversation *t);

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
