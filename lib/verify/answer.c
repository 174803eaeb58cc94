/* SPDX-License-Identifier: ISC */
/* answer - the table of requests and their handlers; see answer.h. Every datagram was written by
 * the process that talks to the Internet. */
#include "answer.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "access.h"
#include "clock.h"
#include "denials.h"
#include "event.h"
#include "name.h"
#include "penalty.h"
#include "report.h"
#include "conversation.h"
#include "login_mode.h"
#include "login_steps_internal.h"

#define INTERIM 60 /* s between a relay's reports */

struct request {
    const char *name;
    unsigned states; /* in which it may come. A request comes once, unless its state stays (USER)
                        or comes back after a denial (VERIFY, RESULT) */
    size_t fds;
    void (*answer)(struct conversation *t, const struct wire *w, struct span datagram,
                   const int *fds);
};

#define IN(state) (1u << (state))

/* Reads the client's address from its socket, or by hand (no socket) from --peer. */
static bool read_addresses(struct conversation *t)
{
    struct entry *s = &t->entry;

    if (dial_peer(t->client, true, t->local, &t->local_port))
        return dial_peer(t->client, false, s->address, &s->port);
    return t->helper->peer && span_copy(s->address, sizeof s->address, span_str(t->helper->peer)) &&
           span_copy(t->local, sizeof t->local, span_str(t->helper->peer));
}

static void tell_offer(struct conversation *t)
{
    struct wire w = {.type = WIRE_OFFER, .offer = {learn_remembered(t->helper, t->policy)}};

    conversation_send(t, &w, NULL, 0);
}

static void answer_hello(struct conversation *t, const struct wire *w, struct span datagram,
                         const int *fds)
{
    struct helper *h = t->helper;
    struct entry *s = &t->entry;

    (void)datagram;
    t->client = fds[0];
    t->rules = rules_hold(h->rules);
    t->policy = &t->rules->policy->protocols[w->hello.protocol];
    s->protocol = (uint8_t)w->hello.protocol;
    if (!read_addresses(t)) {
        event_say(LOG_ERR, "refused", s, "invalid client descriptor: expected a TCP connection");
        conversation_goodbye(t, GOODBYE_TROUBLE);
        return;
    }
    if (!t->policy->present) {
        event_say(LOG_ERR, "refused", s, "the policy doesn't have this protocol");
        conversation_goodbye(t, GOODBYE_TROUBLE);
        return;
    }
    h->mode->enter(t);
    if (w->hello.learn && t->state == CONVERSATION_CONNECTED)
        tell_offer(t);
}

/* false: the conversation is over, or leaving. */
static bool present_name(struct conversation *t, struct span login)
{
    if (name_check(login) != NAME_OK) /* VERIFY refuses it; it stands nowhere until then */
        return true;
    if (t->state == CONVERSATION_NAMED && span_eq(login, span_str(t->entry.login)))
        return true;
    if (!conversation_present(t, login))
        return false;
    conversation_become(t, CONVERSATION_NAMED);
    return true;
}

static void answer_user(struct conversation *t, const struct wire *w, struct span datagram,
                        const int *fds)
{
    (void)datagram, (void)fds;
    present_name(t, w->user.login);
}

/* The filter says what happened and why; whose connection it is, we know ourselves. */
static void answer_note(struct conversation *t, const struct wire *w, struct span datagram,
                        const int *fds)
{
    const struct noted_traits *traits = noted_traits(w->note.noted);
    struct entry whose = {.id = t->entry.id, .protocol = t->entry.protocol};
    struct log_line l;

    (void)datagram, (void)fds;
    t->notes++;
    memcpy(whose.address, t->entry.address, sizeof whose.address);
    event_start(&l, traits->level, traits->event, &whose);
    if (w->note.certificate.n)
        log_text(&l, "certificate", w->note.certificate);
    log_str(&l, "denial", traits->denial ? denial_name(traits->denial) : NULL);
    if (w->note.why.n)
        log_text(&l, "reason", w->note.why);
    log_send(&l);
}

static void answer_verify(struct conversation *t, const struct wire *w, struct span datagram,
                          const int *fds)
{
    (void)fds;
    if (t->refusals >= t->policy->login_attempts) {
        event_say(LOG_WARNING, "refused", &t->entry, "login-attempts");
        conversation_goodbye(t, GOODBYE_TROUBLE);
        return;
    }
    if (present_name(t, w->verify.login))
        login_steps_start(t, datagram);
}

static void log_established(const struct conversation *t, struct span server_tls)
{
    const struct entry *s = &t->entry;
    struct log_line l;

    event_say(LOG_INFO, "authenticated", s, NULL);
    event_start(&l, LOG_INFO, "established", s);
    log_str(&l, "tls", s->tls[0] ? s->tls : NULL);
    if (server_tls.n)
        log_text(&l, "server-tls", server_tls);
    log_send(&l);
}

/* The mail server let the user in, but the state file says no. errno says why. */
static void not_established(struct conversation *t)
{
    switch (errno) {
    case EBUSY:
        login_steps_deny(t, DENIAL_LIMIT, DENIED_LIMIT_REACHED, "mail-sessions");
        break;
    case ENOENT:
        conversation_evicted(t);
        break;
    default:
        login_steps_deny(t, DENIAL_TEMPORARY, DENIED_STATE_FAILED, strerror(errno));
    }
}

/* Returns the shorter of the group policy's and the user's own idle timeout, in seconds; 0: none. */
static uint32_t idle_timeout(const struct login_steps *c)
{
    uint32_t group = c->group_policy->idle_timeout * 60, own = c->limits.idle_timeout;

    return own && (group == 0 || own < group) ? own : group;
}

static void establish(struct conversation *t, const struct wire_result *r)
{
    const struct login_steps *c = &t->steps;
    const struct group_policy *g = c->group_policy;
    uint32_t timeout = 0;
    const char *closed =
        access_limited(g, &c->limits, c->range_hours, (time_t)clock_wall(), &timeout);
    struct wire w = {.type = WIRE_ESTABLISHED,
                     .established = {.id = t->entry.id,
                                     .idle_timeout = idle_timeout(c),
                                     .session_timeout = timeout,
                                     .interim = INTERIM}};

    if (closed) {
        login_steps_deny(t, DENIAL_REFUSED, DENIED_REFUSED, closed);
        return;
    }
    if (!t->helper->mode->let_in(t))
        return;
    if (state_authenticate(t->helper->state, &t->entry, g->mail_sessions)) {
        not_established(t);
        return;
    }
    t->entry.state = ENTRY_AUTHENTICATED;
    penalty_forgive(t->helper->state, t->entry.address, t->entry.vpn_user);
    login_steps_end_turn(t);
    accounting_worker_start(t);
    if (!conversation_send(t, &w, NULL, 0))
        return;
    log_established(t, r->server_tls);
    if (t->helper->report.fd >= 0) {
        conversation_forget(t);
        return;
    }
    close(t->client);
    t->client = -1;
    conversation_become(t, CONVERSATION_REPORTING);
}

static void answer_result(struct conversation *t, const struct wire *w, struct span datagram,
                          const int *fds)
{
    const struct wire_result *r = &w->result;
    enum denial d = r->denial ? r->denial : DENIAL_TEMPORARY;
    char why[LIMIT_WHY + 1] = "the login failed";

    (void)datagram, (void)fds;
    if (r->offered)
        learn_offer(t->helper, t->policy->protocol, t->steps.host, t->steps.port, r->offer);
    if (r->done) {
        establish(t, r);
        return;
    }
    if (r->why.n)
        span_copy(why, sizeof why, span_head(r->why, sizeof why - 1));
    if (d == DENIAL_REFUSED)
        login_steps_deny(t, d, DENIED_NOT_AUTHENTICATED, why);
    else
        deny_at_server(
            t, d, d == DENIAL_LIMIT || d == DENIAL_UNCLEAR ? DENIED_REFUSED : DENIED_TROUBLE, why);
}

static void answer_report(struct conversation *t, const struct wire *w, struct span datagram,
                          const int *fds)
{
    struct helper *h = t->helper;

    (void)datagram, (void)fds;
    if (w->end.id != t->entry.id) {
        event_say(LOG_WARNING, "report-ignored", &t->entry, "the report is for another session");
        return;
    }
    report_take(h, w, 0);
    if (w->type == WIRE_END)
        conversation_forget(t);
}

static const struct request requests[WIRE_TYPES] = {
    [WIRE_HELLO] = {"HELLO", IN(CONVERSATION_OPENED), 1, answer_hello},
    [WIRE_NOTE] = {"NOTE",
                   IN(CONVERSATION_CONNECTED) | IN(CONVERSATION_NAMED) | IN(CONVERSATION_LEAVING),
                   0, answer_note},
    [WIRE_USER] = {"USER", IN(CONVERSATION_CONNECTED) | IN(CONVERSATION_NAMED), 0, answer_user},
    [WIRE_VERIFY] = {"VERIFY", IN(CONVERSATION_CONNECTED) | IN(CONVERSATION_NAMED), 0,
                     answer_verify},
    [WIRE_RESULT] = {"RESULT", IN(CONVERSATION_GRANTED), 0, answer_result},
    [WIRE_INTERIM] = {"INTERIM", IN(CONVERSATION_REPORTING), 0, answer_report},
    [WIRE_END] = {"END", IN(CONVERSATION_REPORTING), 0, answer_report},
};

/* Why the message is not answered, or NULL. */
static const char *fault_of(const struct conversation *t, const struct wire *w, bool decoded,
                            size_t fds)
{
    if (!decoded)
        return "not a message of this version";
    if (!requests[w->type].answer)
        return "not a request";
    if (!(requests[w->type].states & IN(t->state)))
        return "may not come now";
    if (requests[w->type].fds != fds)
        return "wrong number of descriptors";
    if (w->type == WIRE_NOTE && t->notes == LIMIT_NOTES)
        return "too many notes";
    return NULL;
}

static void log_fault(const struct conversation *t, const struct wire *w, bool decoded,
                      const char *fault)
{
    struct log_line l;

    event_start(&l, LOG_ERR, "talk-fault", &t->entry);
    if (decoded && requests[w->type].name)
        log_str(&l, "message", requests[w->type].name);
    log_str(&l, "reason", fault);
    log_send(&l);
}

void answer(struct conversation *t, struct span datagram, const int *fds, size_t count)
{
    struct wire w;
    bool decoded = wire_decode(&w, datagram);
    const char *fault = fault_of(t, &w, decoded, count);

    if (!fault) {
        requests[w.type].answer(t, &w, datagram, fds);
        return;
    }
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    if (t->state == CONVERSATION_LEAVING) /* the message crossed with our goodbye */
        return;
    log_fault(t, &w, decoded, fault);
    conversation_end(t);
}
