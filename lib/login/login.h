/* SPDX-License-Identifier: ISC */
/*
 * login - one connection's way from our greeting to the hand-over: events in, actions out. PURE.
 *
 * Joins the dialogue with the mail program (front), the conversation with the helper (wire) and the
 * dialogue with the mail server (back). The caller does what login_next says, puts what comes in
 * behind login->front.in and login->back.in, writes what stands in front.out and back.out, and
 * tells the events; then it asks login_next again, until LOGIN_WAIT.
 *
 * The struct is some 100 KB: static storage, one per process. It holds secrets: login_wipe.
 */
#ifndef MW_LOGIN_H
#define MW_LOGIN_H

#include "back.h"
#include "front.h"
#include "wire.h"

enum login_phase {
    LOGIN_IN_TLS,      /* the client's handshake: nothing has been said */
    LOGIN_DIALOGUE,    /* with the mail program */
    LOGIN_VERIFYING,   /* the helper was asked */
    LOGIN_AT_SERVER,   /* granted: the dialogue with the mail server */
    LOGIN_CONFIRMING,  /* the result was told to the helper */
    LOGIN_ESTABLISHED, /* the client has its OK */
    LOGIN_CLOSING,
};

enum login_action {
    LOGIN_WAIT,        /* write front.out and back.out, then wait for any event */
    LOGIN_NOTE,        /* log login->fault: a login was refused here, without asking anyone */
    LOGIN_TELL_USER,   /* send the helper USER with front.name */
    LOGIN_ASK,         /* send the helper VERIFY with front.name, front.password, front.mechanism */
    LOGIN_SERVER_TLS,  /* write back.out, do TLS with the server, then login_server_tls */
    LOGIN_TELL_RESULT, /* send the helper login->result; where it isn't done, close the server */
    LOGIN_HAND_OVER,   /* write front.out, then exec the relay */
    LOGIN_CLOSE,       /* write front.out, then close */
};

struct login {
    enum login_phase phase;
    bool told_action;      /* the phase's first action was given */
    enum goodbye farewell; /* to be said instead of the greeting; 0: none */
    struct front_config front_config;
    struct back_config back_config;
    struct wire_established established; /* from LOGIN_HAND_OVER on */
    struct wire_result result;
    const char *fault; /* with LOGIN_NOTE: static text */
    /* The grant's strings: the message they came in is wiped. */
    char mail_user[LIMIT_LOGIN + 1], mail_password[LIMIT_PASSWORD + 1];
    char host[LIMIT_HOST + 1], ca[LIMIT_PATH + 1];
    char client[64], local[64];
    bool verify_server;
    struct front front;
    struct back back;
};

/* config's strings must outlive the login. Nothing is said yet. */
void login_init(struct login *l, const struct front_config *config, const char *helo);

enum login_action login_next(struct login *l);

/* Events. */

/* The client's handshake is done: greets, or says goodbye. */
void login_client_tls(struct login *l);

/* A message from the helper. false: it may not come now, or is not for the filter: a fault; end the
 * login with GOODBYE_TROUBLE. */
bool login_message(struct login *l, const struct wire *w);

/* The handshake with the mail server is done. */
void login_server_tls(struct login *l);

/* The mail server failed; why is static text (TLS, end of file, timeout). */
void login_server_failed(struct login *l, const char *why);

/* Any time before ESTABLISHED. While the client is in its handshake it is said behind it. */
void login_goodbye(struct login *l, enum goodbye why);

/* Whether login wants bytes of the client, or of the mail server, now. */
bool login_wants_client(const struct login *l);
bool login_wants_server(const struct login *l);

void login_wipe(struct login *l);

#endif
