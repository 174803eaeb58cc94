/* SPDX-License-Identifier: ISC */
/*
 * login - one connection from our greeting to the hand-over: events in, actions out. PURE.
 *
 * Joins the dialogue with the mail program (front), the conversation with the helper (wire) and the
 * dialogue with the mail server (back). The caller does what login_next says, appends incoming bytes
 * to login->front.in and login->back.in, sends front.out and back.out, and reports events; then it
 * calls login_next again, until LOGIN_WAIT.
 *
 * The struct is some 130 KB: static storage, one per process. It holds secrets: call login_wipe.
 */
#ifndef MW_LOGIN_H
#define MW_LOGIN_H

#include "back.h"
#include "front.h"
#include "wire.h"

enum login_phase {
    LOGIN_IN_TLS,      /* the client's handshake; no greeting yet */
    LOGIN_LEARNING,    /* waits for the helper's OFFER, which the greeting announces */
    LOGIN_DIALOGUE,    /* the dialogue with the mail program */
    LOGIN_VERIFYING,   /* waits for the helper's answer to VERIFY */
    LOGIN_AT_SERVER,   /* granted: the dialogue with the mail server */
    LOGIN_CONFIRMING,  /* waits for the helper's answer to RESULT */
    LOGIN_ESTABLISHED, /* the client has its OK */
    LOGIN_CLOSING,
};

enum login_action {
    LOGIN_WAIT,        /* send front.out and back.out, then wait for any event */
    LOGIN_NOTE,        /* log login->fault: a login was refused without asking the helper */
    LOGIN_TELL_USER,   /* send the helper USER with front.name */
    LOGIN_ASK,         /* send the helper VERIFY with front.name, front.password, front.mechanism */
    LOGIN_SERVER_TLS,  /* send back.out, do TLS with the server, then login_server_tls */
    LOGIN_TELL_RESULT, /* send the helper login->result; if it isn't done, close the server */
    LOGIN_HAND_OVER,   /* send front.out, then exec the relay */
    LOGIN_CLOSE,       /* send front.out, then close */
};

struct login {
    enum login_phase phase;
    bool told_action;      /* login_next has returned the action that this phase needs only once */
    enum goodbye farewell; /* sent instead of the greeting; 0: none */
    bool learned;          /* the greeting need not wait for OFFER: it came, or isn't wanted */
    struct front_config front_config;
    struct back_config back_config;
    struct wire_established established; /* from LOGIN_HAND_OVER on */
    struct wire_result result;
    const char *fault; /* with LOGIN_NOTE: static text */
    /* The grant's strings, copied, because its message is wiped. */
    char mail_user[LIMIT_LOGIN + 1], mail_password[LIMIT_PASSWORD + 1];
    char host[LIMIT_HOST + 1], ca[LIMIT_PATH + 1];
    char client[LIMIT_ADDRESS + 1], local[LIMIT_ADDRESS + 1];
    bool verify_server;
    char offer[LIMIT_OFFER + 1]; /* what OFFER said; front_config.announce points to it */
    struct front front;
    struct back back;
};

/* config's strings and helo, our name in EHLO, must outlive the login. config->announce is what the
 * policy announces; NULL: what the helper's OFFER says, for which the greeting waits. Sends nothing
 * yet. */
void login_init(struct login *l, const struct front_config *config, const char *helo);

enum login_action login_next(struct login *l);

/* Events. */

/* The client's handshake is done: sends the greeting, now or with OFFER, or a farewell. */
void login_client_tls(struct login *l);

/* A message from the helper. false: a fault, since it is not allowed now or not for the filter; end
 * the login with GOODBYE_TROUBLE. */
bool login_message(struct login *l, const struct wire *w);

/* The handshake with the mail server is done. */
void login_server_tls(struct login *l);

/* The mail server failed (TLS, end of file, timeout); why is static text. */
void login_server_failed(struct login *l, const char *why);

/* Sends the farewell; during the client's handshake, after it. Does nothing once the login is
 * established or closing. */
void login_goodbye(struct login *l, enum goodbye why);

/* Whether login wants bytes from the client, or from the mail server, now. */
bool login_wants_client(const struct login *l);
bool login_wants_server(const struct login *l);

void login_wipe(struct login *l);

#endif
