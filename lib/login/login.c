/* SPDX-License-Identifier: ISC */
/* login - PURE; see login.h. Believes neither the client nor the mail server. */
#include "login.h"

#include <string.h>

#include "name.h"

void login_init(struct login *l, const struct front_config *config, const char *helo)
{
    l->phase = LOGIN_IN_TLS;
    l->told_action = false;
    l->farewell = 0;
    l->fault = NULL;
    l->learned = config->announce != NULL;
    l->front_config = *config;
    if (!l->learned) {
        l->offer[0] = '\0';
        l->front_config.announce = l->offer;
    }
    l->back_config = (struct back_config){.helo = helo};
    l->result = (struct wire_result){0};
    front_init(&l->front, &l->front_config);
    l->back.in = l->back.out = buf_on(NULL, 0);
}

static void login_greet(struct login *l)
{
    l->phase = LOGIN_DIALOGUE;
    front_greet(&l->front);
}

void login_client_tls(struct login *l)
{
    l->phase = LOGIN_LEARNING;
    if (l->farewell)
        login_goodbye(l, l->farewell);
    else if (l->learned)
        login_greet(l);
}

/* false: it wasn't asked for, or came already, or is too long. */
static bool login_take_offer(struct login *l, const struct wire_offer *o)
{
    if (l->learned || !span_copy(l->offer, sizeof l->offer, o->words))
        return false;
    l->learned = true;
    if (l->phase == LOGIN_LEARNING)
        login_greet(l);
    return true;
}

void login_goodbye(struct login *l, enum goodbye why)
{
    if (l->phase == LOGIN_CLOSING || l->phase == LOGIN_ESTABLISHED)
        return;
    if (l->phase == LOGIN_IN_TLS) {
        l->farewell = why;
        return;
    }
    front_goodbye(&l->front, why);
    l->phase = LOGIN_CLOSING;
}

/* Returns an action that a phase needs only once; after that, LOGIN_WAIT. */
static enum login_action login_once(struct login *l, enum login_action action)
{
    if (l->told_action)
        return LOGIN_WAIT;
    l->told_action = true;
    return action;
}

static void login_enter(struct login *l, enum login_phase phase)
{
    l->phase = phase;
    l->told_action = false;
}

static void login_forget_grant(struct login *l)
{
    explicit_bzero(l->mail_user, sizeof l->mail_user);
    explicit_bzero(l->mail_password, sizeof l->mail_password);
    if (l->back.out.p)
        buf_wipe(&l->back.out); /* back.in stays: it belongs to the client */
}

static void login_deny(struct login *l, enum denial why, bool repeat)
{
    login_forget_grant(l);
    if (front_denied(&l->front, why, repeat) == FRONT_CLOSE)
        login_enter(l, LOGIN_CLOSING);
    else
        login_enter(l, LOGIN_DIALOGUE);
}

/* The names and passwords that are refused without asking the helper. The helper judges an empty
 * password, since some methods need none. */
static enum name_fault login_fault_of(const struct front *f)
{
    enum name_fault fault = NAME_OK;

    if (f->mechanism == MECHANISM_PASSWORD)
        fault = name_check(buf_span(&f->name));
    if (!fault && f->password.len)
        fault = password_check(buf_span(&f->password));
    return fault;
}

static enum login_action login_dialogue(struct login *l)
{
    enum name_fault fault;

    for (;;) {
        switch (front_step(&l->front)) {
        case FRONT_MORE:
        case FRONT_FLUSH:
            return LOGIN_WAIT;
        case FRONT_USER:
            if (!name_check(buf_span(&l->front.name)))
                return LOGIN_TELL_USER;
            break; /* refused at FRONT_VERIFY, like any other login */
        case FRONT_VERIFY:
            if (l->front_config.passwordless) /* nobody needs it, so nobody gets it */
                buf_wipe(&l->front.password);
            fault = login_fault_of(&l->front);
            if (!fault) {
                login_enter(l, LOGIN_VERIFYING);
                return login_once(l, LOGIN_ASK);
            }
            l->fault = name_fault_text(fault);
            login_deny(l, DENIAL_REFUSED, false);
            return LOGIN_NOTE;
        case FRONT_CLOSE:
            login_enter(l, LOGIN_CLOSING);
            return LOGIN_CLOSE;
        }
    }
}

/* Also a denied login shows what the server offers. */
static void login_tell_offer(struct login *l)
{
    l->result.offered = l->back.offered;
    l->result.offer = l->back.offered ? buf_span(&l->back.offer) : SPAN_NONE;
}

static enum login_action login_at_server(struct login *l)
{
    switch (back_step(&l->back)) {
    case BACK_MORE:
        return LOGIN_WAIT;
    case BACK_START_TLS:
        return login_once(l, LOGIN_SERVER_TLS);
    case BACK_DONE:
        l->result = (struct wire_result){.done = 1};
        break;
    case BACK_FAILED:
        l->result = (struct wire_result){.denial = l->back.failure, .why = span_str(l->back.why)};
        break;
    }
    login_tell_offer(l);
    login_enter(l, LOGIN_CONFIRMING);
    return login_once(l, LOGIN_TELL_RESULT);
}

enum login_action login_next(struct login *l)
{
    switch (l->phase) {
    case LOGIN_IN_TLS:
    case LOGIN_LEARNING:
    case LOGIN_VERIFYING:
        return LOGIN_WAIT;
    case LOGIN_DIALOGUE:
        return login_dialogue(l);
    case LOGIN_AT_SERVER:
        if (l->back_config.tls == SERVER_TLS_IMPLICIT && !l->told_action)
            return login_once(l, LOGIN_SERVER_TLS);
        return login_at_server(l);
    case LOGIN_CONFIRMING:
        return login_once(l, LOGIN_TELL_RESULT);
    case LOGIN_ESTABLISHED:
        return LOGIN_HAND_OVER;
    case LOGIN_CLOSING:
        return LOGIN_CLOSE;
    }
    return LOGIN_CLOSE;
}

/* Copies the grant from its message. false: a string doesn't fit. */
static bool login_take_grant(struct login *l, const struct wire_grant *g)
{
    if (!span_copy(l->mail_user, sizeof l->mail_user, g->mail_user) ||
        !span_copy(l->mail_password, sizeof l->mail_password, g->mail_password) ||
        !span_copy(l->host, sizeof l->host, g->host) || !span_copy(l->ca, sizeof l->ca, g->ca) ||
        !span_copy(l->client, sizeof l->client, g->client) ||
        !span_copy(l->local, sizeof l->local, g->local))
        return false;
    l->verify_server = g->verify;
    l->back_config = (struct back_config){
        .protocol = l->front_config.protocol,
        .tls = g->tls,
        .authenticate = g->authenticate,
        .allow_unauthenticate = g->allow_unauthenticate,
        .user = span_str(l->mail_user),
        .password = span_str(l->mail_password),
        .helo = l->back_config.helo,
        .announced = l->front_config.announce == l->offer ? NULL : l->front_config.announce,
        .client_address = g->client_address,
        .client = l->client,
        .local = l->local,
        .client_port = g->client_port,
        .local_port = g->local_port,
        .client_helo = buf_span(&l->front.helo),
    };
    return true;
}

bool login_message(struct login *l, const struct wire *w)
{
    switch (w->type) {
    case WIRE_GOODBYE:
        login_goodbye(l, w->goodbye.goodbye);
        return true;
    case WIRE_OFFER:
        return login_take_offer(l, &w->offer);
    case WIRE_GRANT:
        if (l->phase != LOGIN_VERIFYING || !login_take_grant(l, &w->grant))
            return false;
        buf_wipe(&l->front.password);
        back_init(&l->back, &l->back_config);
        login_enter(l, LOGIN_AT_SERVER);
        return true;
    case WIRE_DENY:
        if (l->phase != LOGIN_VERIFYING && l->phase != LOGIN_CONFIRMING)
            return false;
        if (l->phase == LOGIN_CONFIRMING)
            front_alert(&l->front, buf_span(&l->back.alert), false);
        login_deny(l, w->deny.denial, w->deny.repeat);
        return true;
    case WIRE_ESTABLISHED:
        if (l->phase != LOGIN_CONFIRMING || !l->result.done)
            return false;
        l->established = w->established;
        front_alert(&l->front, buf_span(&l->back.alert), true);
        front_granted(&l->front, buf_span(&l->back.capability));
        login_forget_grant(l);
        login_enter(l, LOGIN_ESTABLISHED);
        return true;
    default:
        return false;
    }
}

void login_server_tls(struct login *l)
{
    if (l->back_config.tls == SERVER_TLS_STARTTLS)
        back_tls_started(&l->back);
}

void login_server_failed(struct login *l, const char *why)
{
    if (l->phase != LOGIN_AT_SERVER)
        return;
    l->result = (struct wire_result){.denial = DENIAL_TEMPORARY, .why = span_str(why)};
    login_tell_offer(l);
    login_enter(l, LOGIN_CONFIRMING);
}

bool login_wants_client(const struct login *l)
{
    return l->phase == LOGIN_DIALOGUE && buf_room(&l->front.in) > 0;
}

bool login_wants_server(const struct login *l)
{
    return l->phase == LOGIN_AT_SERVER && buf_room(&l->back.in) > 0;
}

void login_wipe(struct login *l)
{
    front_wipe(&l->front);
    login_forget_grant(l);
    if (l->back.in.p)
        back_wipe(&l->back);
}
