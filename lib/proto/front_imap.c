/* SPDX-License-Identifier: ISC */
/* front_imap - PURE; the IMAP dialogue (RFC 9051, 2971, 4959, 5530, 7888) in its not authenticated
 * state. Believes nothing that the client sends. */
#include "front_dialect.h"

#include "num.h"
#include "offer.h"

/* RFC 9051 section 7.2.2: a list names at least one revision. */
static bool imap_names_revision(struct span list)
{
    return offer_has(list, PROTOCOL_IMAP4S, SPAN("IMAP4rev1")) ||
           offer_has(list, PROTOCOL_IMAP4S, SPAN("IMAP4rev2"));
}

static void imap_put_capability(struct front *f)
{
    struct span words = span_str(f->config->announce);

    buf_puts(&f->out, "CAPABILITY");
    if (!imap_names_revision(words))
        buf_puts(&f->out, " IMAP4rev1");
    while (words.n) {
        struct span word = span_cut(&words, ' ');
        if (offer_kind(PROTOCOL_IMAP4S, word) != OFFER_GOOD)
            continue;
        buf_putc(&f->out, ' ');
        buf_put(&f->out, word);
    }
    buf_puts(&f->out, " SASL-IR AUTH=PLAIN AUTH=LOGIN");
}

static void imap_greet(struct front *f)
{
    buf_puts(&f->out, "* OK [");
    imap_put_capability(f);
    buf_puts(&f->out, "] Mailwicket ready\r\n");
}

/* ASTRING-CHAR of RFC 9051 section 9. */
static bool imap_astring_char(char c)
{
    return c > ' ' && c <= '~' && span_find(SPAN("(){%*\"\\"), c) == SPAN_NOT_FOUND;
}

static bool imap_valid_tag(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!imap_astring_char(s.p[i]) || s.p[i] == '+')
            return false;
    return s.n > 0 && s.n <= LIMIT_TAG;
}

/* Cuts the tag off *line and stores it; "*" if it is invalid. */
static bool imap_take_tag(struct front *f, struct span *line)
{
    struct span tag = span_cut(line, ' ');
    bool valid = imap_valid_tag(tag);

    buf_clear(&f->internal.tag);
    buf_put(&f->internal.tag, valid ? tag : SPAN("*"));
    return valid;
}

/* The announcement of a literal at the end of a line: "{5}" or "{5+}". */
struct literal {
    enum { NO_LITERAL, SYNCHRONISING, NON_SYNCHRONISING } kind;
    bool fits;     /* size is within LIMIT_LITERAL */
    bool bounded;  /* … within LIMIT_SKIPPED: it can be read and dropped */
    uint64_t size; /* octets */
    size_t length; /* octets of the announcement itself */
};

static struct literal imap_literal_at_end(struct span line)
{
    struct literal l = {.kind = SYNCHRONISING};
    size_t end = line.n, at;

    if (end == 0 || line.p[--end] != '}')
        return (struct literal){.kind = NO_LITERAL};
    if (end && line.p[end - 1] == '+') {
        l.kind = NON_SYNCHRONISING;
        end--;
    }
    for (at = end; at && line.p[at - 1] >= '0' && line.p[at - 1] <= '9'; at--)
        continue;
    /* Of a skipped line only the end is known. More digits than a number can have are taken for a
     * literal that is too large, even if the "{" is not in sight. */
    bool endless = end - at > NUM_DIGITS;
    if (at == end || (!endless && (at == 0 || line.p[at - 1] != '{')))
        return (struct literal){.kind = NO_LITERAL};
    l.length = line.n - at + 1;
    l.bounded = !endless && num_parse(span_of(line.p + at, end - at), LIMIT_SKIPPED, &l.size);
    l.fits = l.bounded && l.size <= LIMIT_LITERAL;
    return l;
}

/* With blanks behind it, it isn't one. Of a skipped line only the end is known, so that such blanks
 * would hide it or not, as the line's octets happen to arrive. */
static bool imap_blank_behind_literal(struct span line)
{
    struct span trimmed = span_trim(line);

    return trimmed.n > 0 && trimmed.p + trimmed.n != line.p + line.n &&
           imap_literal_at_end(trimmed).kind != NO_LITERAL;
}

/* Prepares to skip a non-synchronising literal after a command that has got its error already. */
static void imap_line_ended(struct front *f, struct span line)
{
    struct literal l = imap_literal_at_end(line);

    if (l.kind != NON_SYNCHRONISING)
        return;
    if (!l.bounded) {
        front_end(f, REPLY_LONG_LITERAL);
        return;
    }
    f->internal.literal = (size_t)l.size;
    f->internal.argument = FRONT_ARGUMENT_BROKEN;
    f->internal.phase = FRONT_AT_LITERAL;
}

static void imap_take_literal(struct front *f, struct literal l)
{
    if (!l.fits) {
        front_bad(f, REPLY_ARGUMENT);
        return;
    }
    if (l.kind == SYNCHRONISING)
        buf_puts(&f->out, "+ OK\r\n");
    f->internal.literal = (size_t)l.size;
    f->internal.phase = FRONT_AT_LITERAL;
}

/* Cuts a quoted string off *rest. false: there is no valid one. */
static bool imap_take_quoted(struct span *rest, struct buf *to)
{
    for (size_t i = 1; i < rest->n; i++) {
        char c = rest->p[i];
        if (c == '"') {
            *rest = span_tail(*rest, i + 1);
            return true;
        }
        if (c == '\\' && (++i == rest->n || ((c = rest->p[i]) != '"' && c != '\\')))
            return false;
        if (c == '\0')
            return false;
        sasl_fill(to, span_of(&c, 1));
    }
    return false;
}

static bool imap_take_atom(struct span *rest, struct buf *to)
{
    size_t n = 0;

    while (n < rest->n && imap_astring_char(rest->p[n]))
        n++;
    sasl_fill(to, span_head(*rest, n));
    *rest = span_tail(*rest, n);
    return n > 0;
}

static void imap_take_login(struct front *f, struct span rest);

/* rest is what follows one of LOGIN's arguments. */
static void imap_after_argument(struct front *f, struct span rest)
{
    struct span next = span_trim(rest);

    if (f->internal.argument == FRONT_ARGUMENT_NAME && next.n && next.p != rest.p) {
        f->internal.argument = FRONT_ARGUMENT_PASSWORD;
        f->internal.tell_user = true; /* the password may be a literal that comes much later */
        imap_take_login(f, next);
    } else if (f->internal.argument == FRONT_ARGUMENT_PASSWORD && next.n == 0) {
        front_verify_password(f);
    } else {
        front_bad(f, REPLY_ARGUMENT);
    }
}

/* rest begins with one of LOGIN's arguments. */
static void imap_take_login(struct front *f, struct span rest)
{
    struct buf *to = f->internal.argument == FRONT_ARGUMENT_NAME ? &f->name : &f->password;
    struct literal l = imap_literal_at_end(rest);

    if (l.kind != NO_LITERAL && l.length == rest.n)
        imap_take_literal(f, l);
    else if (span_starts(rest, SPAN("\"")) ? imap_take_quoted(&rest, to)
                                           : imap_take_atom(&rest, to))
        imap_after_argument(f, rest);
    else
        front_bad(f, REPLY_ARGUMENT);
}

static void imap_login(struct front *f, struct span argument)
{
    f->internal.argument = FRONT_ARGUMENT_NAME;
    imap_take_login(f, argument);
}

/* A literal is no base64. The command ends here, so that the literal is skipped. */
static void imap_authenticate(struct front *f, struct span argument)
{
    if (imap_literal_at_end(argument).kind != NO_LITERAL)
        front_bad(f, REPLY_BAD_RESPONSE);
    else
        front_authenticate(f, argument);
}

/* We don't use what the client says of itself, so only the end of the list matters. */
static void imap_take_id(struct front *f, struct span rest)
{
    struct literal l;

    rest = span_trim(rest);
    l = imap_literal_at_end(rest);
    f->internal.argument = FRONT_ARGUMENT_ID;
    if (l.kind != NO_LITERAL) {
        imap_take_literal(f, l);
    } else if (rest.n && rest.p[rest.n - 1] == ')') {
        buf_puts(&f->out, "* ID (\"name\" \"Mailwicket\")\r\n");
        front_say(f, REPLY_DONE);
        f->internal.phase = FRONT_AT_COMMAND;
    } else {
        front_bad(f, REPLY_ARGUMENT);
    }
}

static void imap_id(struct front *f, struct span argument)
{
    if (span_ieq(argument, SPAN("NIL")))
        imap_take_id(f, SPAN("()"));
    else if (span_starts(argument, SPAN("(")))
        imap_take_id(f, argument);
    else
        front_bad(f, REPLY_ARGUMENT);
}

static void imap_piece(struct front *f, struct span rest)
{
    if (imap_blank_behind_literal(rest))
        front_bad(f, REPLY_ARGUMENT);
    else if (f->internal.argument == FRONT_ARGUMENT_ID)
        imap_take_id(f, rest);
    else
        imap_after_argument(f, rest);
}

static void imap_capability(struct front *f, struct span argument)
{
    (void)argument;
    f->internal.asked_capability = true;
    buf_puts(&f->out, "* ");
    imap_put_capability(f);
    buf_puts(&f->out, "\r\n");
    front_say(f, REPLY_DONE);
}

static void imap_noop(struct front *f, struct span argument)
{
    (void)argument;
    front_say(f, REPLY_DONE);
}

static void imap_logout(struct front *f, struct span argument)
{
    (void)argument;
    front_end(f, REPLY_GOODBYE);
    front_say(f, REPLY_DONE);
}

static const struct front_command commands[] = {
    {"CAPABILITY", TAKES_NOTHING, FRONT_STAGE_START, REPLY_UNKNOWN, imap_capability},
    {"ID", MUST_TAKE, FRONT_STAGE_START, REPLY_UNKNOWN, imap_id},
    {"NOOP", TAKES_NOTHING, FRONT_STAGE_START, REPLY_UNKNOWN, imap_noop},
    {"LOGOUT", TAKES_NOTHING, FRONT_STAGE_START, REPLY_UNKNOWN, imap_logout},
    {"LOGIN", MUST_TAKE, FRONT_STAGE_START, REPLY_UNKNOWN, imap_login},
    {"AUTHENTICATE", MUST_TAKE, FRONT_STAGE_START, REPLY_UNKNOWN, imap_authenticate},
    {"STARTTLS", MAY_TAKE, 0, REPLY_TLS_ACTIVE, NULL},
};

static void imap_command(struct front *f, struct span line)
{
    if (!imap_take_tag(f, &line)) {
        front_bad(f, REPLY_UNKNOWN);
        return;
    }
    if (imap_blank_behind_literal(line)) {
        front_bad(f, REPLY_ARGUMENT);
        return;
    }
    front_dispatch(f, commands, sizeof commands / sizeof *commands, span_trim(line));
}

static void imap_broken_line(struct front *f, struct span line)
{
    imap_take_tag(f, &line);
}

static bool imap_can_say(struct span list)
{
    for (size_t i = 0; i < list.n; i++)
        if (list.p[i] < ' ' || list.p[i] > '~' || list.p[i] == ']')
            return false;
    return list.n > 0 && list.n <= LIMIT_CAPABILITY;
}

static void imap_granted(struct front *f, struct span list)
{
    if (!imap_can_say(list)) {
        front_say(f, REPLY_GRANTED);
        return;
    }
    if (f->internal.asked_capability) {
        buf_puts(&f->out, "* CAPABILITY ");
        buf_put(&f->out, list);
        buf_puts(&f->out, "\r\n");
    }
    buf_put(&f->out, buf_span(&f->internal.tag));
    buf_puts(&f->out, " OK [CAPABILITY ");
    buf_put(&f->out, list);
    buf_puts(&f->out, "] Logged in\r\n");
}

const struct front_dialect front_imap = {
    .greet = imap_greet,
    .command = imap_command,
    .piece = imap_piece,
    .broken = imap_broken_line,
    .ended = imap_line_ended,
    .granted = imap_granted,
    .prompt = "+ ",
};
