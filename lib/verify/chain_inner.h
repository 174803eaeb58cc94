/* SPDX-License-Identifier: ISC */
/* chain_inner - what the files of the chain share: chain.c (the steps), deny.c (denials, delays). */
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

enum step_result authenticate(struct talk *t);

void chain_forget_secret(struct chain *c); /* wipes VERIFY's datagram */

void pause_stop(struct talk *t); /* whatever waits in it does so no longer; fine at any time */

#endif
