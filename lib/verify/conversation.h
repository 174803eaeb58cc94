/* SPDX-License-Identifier: ISC */
/*
 * talk - one filter's conversation with the helper: its socket, the client's descriptor, its entry
 * in the state file, and what is under way for it.
 *
 *     OPENED ─HELLO─▶ CONNECTED ─USER─▶ NAMED ─VERIFY─▶ VERIFYING ─GRANT─▶ GRANTED
 *                                          ▲                │ DENY             │ RESULT
 *                                          └────────────────┴──────────────────┤
 *                                                              ESTABLISHED ◀───┘
 *
 * Established, a service forgets the talk and the session lives on in the state file; the helper of
 * one connection goes on to REPORTING. A goodbye leads to LEAVING, any fault to the end.
 */
#ifndef MW_CONVERSATION_H
#define MW_CONVERSATION_H

#include "login_steps.h"
#include "denial.h"
#include "helper.h"
#include "wire.h"

enum conversation_state {
    CONVERSATION_OPENED,
    CONVERSATION_CONNECTED, /* entered in the state file */
    CONVERSATION_NAMED,     /* a login name was presented */
    CONVERSATION_VERIFYING, /* VERIFY is being worked on: nothing may come */
    CONVERSATION_GRANTED,   /* the filter logs in at the mail server */
    CONVERSATION_REPORTING, /* the relay has the socket */
    CONVERSATION_LEAVING,   /* GOODBYE was sent: nothing is listened to but the end */
    CONVERSATION_STATES
};

enum turn {
    TURN_NONE,
    TURN_WAITING, /* others are under way */
    TURN_TAKEN,   /* under way: until it is denied or established, or the talk is over */
};

struct conversation;
/* What hears a filter's datagrams (answer.h): it takes the descriptors. A fault ends the
 * conversation. */
typedef void conversation_hears(struct conversation *t, struct span datagram, const int *fds,
                                size_t count);

struct conversation {
    struct loop_corpse corpse; /* first: see loop.h */
    struct conversation *next, *previous;
    struct helper *helper;
    enum conversation_state state;
    struct loop_source filter;
    conversation_hears *hears;
    struct loop_timer farewell; /* LEAVING: when the client's socket is shut down */
    int client;                 /* the client's descriptor, or -1 */
    struct rules *rules;        /* NULL before HELLO */
    const struct protocol_policy *policy;
    struct entry entry; /* id 0: there is no entry in the state file */
    char local[INET6_ADDRSTRLEN];
    uint16_t local_port;
    unsigned refusals;
    enum turn turn;           /* among the logins from its address: deny.c */
    struct login_steps steps; /* what VERIFY asked for */
};

/* A filter's connected socket becomes a conversation, whose datagrams go to hears; it is closed
 * where its peer is not a filter. */
void conversation_open(struct helper *h, int fd, conversation_hears *hears);

/* The only way to another state. A change that conversation.c's table does not allow is a fault of
 * ours: it is logged, and the helper aborts. */
void conversation_become(struct conversation *t, enum conversation_state to);

/* Notes the login name that the client presented, in the entry and in the state file. false: the
 * conversation is over, or leaving (t is not to be touched but to return). */
bool conversation_present(struct conversation *t, struct span login);

/* Logs errno as the state file's failure, and says goodbye. */
void conversation_state_failed(struct conversation *t);

/* The talk with this entry, or NULL. */
struct conversation *conversation_find(const struct helper *h, uint64_t id);

/* Sends a message with its descriptors. false: the filter doesn't listen, and the talk is over
 * (t is not to be touched but to return). */
bool conversation_send(struct conversation *t, const struct wire *w, const int *fds, size_t count);

/* Says goodbye; the entry is removed, and the filter has LIMIT_GOODBYE_MS until the client's socket
 * is shut down. */
void conversation_goodbye(struct conversation *t, enum goodbye g);

/* As conversation_goodbye, for one whose entry is gone already: the oldest had to go. */
void conversation_evicted(struct conversation *t);

/* Established: what a service has no more to do with. */
void conversation_forget(struct conversation *t);

/* The talk ends here, and its entry with it; in REPORTING the session does. */
void conversation_end(struct conversation *t);

/* SIGUSR1: says goodbye where the entry is gone. */
void conversation_look(struct conversation *t);

#endif
