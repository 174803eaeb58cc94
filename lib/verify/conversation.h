/* SPDX-License-Identifier: ISC */
/*
 * conversation - what the helper says with one filter: its socket, the client's descriptor, its
 * entry in the state file, and the login steps under way.
 *
 *     OPENED ─HELLO─▶ CONNECTED ─USER─▶ NAMED ─VERIFY─▶ VERIFYING ─GRANT─▶ GRANTED
 *                                          ▲                │ DENY             │ RESULT
 *                                          └────────────────┴──────────────────┤
 *                                                              ESTABLISHED ◀───┘
 *
 * Once established, a service forgets the conversation and the session lives on in the state file;
 * a helper for one connection goes on to REPORTING. A goodbye leads to LEAVING, a fault to the end.
 */
#ifndef MW_CONVERSATION_H
#define MW_CONVERSATION_H

#include "login_steps.h"
#include "denial.h"
#include "helper.h"
#include "repeat.h"
#include "wire.h"

enum conversation_state {
    CONVERSATION_OPENED,
    CONVERSATION_CONNECTED, /* entered in the state file */
    CONVERSATION_NAMED,     /* a login name was presented */
    CONVERSATION_VERIFYING, /* the login steps run: nothing may come */
    CONVERSATION_GRANTED,   /* the filter logs in at the mail server */
    CONVERSATION_REPORTING, /* the relay has the socket */
    CONVERSATION_LEAVING,   /* GOODBYE was sent: only the end of the socket counts */
    CONVERSATION_STATES
};

enum turn {
    TURN_NONE,
    TURN_WAITING, /* other logins from this address are under way */
    TURN_TAKEN,   /* under way, until denied, established, or the conversation is over */
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
    struct loop_timer farewell; /* in LEAVING: then the client's socket is shut down */
    struct loop_timer hello;    /* in OPENED: then it is over */
    int client;                 /* the client's descriptor, or -1 */
    struct rules *rules;        /* NULL before HELLO */
    const struct protocol_policy *policy;
    struct entry entry; /* id 0: not in the state file */
    char local[INET6_ADDRSTRLEN];
    uint16_t local_port;
    unsigned refusals;
    unsigned notes;           /* that the filter has logged through us */
    struct repeat denied;     /* the last login that was denied */
    enum turn turn;           /* among the logins from its address; see deny.c */
    struct login_steps steps; /* what VERIFY asked for */
};

/* A filter's connected socket becomes a conversation, whose datagrams go to hears; it is closed
 * where its peer is not a filter. */
void conversation_open(struct helper *h, int fd, conversation_hears *hears);

/* The only way to another state. A change that conversation.c's table does not allow is a fault of
 * ours: it is logged, and the helper aborts. */
void conversation_become(struct conversation *t, enum conversation_state to);

/* Notes the login name that the client presented, in the entry and in the state file. false: the
 * conversation is over or leaving: the caller returns and does not touch t. */
bool conversation_present(struct conversation *t, struct span login);

/* Logs errno as the state file's failure, and says goodbye. */
void conversation_state_failed(struct conversation *t);

/* The conversation with this entry, or NULL. */
struct conversation *conversation_find(const struct helper *h, uint64_t id);

/* Sends a message with its descriptors. false: the filter does not listen, and the conversation is
 * over: the caller returns and does not touch t. */
bool conversation_send(struct conversation *t, const struct wire *w, const int *fds, size_t count);

/* Says goodbye: removes the entry, and shuts the client's socket down after LIMIT_GOODBYE_MS. */
void conversation_goodbye(struct conversation *t, enum goodbye g);

/* As conversation_goodbye, for a connection that was evicted: its entry is gone already. */
void conversation_evicted(struct conversation *t);

/* Forgets the conversation; the session lives on. */
void conversation_forget(struct conversation *t);

/* Ends the conversation and its entry; in REPORTING it ends the session. */
void conversation_end(struct conversation *t);

/* SIGUSR1: says goodbye if the entry is gone. */
void conversation_look(struct conversation *t);

#endif
