/* SPDX-License-Identifier: ISC */
/* back - PURE; see back.h. What the three dialogues share: lines, literals, ends. Holds the mail
 * password; believes nothing that the server sends before TLS. */
#include "back.h"

#include <string.h>

#include "back_dialogue.h"
#include "base64.h"
#include "offer.h"

static const struct back_dialogue *const dialogues[PROTOCOLS] = {
    [PROTOCOL_POP3S] = &back_pop3,
    [PROTOCOL_IMAP4S] = &back_imap,
    [PROTOCOL_SMTPS] = &back_smtp,
};

static const struct back_dialogue *back_dialogue_of(const struct back *b)
{
    return dialogues[b->config->protocol];
}

static size_t back_unread(const struct back *b) /* octets after the current line */
{
    return b->in.len - b->internal.kept - b->internal.line;
}

static void back_await(struct back *b, enum denial failure, const char *why)
{
    b->failure = failure;
    b->why = why;
}

enum back_event back_fail(struct back *b, enum denial failure, const char *why)
{
    buf_clear(&b->out);
    back_await(b, failure, why);
    b->internal.state = BACK_ENDED_BADLY;
    return BACK_FAILED;
}

enum back_event back_part(struct back *b, enum denial failure, const char *why)
{
    back_fail(b, failure, why);
    buf_puts(&b->out, back_dialogue_of(b)->quit);
    return BACK_FAILED;
}

void back_quit(struct back *b)
{
    buf_puts(&b->out, back_dialogue_of(b)->quit);
}

#define LACKING_WORD 64 /* octets of it in the log */

static enum back_event back_lacks(struct back *b, struct span word)
{
    struct buf why = BUF(b->lacking);

    buf_puts(&why, "the mail server lacks ");
    buf_put(&why, span_head(word, LACKING_WORD));
    buf_puts(&why, ", which the policy announces (announce)");
    buf_putc(&why, '\0');
    return back_part(b, DENIAL_ADMIN, b->lacking);
}

enum back_event back_keep_promises(struct back *b, struct span more)
{
    enum protocol p = b->config->protocol;
    struct span promised = span_str(b->config->announced);

    while (promised.n > 0) {
        struct span word = span_cut(&promised, ' ');
        if (offer_kind(p, word) == OFFER_GOOD && !offer_has(buf_span(&b->offer), p, word) &&
            !offer_has(more, p, word))
            return back_lacks(b, word);
    }
    return BACK_MORE;
}

enum back_event back_nonsense(struct back *b)
{
    return back_fail(b, DENIAL_TEMPORARY, "the mail server sent an unexpected reply");
}

enum back_event back_done(struct back *b)
{
    b->internal.state = BACK_ENDED;
    return BACK_DONE;
}

enum back_event back_said(struct back *b, enum back_state next)
{
    if (b->out.overflow)
        return back_fail(b, DENIAL_ADMIN, "the login is too long for a command");
    if (back_dialogue_of(b)->lock_step && back_unread(b) > 0)
        return back_fail(b, DENIAL_TEMPORARY, "the mail server replied before it was asked");
    b->internal.state = next;
    return BACK_MORE;
}

enum back_event back_handshake(struct back *b)
{
    if (back_unread(b) > 0)
        return back_fail(b, DENIAL_TEMPORARY, "plain text after the mail server's STARTTLS reply");
    b->internal.state = BACK_HANDSHAKE;
    return BACK_START_TLS;
}

void back_tls_started(struct back *b)
{
    if (b->internal.state != BACK_HANDSHAKE || b->in.len > 0) {
        back_fail(b, DENIAL_TEMPORARY, "plain text after the mail server's STARTTLS reply");
        return;
    }
    buf_clear(&b->capability);
    buf_clear(&b->offer);
    b->internal.listed = b->offered = false;
    b->internal.secured = true;
    back_dialogue_of(b)->secured(b);
}

static bool back_is_one_line(struct span s)
{
    return span_find(s, '\0') == SPAN_NOT_FOUND && span_find(s, '\r') == SPAN_NOT_FOUND &&
           span_find(s, '\n') == SPAN_NOT_FOUND;
}

static bool back_is_word(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~')
            return false;
    return s.n > 0;
}

static bool back_login_is_sound(const struct back_config *c)
{
    return c->user.n > 0 && c->password.n > 0 && back_is_one_line(c->user) &&
           back_is_one_line(c->password);
}

/* An unknown local address becomes the unspecified one. */
static bool back_read_addresses(struct back *b)
{
    const struct back_config *c = b->config;

    if (!c->client || !back_address(c->client, b->internal.client))
        return false;
    if (c->local && back_address(c->local, b->internal.local))
        return true;
    return back_address(back_address_v4(b->internal.client) ? "0.0.0.0" : "::", b->internal.local);
}

static bool back_address_way_fits(const struct back_config *c)
{
    if (c->client_address == CLIENT_ADDRESS_ID)
        return c->protocol == PROTOCOL_IMAP4S;
    if (c->client_address == CLIENT_ADDRESS_XCLIENT)
        return c->protocol != PROTOCOL_IMAP4S;
    return true;
}

static void back_begin(struct back *b)
{
    const struct back_config *c = b->config;

    if (c->authenticate && !back_login_is_sound(c))
        back_fail(b, DENIAL_REFUSED, "the mail name or password is empty, or holds NUL, CR or LF");
    else if (c->protocol == PROTOCOL_SMTPS && !back_is_word(span_str(c->helo)))
        back_fail(b, DENIAL_ADMIN,
                  "invalid host name for EHLO: expected printable ASCII without blanks");
    else if (!back_address_way_fits(c))
        back_fail(b, DENIAL_ADMIN, "invalid client-address: this protocol can't send it that way");
    else if (c->client_address != CLIENT_ADDRESS_NONE && !back_read_addresses(b))
        back_fail(b, DENIAL_TEMPORARY, "the client's address is unknown");
    else if (c->client_address == CLIENT_ADDRESS_PROXY_V2)
        back_put_proxy_v2(&b->out, b);
}

void back_init(struct back *b, const struct back_config *config)
{
    b->config = config;
    b->in = buf_on(b->in_room, sizeof b->in_room);
    b->out = buf_on(b->out_room, sizeof b->out_room);
    b->capability = buf_on(b->capability_room, sizeof b->capability_room);
    b->offer = buf_on(b->offer_room, sizeof b->offer_room);
    b->alert = buf_on(b->alert_room, sizeof b->alert_room);
    b->offered = false;
    back_await(b, DENIAL_TEMPORARY, "the mail server closed the connection during the login");
    b->lines = 0;
    b->internal = (struct back_internal){.state = BACK_GREETING};
    back_begin(b);
}

void back_wipe(struct back *b)
{
    buf_wipe(&b->out);
}

/* Removes n octets from b->in, those that follow the kept ones. */
static void back_drop(struct back *b, size_t n)
{
    char *at = b->in.p + b->internal.kept;

    memmove(at, at + n, b->in.len - b->internal.kept - n);
    b->in.len -= n;
}

/* Passes over a literal, which we don't need. What comes after the login is kept for the client.
 * true: the literal is over. */
static bool back_pass_literal(struct back *b)
{
    size_t here = b->in.len - b->internal.kept;
    size_t n = b->internal.literal < here ? b->internal.literal : here;

    b->internal.literal -= n;
    if (b->internal.state == IMAP_CAPABILITY)
        b->internal.kept += n;
    else
        back_drop(b, n);
    return b->internal.literal == 0;
}

static bool back_next_line(struct back *b, struct span *line)
{
    struct span rest;
    size_t at;

    if (!back_pass_literal(b))
        return false;
    rest = span_tail(buf_span(&b->in), b->internal.kept);
    at = span_find(rest, '\n');
    if (at == SPAN_NOT_FOUND)
        return false;
    *line = span_head(rest, at);
    if (line->n && line->p[line->n - 1] == '\r')
        line->n--;
    b->internal.line = at + 1;
    return true;
}

static enum back_event back_step_lines(struct back *b)
{
    enum back_event event = BACK_MORE;
    struct span line;

    while (event == BACK_MORE && back_next_line(b, &line)) {
        if (++b->lines > LIMIT_SERVER_LINES)
            return back_fail(b, DENIAL_TEMPORARY,
                             "the mail server sent too many lines before the login was done");
        event = back_dialogue_of(b)->line(b, line);
        back_drop(b, b->internal.line);
        b->internal.line = 0;
    }
    if (event == BACK_MORE && buf_room(&b->in) == 0)
        return back_fail(b, DENIAL_TEMPORARY, "the mail server sent a line that is too long");
    return event;
}

enum back_event back_step(struct back *b)
{
    switch (b->internal.state) {
    case BACK_ENDED:
        return BACK_DONE;
    case BACK_ENDED_BADLY:
        return BACK_FAILED;
    case BACK_HANDSHAKE:
        return BACK_START_TLS;
    default:
        return back_step_lines(b);
    }
}

const struct back_code *back_code_find(const struct back_code *rows, size_t n, struct span code)
{
    for (size_t i = 0; i < n; i++) {
        struct span row = span_str(rows[i].code);
        if (span_istarts(code, row) && (code.n == row.n || code.p[row.n] == '/'))
            return &rows[i];
    }
    return NULL;
}

struct span back_bracketed(struct span text)
{
    size_t end = span_find(text, ']');

    if (end == SPAN_NOT_FOUND || text.p[0] != '[')
        return SPAN_NONE;
    return span_tail(span_head(text, end), 1);
}

bool back_listed(struct span list, struct span word)
{
    while (list.n > 0)
        if (span_ieq(span_cut(&list, ' '), word))
            return true;
    return false;
}

/* Encodes the pieces one after the other, without making a copy of the whole. */
void back_put_plain(struct buf *out, const struct back_config *config)
{
    const struct span pieces[] = {SPAN("\0"), config->user, SPAN("\0"), config->password};
    char three[3];
    size_t held = 0;

    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
        for (size_t at = 0; at < pieces[i].n; at++) {
            three[held++] = pieces[i].p[at];
            if (held == sizeof three) {
                base64_encode(span_of(three, held), out);
                held = 0;
            }
        }
    base64_encode(span_of(three, held), out);
    explicit_bzero(three, sizeof three);
}
