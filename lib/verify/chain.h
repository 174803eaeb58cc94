/* SPDX-License-Identifier: ISC */
/*
 * chain - what VERIFY asks for, as one visible chain of steps (chain.c's table): judge the client's
 * certificate, read the login name, ask AAA, choose the group policy, find the mail server's address, dial it, grant.
 *
 * A step goes on, waits (a worker, the dialled server) and is resumed, or denies. A further method
 * is a further step.
 */
#ifndef MW_CHAIN_H
#define MW_CHAIN_H

#include "aaa.h"
#include "decide.h"
#include "denial.h"
#include "dial.h"
#include "wire.h"
#include "worker.h"

struct talk;

struct chain {
    size_t step;
    char *secret; /* the datagram of VERIFY, which request's and decision's spans point into */
    size_t secret_size;
    struct wire_verify request;
    struct decision decision;
    char host[LIMIT_HOST + 1];         /* decision.host */
    char certified[LIMIT_NAME + 1];    /* the user that the certificate names, or empty */
    char named[LIMIT_POLICY_NAME + 1]; /* the group policy that AAA named, or empty */
    uint32_t dead;                     /* servers of the group that is being asked */
    uint16_t class_size;               /* what accounting is to echo: as aaa_answer has it */
    unsigned char class[LIMIT_CLASS];
    const struct group_policy *group_policy;
    struct worker worker;
    struct dial_addresses addresses;
    struct dial dial;
    struct loop_source server;
    struct loop_timer timer;
    struct loop_timer pause; /* deny.c: guessing is slowed down */
    enum denial denial;      /* what is said behind it */
};

/* Begins with a VERIFY (decoded well). Answers GRANT or DENY, now or later, and leaves the talk in
 * GRANTED or NAMED. The datagram is copied; the caller wipes its own. */
void chain_start(struct talk *t, struct span datagram);

/* Wipes what is secret and stops what is under way; fine at any time. */
void chain_stop(struct talk *t);

/* Answers DENY, at once or as much later as penalty.h says, logs event with the reason, and counts a
 * refusal. The talk is in NAMED again once it is said. */
void chain_deny(struct talk *t, enum denial d, const char *event, const char *reason);

#endif
