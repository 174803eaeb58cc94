/* SPDX-License-Identifier: ISC */
/* front - PURE; see front.h. What the three dialogues share: phases, counts, SASL, wiping.
 * Believes nothing that the client sends; holds its password until the attempt ends. */
#include "front_dialect.h"

#include <string.h>

#include "line.h"
#include "offer.h"

/* The room in out that a step starts with: enough for the replies to one command and for
 * front_granted or front_goodbye after it. That is two capability lists, two tags, an alert and some
 * words; EHLO's reply is shorter. */
#define RESERVE (2 * (LIMIT_CAPABILITY + LIMIT_TAG) + LIMIT_ALERT + 512)

/* How many octets of a skipped line's end are kept for the dialect: IMAP looks for a literal. */
#define SKIP_TAIL 32

_Static_assert(LIMIT_CLIENT_IN > LIMIT_AUTH_LINE + 2, "a whole line fits");
_Static_assert(RESERVE > LIMIT_OFFER + LIMIT_OFFER_WORDS * (sizeof "250-\r\n") + LIMIT_HOST + 512,
               "EHLO's reply fits");
_Static_assert(LIMIT_CLIENT_OUT > RESERVE + LIMIT_OFFER, "every step has room to go on");

static const struct front_dialect *front_dialect_of(const struct front *f)
{
    static const struct front_dialect *const dialects[PROTOCOLS] = {
        [PROTOCOL_POP3S] = &front_pop3,
        [PROTOCOL_IMAP4S] = &front_imap,
        [PROTOCOL_SMTPS] = &front_smtp,
    };
    return dialects[f->config->protocol];
}

/* Field by field, so that the rooms are not touched. */
void front_init(struct front *f, const struct front_config *config)
{
    f->config = config;
    f->in = BUF(f->in_room);
    f->out = BUF(f->out_room);
    f->name = BUF(f->name_room);
    f->password = BUF(f->password_room);
    f->helo = BUF(f->helo_room);
    f->mechanism = MECHANISM_PASSWORD;
    f->commands = f->bad_commands = f->denied = 0;
    f->internal.phase = FRONT_AT_COMMAND;
    f->internal.stage = FRONT_STAGE_START;
    f->internal.sasl = SASL_PLAIN;
    f->internal.argument = FRONT_ARGUMENT_BROKEN;
    f->internal.tell_user = f->internal.asked_capability = false;
    f->internal.literal = 0;
    f->internal.tag = BUF(f->internal.tag_room);
}

/* Removes the first n octets from f->in and wipes what they leave behind. */
static void front_eat(struct front *f, size_t n)
{
    buf_consume(&f->in, n);
    explicit_bzero(buf_end(&f->in), n);
}

void front_forget(struct front *f)
{
    buf_wipe(&f->name);
    buf_wipe(&f->password);
    f->internal.tell_user = false;
    f->internal.literal = 0;
    if (f->internal.stage == FRONT_STAGE_NAMED)
        f->internal.stage = FRONT_STAGE_START;
}

void front_wipe(struct front *f)
{
    front_forget(f);
    buf_wipe(&f->in);
    buf_wipe(&f->helo);
    buf_wipe(&f->internal.tag);
    front_init(f, f->config);
}

void front_greet(struct front *f)
{
    front_dialect_of(f)->greet(f);
}

void front_announce(struct front *f, const char *before)
{
    enum protocol p = f->config->protocol;
    struct span words = span_str(f->config->announce);

    while (words.n) {
        struct span word = span_cut(&words, ' ');
        if (offer_kind(p, word) != OFFER_GOOD)
            continue;
        buf_puts(&f->out, before);
        offer_put(&f->out, p, word);
        buf_puts(&f->out, "\r\n");
    }
}

/* Removes the mail command that stood for a login, now that it has its reply. */
static void front_eat_implicit(struct front *f)
{
    struct span line;
    size_t used;

    if (line_next(buf_span(&f->in), LIMIT_AUTH_LINE, &line, &used) == LINE_WHOLE)
        front_eat(f, used);
}

void front_granted(struct front *f, struct span capability)
{
    if (f->mechanism == MECHANISM_IMPLICIT)
        ;
    else if (front_dialect_of(f)->granted)
        front_dialect_of(f)->granted(f, capability);
    else
        front_say(f, REPLY_GRANTED);
    front_forget(f);
    f->internal.phase = FRONT_AT_END;
}

enum front_event front_denied(struct front *f, enum denial why, bool repeat)
{
    bool implicit = f->mechanism == MECHANISM_IMPLICIT;

    front_forget(f);
    if (implicit)
        front_eat_implicit(f);
    f->mechanism = MECHANISM_PASSWORD;
    f->internal.phase = FRONT_AT_COMMAND;
    front_say(f,
              implicit && why == DENIAL_REFUSED ? REPLY_LOGIN_FIRST : front_reply_of_denial(why));
    f->denied += !repeat;
    if (f->denied < f->config->attempts)
        return FRONT_MORE;
    front_end(f, REPLY_ENOUGH);
    return FRONT_CLOSE;
}

void front_goodbye(struct front *f, enum goodbye why)
{
    if (f->internal.phase != FRONT_AT_END)
        front_end(f, front_reply_of_goodbye(why));
}

void front_end(struct front *f, enum front_reply reply)
{
    front_forget(f);
    front_say(f, reply);
    f->internal.phase = FRONT_AT_END;
}

void front_bad(struct front *f, enum front_reply reply)
{
    front_forget(f);
    if (++f->bad_commands >= LIMIT_BAD_COMMANDS) {
        front_end(f, REPLY_TOO_MANY);
        return;
    }
    front_say(f, reply);
    f->internal.phase = FRONT_AT_COMMAND;
}

struct span front_word(struct span *rest)
{
    size_t blank = span_find(*rest, ' '), tab = span_find(*rest, '\t');

    return span_cut(rest, tab < blank ? '\t' : ' ');
}

/* The error if c is not allowed now or not with this argument; REPLIES if it is. */
static enum front_reply front_objection(const struct front *f, const struct front_command *c,
                                        struct span argument)
{
    if (!c->run || !(c->states & (unsigned)f->internal.stage))
        return c->otherwise;
    if ((c->arity == MUST_TAKE && argument.n == 0) || (c->arity == TAKES_NOTHING && argument.n))
        return REPLY_ARGUMENT;
    return REPLIES;
}

void front_dispatch(struct front *f, const struct front_command *table, size_t count,
                    struct span line)
{
    struct span argument = line, name = front_word(&argument);

    for (size_t i = 0; i < count; i++) {
        if (!span_ieq(name, span_str(table[i].name)))
            continue;
        if (table[i].arity != TAKES_OCTETS)
            argument = span_trim(argument);
        enum front_reply no = front_objection(f, &table[i], argument);
        if (no == REPLIES)
            table[i].run(f, argument);
        else
            front_bad(f, no);
        return;
    }
    front_bad(f, REPLY_UNKNOWN);
}

void front_verify_password(struct front *f)
{
    f->mechanism = MECHANISM_PASSWORD;
    f->internal.phase = FRONT_AT_VERIFY;
}

static void front_challenge(struct front *f)
{
    buf_puts(&f->out, front_dialect_of(f)->prompt);
    buf_puts(&f->out, sasl_prompt(f->internal.sasl));
    buf_puts(&f->out, "\r\n");
    f->internal.phase = FRONT_AT_RESPONSE;
}

/* text lies in f->in and is overwritten. */
static void front_respond(struct front *f, struct span text)
{
    struct buf room = buf_on(f->in.p + (text.n ? text.p - f->in.p : 0), text.n);

    room.len = text.n;
    switch (sasl_take(&f->internal.sasl, &room, &f->name, &f->password)) {
    case SASL_MORE:
        f->internal.tell_user = f->internal.sasl == SASL_LOGIN_PASSWORD;
        front_challenge(f);
        break;
    case SASL_DONE:
        if (f->internal.sasl == SASL_PLAIN)
            f->internal.tell_user = true;
        f->mechanism = f->internal.sasl == SASL_EXTERNAL ? MECHANISM_EXTERNAL : MECHANISM_PASSWORD;
        f->internal.phase = FRONT_AT_VERIFY;
        break;
    case SASL_MALFORMED:
        front_bad(f, REPLY_BAD_RESPONSE);
        break;
    case SASL_REFUSED:
        front_denied(f, DENIAL_REFUSED, false);
        break;
    }
}

void front_authenticate(struct front *f, struct span argument)
{
    struct span initial = argument, mechanism = front_word(&initial);

    initial = span_trim(initial);
    if (!sasl_find(mechanism, f->config->external, &f->internal.sasl))
        front_bad(f, REPLY_BAD_MECHANISM);
    else if (initial.n)
        front_respond(f, span_eq(initial, SPAN("=")) ? SPAN_NONE : initial);
    else
        front_challenge(f);
}

static void front_take_response(struct front *f, struct span line)
{
    line = span_trim(line);
    if (span_eq(line, SPAN("*"))) {
        front_forget(f);
        front_say(f, REPLY_CANCELLED);
        f->internal.phase = FRONT_AT_COMMAND;
    } else {
        front_respond(f, line);
    }
}

static void front_take_line(struct front *f, struct span line)
{
    if (++f->commands > LIMIT_COMMANDS)
        front_end(f, REPLY_TOO_MANY);
    else if (f->internal.phase == FRONT_AT_RESPONSE)
        front_take_response(f, line);
    else if (f->internal.phase == FRONT_AT_PIECE)
        front_dialect_of(f)->piece(f, line);
    else
        front_dialect_of(f)->command(f, line);
}

static void front_take_broken(struct front *f, struct span line, enum front_reply reply,
                              bool goes_on)
{
    if (f->internal.phase == FRONT_AT_COMMAND && front_dialect_of(f)->broken)
        front_dialect_of(f)->broken(f, line);
    front_bad(f, reply);
    if (goes_on && f->internal.phase != FRONT_AT_END)
        f->internal.phase = FRONT_AT_SKIP;
}

static void front_end_line(struct front *f, struct span line)
{
    if (f->internal.phase == FRONT_AT_COMMAND && front_dialect_of(f)->ended)
        front_dialect_of(f)->ended(f, line);
}

/* Each front_step_ function consumes one unit of its phase. false: f->in doesn't hold a whole one. */

static bool front_step_line(struct front *f)
{
    struct span line;
    size_t used;

    switch (line_next(buf_span(&f->in), LIMIT_AUTH_LINE, &line, &used)) {
    case LINE_MORE:
        return false;
    case LINE_WHOLE:
        front_take_line(f, line);
        front_end_line(f, line);
        break;
    case LINE_BARE_CR:
        front_take_broken(f, line, REPLY_BAD_LINE, false);
        front_end_line(f, line);
        break;
    case LINE_BARE_LF:
        front_take_broken(f, line, REPLY_BAD_LINE, true);
        break;
    case LINE_LONG:
        front_take_broken(
            f, line, f->internal.phase == FRONT_AT_RESPONSE ? REPLY_LONG_RESPONSE : REPLY_LONG_LINE,
            true);
        break;
    }
    if (f->internal.phase != FRONT_AT_VERIFY || f->mechanism != MECHANISM_IMPLICIT)
        front_eat(f, used);
    return true;
}

static bool front_step_skip(struct front *f)
{
    struct span in = buf_span(&f->in);
    size_t lf = span_find(in, '\n');

    if (lf == SPAN_NOT_FOUND) {
        if (in.n > SKIP_TAIL)
            front_eat(f, in.n - SKIP_TAIL);
        return false;
    }
    if (lf == 0 || in.p[lf - 1] != '\r') {
        front_take_broken(f, SPAN_NONE, REPLY_BAD_LINE, true);
    } else {
        f->internal.phase = FRONT_AT_COMMAND;
        front_end_line(f, span_head(in, lf - 1));
    }
    front_eat(f, lf + 1);
    return true;
}

static bool front_step_literal(struct front *f)
{
    struct buf *to[] = {[FRONT_ARGUMENT_NAME] = &f->name, [FRONT_ARGUMENT_PASSWORD] = &f->password};
    struct span part = span_head(buf_span(&f->in), f->internal.literal);

    if (f->internal.literal && !part.n)
        return false;
    if (f->internal.argument <= FRONT_ARGUMENT_PASSWORD)
        sasl_fill(to[f->internal.argument], part);
    f->internal.literal -= part.n;
    front_eat(f, part.n);
    if (!f->internal.literal)
        f->internal.phase =
            f->internal.argument == FRONT_ARGUMENT_BROKEN ? FRONT_AT_SKIP : FRONT_AT_PIECE;
    return true;
}

static bool front_step_on(struct front *f)
{
    static bool (*const steps[])(struct front *) = {
        [FRONT_AT_COMMAND] = front_step_line,    [FRONT_AT_RESPONSE] = front_step_line,
        [FRONT_AT_LITERAL] = front_step_literal, [FRONT_AT_PIECE] = front_step_line,
        [FRONT_AT_SKIP] = front_step_skip,
    };
    return steps[f->internal.phase](f);
}

enum front_event front_step(struct front *f)
{
    for (;;) {
        if (f->internal.tell_user) {
            f->internal.tell_user = false;
            return FRONT_USER;
        }
        if (f->internal.phase == FRONT_AT_END)
            return FRONT_CLOSE;
        if (f->internal.phase == FRONT_AT_VERIFY) {
            f->internal.phase = FRONT_AT_ANSWER;
            return FRONT_VERIFY;
        }
        if (f->internal.phase == FRONT_AT_ANSWER)
            return FRONT_MORE;
        if (buf_room(&f->out) < RESERVE)
            return FRONT_FLUSH;
        if (!front_step_on(f))
            return FRONT_MORE;
    }
}
