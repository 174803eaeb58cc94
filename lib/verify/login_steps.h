/* SPDX-License-Identifier: ISC */
/*
 * chain - what VERIFY asks for, as one visible chain of steps (login_steps.c's table): judge the client's
 * certificate, read the login name, look for the VPN session, ask AAA, ask authorization, choose the
 * group policy, find the mail server's address, dial it, grant.
 *
 * A step goes on, waits (a worker, the dialled server) and is resumed, or denies. A further method
 * is a further step.
 */
#ifndef MW_LOGIN_STEPS_H
#define MW_LOGIN_STEPS_H

#include "aaa.h"
#include "certificate_name.h"
#include "decide.h"
#include "denials.h"
#include "dial.h"
#include "wire.h"
#include "worker.h"

struct conversation;

/* What a server group is being asked (inquire.c). */
struct inquiry {
    const struct server_group *group;
    struct span user, password; /* the password is a secret */
    bool authorize;             /* = aaa_question's */
    uint32_t dead;              /* servers of the group */
    void (*answered)(struct conversation *t, enum aaa_outcome outcome, const struct aaa_answer *a);
};

/* Whom the authorization server group is asked about, one after the other, and what it said
 * (authorize.c). */
struct authorization {
    struct certificate_names who;
    size_t asked;                             /* of them */
    char group_policy[LIMIT_POLICY_NAME + 1]; /* the first that it named, or empty */
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS]; /* likewise */
};

enum login_step {
    STEP_GUESSING,
    STEP_CERTIFICATE,
    STEP_LOGIN_NAME,
    STEP_PIGGYBACK,
    STEP_AAA,
    STEP_AUTHORIZATION,
    STEP_GROUP_POLICY,
    STEP_ACCESS,
    STEP_ADDRESS,
    STEP_MAIL_SERVER,
    STEP_MAIL_SESSIONS,
    LOGIN_STEPS
};

enum step_result {
    STEP_ON,   /* the next one */
    STEP_WAIT, /* login_steps_resume goes on behind this step */
    STEP_OVER, /* denied, or the conversation is over */
};

struct login_steps {
    enum login_step step;
    char *secret; /* the datagram of VERIFY, which request's and decision's spans point into */
    size_t secret_size;
    struct wire_verify request;
    struct decision decision;
    char host[LIMIT_HOST + 1];      /* decision.host */
    char certified[LIMIT_NAME + 1]; /* the user that the certificate names, or empty */
    struct inquiry inquiry;
    struct authorization authorization;
    char named[LIMIT_POLICY_NAME + 1];     /* the group policy that AAA named, or empty */
    char vpn_named[LIMIT_POLICY_NAME + 1]; /* the one that the VPN session has, or empty */
    uint16_t class_size;                   /* what accounting is to echo: as aaa_answer has it */
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
void login_steps_start(struct conversation *t, struct span datagram);

/* The name of the step under way: "mail server". */
const char *login_steps_name(const struct conversation *t);

/* Wipes what is secret and stops what is under way; fine at any time. */
void login_steps_stop(struct conversation *t);

/* Another login from the same address may have its turn; fine at any time. */
void login_steps_end_turn(struct conversation *t);

/* The client has left. Where its login was being verified, that is counted as a refusal. */
void login_steps_left(struct conversation *t);

/* Denies the login: the helper's mode logs event with the reason and counts it; the answer DENY is
 * sent at once, or as much later as penalty.h says. The conversation is NAMED again (CONNECTED
 * before any name) once it is sent. */
void login_steps_deny(struct conversation *t, enum denial d, enum denial_event event,
                      const char *reason);

#endif
