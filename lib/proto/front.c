/* SPDX-License-Identifier: ISC */
/* front - PURE; see front.h. What the three dialogues share: phases, counts, SASL, wiping.
 * Believes nothing that the client says; holds its password until the attempt's end. */
#include "front_dialect.h"

#include <string.h>

#include "line.h"

/* Room in out that is kept for what one command, and then granted or goodbye, may say: the
 * capabilities twice, the tag twice, and words. EHLO's reply is shorter. */
#define RESERVE (2 * (LIMIT_CAPABILITY + LIMIT_TAG) + 512)

/* Octets of a skipped line that are kept until its end has come, for the dialect to see. */
#define SKIP_TAIL 32

_Static_assert(LIMIT_CLIENT_IN > LIMIT_AUTH_LINE + 2, "a whole line must fit");
_Static_assert(LIMIT_CLIENT_OUT > RESERVE + LIMIT_ANNOUNCE + LIMIT_HOST, "a step must get on");

static const struct front_dialect *dialect(const struct front *f)
{
    static const struct front_dialect *const dialects[PROTOCOLS] = {
        [PROTOCOL_POP3S] = &front_pop3,
        [PROTOCOL_IMAP4S] = &front_imap,
        [PROTOCOL_SMTPS] = &front_smtp,
    };
    return dialects[f->config->protocol];
}

/* Field by field: the rooms are not to be touched. */
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
    f->inner.phase = FRONT_AT_COMMAND;
    f->inner.stage = FRONT_STAGE_START;
    f->inner.sasl = SASL_PLAIN;
    f->inner.argument = FRONT_ARGUMENT_BROKEN;
    f->inner.tell_user = f->inner.asked_capability = false;
    f->inner.literal = 0;
    f->inner.tag = BUF(f->inner.tag_room);
}

/* The first n octets of f->in, and nothing of them stays behind. */
static void eat(struct front *f, size_t n)
{
    buf_consume(&f->in, n);
    explicit_bzero(buf_end(&f->in), n);
}

void front_forget(struct front *f)
{
    buf_wipe(&f->name);
    buf_wipe(&f->password);
    f->inner.tell_user = false;
    f->inner.literal = 0;
    if (f->inner.stage == FRONT_STAGE_NAMED)
        f->inner.stage = FRONT_STAGE_START;
}

void front_wipe(struct front *f)
{
    front_forget(f);
    buf_wipe(&f->in);
    buf_wipe(&f->helo);
    buf_wipe(&f->inner.tag);
    front_init(f, f->config);
}

void front_greet(struct front *f)
{
    dialect(f)->greet(f);
}

/* The mail command that was taken for a login is answered: it goes. */
static void eat_implicit(struct front *f)
{
    struct span line;
    size_t used;

    if (line_next(buf_span(&f->in), LIMIT_AUTH_LINE, &line, &used) == LINE_WHOLE)
        eat(f, used);
}

void front_granted(struct front *f, struct span capability)
{
    if (f->mechanism == MECHANISM_IMPLICIT)
        ;
    else if (dialect(f)->granted)
        dialect(f)->granted(f, capability);
    else
        front_say(f, REPLY_GRANTED);
    front_forget(f);
    f->inner.phase = FRONT_AT_END;
}

enum front_event front_denied(struct front *f, enum denial why)
{
    bool implicit = f->mechanism == MECHANISM_IMPLICIT;

    front_forget(f);
    if (implicit)
        eat_implicit(f);
    f->mechanism = MECHANISM_PASSWORD;
    f->inner.phase = FRONT_AT_COMMAND;
    front_say(f,
              implicit && why == DENIAL_REFUSED ? REPLY_LOGIN_FIRST : front_reply_of_denial(why));
    if (++f->denied < f->config->attempts)
        return FRONT_MORE;
    front_end(f, REPLY_ENOUGH);
    return FRONT_CLOSE;
}

void front_goodbye(struct front *f, enum goodbye why)
{
    if (f->inner.phase != FRONT_AT_END)
        front_end(f, front_reply_of_goodbye(why));
}

void front_end(struct front *f, enum front_reply reply)
{
    front_forget(f);
    front_say(f, reply);
    f->inner.phase = FRONT_AT_END;
}

void front_bad(struct front *f, enum front_reply reply)
{
    front_forget(f);
    if (++f->bad_commands >= LIMIT_BAD_COMMANDS) {
        front_end(f, REPLY_TOO_MANY);
        return;
    }
    front_say(f, reply);
    f->inner.phase = FRONT_AT_COMMAND;
}

/* May it come now? REPLIES: yes. */
static enum front_reply objection(const struct front *f, const struct front_command *c,
                                  struct span argument)
{
    bool empty = span_trim(argument).n == 0;

    if (!c->run || !(c->states & (unsigned)f->inner.stage))
        return c->otherwise;
    if ((c->arity == MUST_TAKE && empty) || (c->arity == TAKES_NOTHING && !empty))
        return REPLY_ARGUMENT;
    return REPLIES;
}

void front_dispatch(struct front *f, const struct front_command *table, size_t count,
                    struct span name, struct span argument)
{
    for (size_t i = 0; i < count; i++) {
        if (!span_ieq(name, span_str(table[i].name)))
            continue;
        enum front_reply no = objection(f, &table[i], argument);
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
    f->inner.tell_user = true;
    f->inner.phase = FRONT_AT_VERIFY;
}

static void challenge(struct front *f)
{
    buf_puts(&f->out, dialect(f)->prompt);
    buf_puts(&f->out, sasl_prompt(f->inner.sasl));
    buf_puts(&f->out, "\r\n");
    f->inner.phase = FRONT_AT_RESPONSE;
}

/* text lies in f->in, and is spent. */
static void respond(struct front *f, struct span text)
{
    struct buf room = buf_on(f->in.p + (text.n ? text.p - f->in.p : 0), text.n);

    room.len = text.n;
    switch (sasl_take(&f->inner.sasl, &room, &f->name, &f->password)) {
    case SASL_MORE:
        f->inner.tell_user = true;
        challenge(f);
        break;
    case SASL_DONE:
        if (f->inner.sasl == SASL_PLAIN)
            f->inner.tell_user = true;
        f->mechanism = f->inner.sasl == SASL_EXTERNAL ? MECHANISM_EXTERNAL : MECHANISM_PASSWORD;
        f->inner.phase = FRONT_AT_VERIFY;
        break;
    case SASL_MALFORMED:
        front_bad(f, REPLY_BAD_RESPONSE);
        break;
    case SASL_REFUSED:
        front_denied(f, DENIAL_REFUSED);
        break;
    }
}

void front_authenticate(struct front *f, struct span argument)
{
    struct span initial = span_trim(argument), mechanism = span_cut(&initial, ' ');

    if (!sasl_find(mechanism, f->config->external, &f->inner.sasl))
        front_bad(f, REPLY_BAD_MECHANISM);
    else if (initial.n)
        respond(f, span_eq(initial, SPAN("=")) ? SPAN_NONE : initial);
    else
        challenge(f);
}

static void take_response(struct front *f, struct span line)
{
    if (span_eq(line, SPAN("*"))) {
        front_forget(f);
        front_say(f, REPLY_CANCELLED);
        f->inner.phase = FRONT_AT_COMMAND;
    } else {
        respond(f, line);
    }
}

static void take_line(struct front *f, struct span line)
{
    if (++f->commands > LIMIT_COMMANDS)
        front_end(f, REPLY_TOO_MANY);
    else if (f->inner.phase == FRONT_AT_RESPONSE)
        take_response(f, line);
    else if (f->inner.phase == FRONT_AT_PIECE)
        dialect(f)->piece(f, line);
    else
        dialect(f)->command(f, line);
}

static void take_broken(struct front *f, struct span line, enum front_reply reply, bool goes_on)
{
    if (f->inner.phase == FRONT_AT_COMMAND && dialect(f)->broken)
        dialect(f)->broken(f, line);
    front_bad(f, reply);
    if (goes_on && f->inner.phase != FRONT_AT_END)
        f->inner.phase = FRONT_AT_SKIP;
}

static void end_line(struct front *f, struct span line)
{
    if (f->inner.phase == FRONT_AT_COMMAND && dialect(f)->ended)
        dialect(f)->ended(f, line);
}

/* Each step_ function does one thing of its phase; false: there are too few octets for it. */

static bool step_line(struct front *f)
{
    struct span line;
    size_t used;

    switch (line_next(buf_span(&f->in), LIMIT_AUTH_LINE, &line, &used)) {
    case LINE_MORE:
        return false;
    case LINE_WHOLE:
        take_line(f, line);
        end_line(f, line);
        break;
    case LINE_BARE_CR:
        take_broken(f, line, REPLY_BAD_LINE, false);
        end_line(f, line);
        break;
    case LINE_BARE_LF:
        take_broken(f, line, REPLY_BAD_LINE, true);
        break;
    case LINE_LONG:
        take_broken(f, line,
                    f->inner.phase == FRONT_AT_RESPONSE ? REPLY_LONG_RESPONSE : REPLY_LONG_LINE,
                    true);
        break;
    }
    if (f->inner.phase != FRONT_AT_VERIFY || f->mechanism != MECHANISM_IMPLICIT)
        eat(f, used);
    return true;
}

static bool step_skip(struct front *f)
{
    struct span in = buf_span(&f->in);
    size_t lf = span_find(in, '\n');

    if (lf == SPAN_NOT_FOUND) {
        if (in.n > SKIP_TAIL)
            eat(f, in.n - SKIP_TAIL);
        return false;
    }
    if (lf == 0 || in.p[lf - 1] != '\r') {
        take_broken(f, SPAN_NONE, REPLY_BAD_LINE, true);
    } else {
        f->inner.phase = FRONT_AT_COMMAND;
        end_line(f, span_head(in, lf - 1));
    }
    eat(f, lf + 1);
    return true;
}

static bool step_literal(struct front *f)
{
    struct buf *to[] = {[FRONT_ARGUMENT_NAME] = &f->name, [FRONT_ARGUMENT_PASSWORD] = &f->password};
    struct span part = span_head(buf_span(&f->in), f->inner.literal);

    if (f->inner.literal && !part.n)
        return false;
    if (f->inner.argument <= FRONT_ARGUMENT_PASSWORD)
        sasl_fill(to[f->inner.argument], part);
    f->inner.literal -= part.n;
    eat(f, part.n);
    if (!f->inner.literal)
        f->inner.phase =
            f->inner.argument == FRONT_ARGUMENT_BROKEN ? FRONT_AT_SKIP : FRONT_AT_PIECE;
    return true;
}

static bool step_on(struct front *f)
{
    static bool (*const steps[])(struct front *) = {
        [FRONT_AT_COMMAND] = step_line,    [FRONT_AT_RESPONSE] = step_line,
        [FRONT_AT_LITERAL] = step_literal, [FRONT_AT_PIECE] = step_line,
        [FRONT_AT_SKIP] = step_skip,
    };
    return steps[f->inner.phase](f);
}

enum front_event front_step(struct front *f)
{
    for (;;) {
        if (f->inner.tell_user) {
            f->inner.tell_user = false;
            return FRONT_USER;
        }
        if (f->inner.phase == FRONT_AT_END)
            return FRONT_CLOSE;
        if (f->inner.phase == FRONT_AT_VERIFY) {
            f->inner.phase = FRONT_AT_ANSWER;
            return FRONT_VERIFY;
        }
        if (f->inner.phase == FRONT_AT_ANSWER)
            return FRONT_MORE;
        if (buf_room(&f->out) < RESERVE)
            return FRONT_FLUSH;
        if (!step_on(f))
            return FRONT_MORE;
    }
}
