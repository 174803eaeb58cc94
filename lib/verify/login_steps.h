/* SPDX-License-Identifier: ISC */
/*
 * login_steps - what VERIFY asks for, as a table of steps (login_steps.c): answer repeats, slow down
 * guessing, judge the client's certificate, read the login name, look for the VPN session, ask AAA,
 * ask authorization, choose the group policy, check its access-hours, find the mail server's
 * address, dial it, grant.
 *
 * A step goes on, waits (for a worker, a timer or the mail server) and is resumed, or denies the
 * login. A further authentication method is a further step.
 */
#ifndef MW_LOGIN_STEPS_H
#define MW_LOGIN_STEPS_H

#include "aaa.h"
#include "certificate_name.h"
#include "decide.h"
#include "denials.h"
#include "dial.h"
#include "repeat.h"
#include "wire.h"
#include "worker.h"

struct conversation;

/* The question to a server group that is under way (inquire.c). */
struct inquiry {
    const struct server_group *group;
    struct span user, password; /* the password is a secret */
    bool authorize;             /* as in aaa_question */
    uint32_t dead;              /* the group's dead servers: bit i is server i */
    void (*answered)(struct conversation *t, enum aaa_outcome outcome, const struct aaa_answer *a);
};

/* The names that the authorization server group is asked about, in turn, and what it said
 * (authorize.c). */
struct authorization {
    struct certificate_names who;
    size_t asked;                             /* how many of them are answered */
    char group_policy[LIMIT_POLICY_NAME + 1]; /* the first that it gave, or empty */
    struct aaa_limits limits;
    uint16_t class_size;
    unsigned char class[LIMIT_CLASS]; /* likewise */
};

enum login_step {
    STEP_REPEAT,
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
    unsigned char digest[REPEAT_DIGEST]; /* of the login */
    struct decision decision;
    char host[LIMIT_HOST + 1];      /* decision.host */
    uint16_t port;                  /* decision.server's */
    char certified[LIMIT_NAME + 1]; /* the user that the certificate names, or empty */
    struct inquiry inquiry;
    struct authorization authorization;
    struct aaa_limits limits;              /* of AAA servers */
    const char *range_hours;               /* those of limits.time_range, or "" */
    char named[LIMIT_POLICY_NAME + 1];     /* the group policy that AAA named, or empty */
    char vpn_named[LIMIT_POLICY_NAME + 1]; /* the VPN session's, or empty */
    uint16_t class_size;                   /* Class, which accounting echoes; as in aaa_answer */
    unsigned char class[LIMIT_CLASS];
    const struct group_policy *group_policy;
    struct worker worker;
    struct dial_addresses addresses;
    struct dial dial;
    struct loop_source server;
    struct loop_timer timer;
    struct loop_timer pause; /* deny.c: guessing is slowed down */
    enum denial denial;      /* what is answered when the pause ends */
};

/* Begins with a VERIFY that was decoded without a fault. Answers GRANT or DENY, now or later; the
 * conversation is then GRANTED or NAMED. Copies the datagram: the caller wipes its own. */
void login_steps_start(struct conversation *t, struct span datagram);

/* The name of the step under way: "guessing"; behind the last one "mail server", which is asked
 * then. */
const char *login_steps_name(const struct conversation *t);

/* Wipes the secrets and stops what is under way; harmless at any time. */
void login_steps_stop(struct conversation *t);

/* Lets another login from the same address have its turn; harmless at any time. */
void login_steps_end_turn(struct conversation *t);

/* The client has left. If its login was being verified, that counts as a refusal. */
void login_steps_left(struct conversation *t);

/* Denies the login: the helper's mode logs event with the reason and counts it; the answer DENY is
 * sent at once, or as much later as penalty.h says. The conversation is NAMED again (CONNECTED
 * before any name) once it is sent. */
void login_steps_deny(struct conversation *t, enum denial d, enum denial_event event,
                      const char *reason);

#endif
