/* SPDX-License-Identifier: ISC */
/* chain_inner - what the files of the chain share: chain.c (the steps), authenticate.c and
 * authorize.c (steps), inquire.c (questions to server groups), deny.c (denials, delays). */
#ifndef MW_CHAIN_INNER_H
#define MW_CHAIN_INNER_H

#include "talk.h"

enum step_result {
    STEP_ON,   /* the next one */
    STEP_WAIT, /* chain_resume goes on behind this step */
    STEP_OVER, /* denied, or the talk is over */
};

void chain_resume(struct talk *t); /* behind a step that has waited */

/* The first step: a login from an address that guesses waits. */
enum step_result slow_down(struct talk *t);

/* The client's certificate, where the policy wants one. */
enum step_result certify(struct talk *t);

/* The user's VPN session, where the policy wants one. */
enum step_result piggyback(struct talk *t);
enum step_result authenticate(struct talk *t);

/* R3.4: asks the authorization server group, where there is one. */
enum step_result authorize(struct talk *t);

/* Puts chain.inquiry to its group. true: its yes is remembered, and *a is it. false: a worker asks,
 * and inquiry.answered is called with what comes of it. */
bool inquire(struct talk *t, struct aaa_answer *a);

void chain_forget_secret(struct chain *c); /* wipes VERIFY's datagram */

void pause_stop(struct talk *t); /* whatever waits in it does so no longer; fine at any time */

#endif
