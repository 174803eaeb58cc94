/* SPDX-License-Identifier: ISC */
/*
 * login_mode - what a helper's logins leave behind: everything (real), or nothing (a trial).
 *
 * Both modes run the same conversation and the same login steps. Whatever would last, or tells an
 * asker what a step came to, goes through the helper's mode:
 *
 *   login_real    enters connections in the state file, counts and slows down guessing, marks AAA
 *                 servers dead or alive, logs, and does the accounting
 *   login_trial   mailwicketctl try: answers each step's outcome as a message (WIRE_STEP), and
 *                 leaves one log line, event=tried. Limits are looked at and not taken up. RESULT is
 *                 answered only if it is a denial.
 */
#ifndef MW_LOGIN_MODE_H
#define MW_LOGIN_MODE_H

#include "aaa.h"
#include "denials.h"
#include "login_steps.h"

struct helper;

struct login_mode {
    /* The helper begins to serve, and has ended. */
    void (*begin)(struct helper *h);
    void (*end)(struct helper *h);

    /* HELLO: the client is known. Makes the conversation CONNECTED, or says goodbye. */
    void (*enter)(struct conversation *t);

    /* A login name was presented. 0, or -1 and errno as state_user. */
    int (*present)(struct conversation *t, struct span login);

    /* The first login step: makes a login from an address that guesses wait. */
    enum step_result (*slow_down)(struct conversation *t);

    /* A step is done, and the login goes on. */
    void (*passed)(struct conversation *t, enum login_step step);

    /* The server group of the inquiry has answered, whatever the answer was. */
    void (*heard)(struct conversation *t, const struct aaa_answer *a);

    /* Authorization let the user go on. why: although the user is not authorized; else NULL. */
    void (*authorized)(struct conversation *t, const char *why);

    /* All steps but GRANT are done. false: denied. */
    bool (*may_open)(struct conversation *t);

    /* RESULT: the mail server has let the user in. false: this is all. */
    bool (*let_in)(struct conversation *t);

    /* The login is denied: logs it and counts it. Returns how long the answer waits, in ms. */
    unsigned (*denied)(struct conversation *t, enum denial d, enum denial_event event,
                       const char *reason);
};

extern const struct login_mode login_real, login_trial;

#endif
