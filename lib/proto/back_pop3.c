/* SPDX-License-Identifier: ISC */
/* back_pop3 - PURE; see back_dialogue.h. The login at a POP3 server: USER and PASS, or AUTH PLAIN if
 * they can't carry it (RFC 1939, 2449, 2595, 3206, 5034). */
#include "back_dialogue.h"
#include "base64.h"
#include "offer.h"

#define LINE_MAX_2449 255 /* RFC 2449 section 4: a command with its CRLF */

static const struct back_code codes[] = {
    {"AUTH", DENIAL_REFUSED, "the mail server refuses the login"},
    {"IN-USE", DENIAL_LIMIT, "the mailbox is in use (IN-USE)"},
    {"LOGIN-DELAY", DENIAL_TEMPORARY, "the mail server wants a delay between logins (LOGIN-DELAY)"},
    {"SYS/PERM", DENIAL_ADMIN, "the mail server reports a permanent failure (SYS/PERM)"},
    {"SYS", DENIAL_TEMPORARY, "the mail server reports a temporary failure (SYS/TEMP)"},
};

static const struct back_code *pop3_code(struct span text)
{
    return back_code_find(codes, sizeof codes / sizeof *codes, back_bracketed(text));
}

static enum back_event pop3_denied(struct back *b, struct span text, enum denial otherwise,
                                   const char *why)
{
    const struct back_code *row = pop3_code(text);

    return row ? back_part(b, row->failure, row->why) : back_part(b, otherwise, why);
}

static enum back_event pop3_login_denied(struct back *b, struct span text)
{
    const struct back_code *row = pop3_code(text);

    return row ? back_part(b, row->failure, row->why) : back_deny_by_words(b, text);
}

enum way {
    WAY_USER,        /* USER and PASS carry the login as it is */
    WAY_RATHER_AUTH, /* AUTH PLAIN if offered: 8 bit, or blanks at the password's start or end */
    WAY_AUTH,        /* only AUTH PLAIN */
};

static bool has_8bit(struct span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || (unsigned char)s.p[i] > '~')
            return true;
    return false;
}

static enum way pop3_way(const struct back_config *c)
{
    size_t most = LINE_MAX_2449 - sizeof "USER \r\n" + 1;

    if (c->user.n > most || c->password.n > most || span_find(c->user, ' ') != SPAN_NOT_FOUND ||
        span_find(c->user, '\t') != SPAN_NOT_FOUND)
        return WAY_AUTH;
    if (has_8bit(c->user) || has_8bit(c->password) || span_trim(c->password).n != c->password.n)
        return WAY_RATHER_AUTH;
    return WAY_USER;
}

static enum back_event pop3_say(struct back *b, const char *command, struct span argument,
                                enum back_state next)
{
    buf_puts(&b->out, command);
    buf_put(&b->out, argument);
    buf_puts(&b->out, "\r\n");
    return back_said(b, next);
}

static enum back_event pop3_say_plain(struct back *b, enum back_state next)
{
    back_put_plain(&b->out, b->config);
    return pop3_say(b, "", SPAN_NONE, next);
}

static enum back_event pop3_say_auth(struct back *b)
{
    if (sizeof "AUTH PLAIN \r\n" - 1 + BACK_PLAIN_LENGTH(b->config) > LINE_MAX_2449)
        return pop3_say(b, "AUTH PLAIN", SPAN_NONE, POP3_AUTH);
    buf_puts(&b->out, "AUTH PLAIN ");
    return pop3_say_plain(b, POP3_AUTH_INITIAL);
}

static enum back_event pop3_ask(struct back *b)
{
    return pop3_say(b, "CAPA", SPAN_NONE, POP3_CAPA);
}

/* A server with CAPA lists what it takes (RFC 2449 section 6). A login tries USER all the same. */
static enum back_event pop3_rehearse(struct back *b)
{
    if (b->internal.state == POP3_CAPA_LIST && !b->internal.mechanisms)
        return back_part(b, DENIAL_ADMIN, "the mail server offers neither USER nor AUTH PLAIN");
    return back_done(b);
}

static enum back_event pop3_login(struct back *b)
{
    enum way way = pop3_way(b->config);

    if (!b->config->authenticate)
        return back_done(b);
    if (b->config->rehearse)
        return pop3_rehearse(b);
    if (way != WAY_USER && b->internal.mechanisms & BACK_PLAIN)
        return pop3_say_auth(b);
    if (way == WAY_AUTH)
        return back_part(b, DENIAL_ADMIN,
                         "this login needs AUTH PLAIN, and the mail server doesn't offer it");
    return pop3_say(b, "USER ", b->config->user, POP3_USER);
}

static enum back_event pop3_say_xclient(struct back *b)
{
    buf_puts(&b->out, "XCLIENT ADDR=");
    back_put_address(&b->out, b->internal.client);
    buf_puts(&b->out, " PORT=");
    buf_putnum(&b->out, b->config->client_port);
    return pop3_say(b, "", SPAN_NONE, POP3_XCLIENT);
}

/* A server offers XCLIENT in its greeting only, so that offer stays valid after STLS. An attacker who
 * adds or removes it can only make the login fail. */
static enum back_event pop3_on_secured(struct back *b)
{
    if (b->config->client_address != CLIENT_ADDRESS_XCLIENT)
        return pop3_ask(b);
    if (!b->internal.xclient_offered)
        return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't offer XCLIENT");
    return pop3_say_xclient(b);
}

static enum back_event pop3_on_greeting(struct back *b, bool ok, struct span text)
{
    if (!ok)
        return pop3_denied(b, text, DENIAL_TEMPORARY, "the mail server greets with an error");
    b->internal.xclient_offered = back_listed(back_bracketed(text), SPAN("XCLIENT"));
    if (b->config->tls == SERVER_TLS_STARTTLS)
        return pop3_say(b, "STLS", SPAN_NONE, BACK_STARTTLS);
    return pop3_on_secured(b);
}

static enum back_event pop3_on_stls(struct back *b, bool ok, struct span text)
{
    (void)text;
    if (!ok)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses STLS");
    return back_handshake(b);
}

static enum back_event pop3_on_xclient(struct back *b, bool ok, struct span text)
{
    (void)text;
    if (!ok)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses XCLIENT");
    return pop3_ask(b);
}

/* A server without CAPA may well have what the policy announces. */
static enum back_event pop3_on_capa(struct back *b, bool ok, struct span text)
{
    (void)text;
    b->offered = !ok;
    if (!ok)
        return pop3_login(b);
    b->internal.state = POP3_CAPA_LIST;
    return BACK_MORE;
}

static enum back_event pop3_on_user(struct back *b, bool ok, struct span text)
{
    if (!ok)
        return pop3_login_denied(b, text);
    return pop3_say(b, "PASS ", b->config->password, BACK_LOGIN);
}

static enum back_event pop3_on_auth(struct back *b, bool ok, struct span text)
{
    return ok ? back_nonsense(b) : pop3_login_denied(b, text);
}

static enum back_event pop3_on_login(struct back *b, bool ok, struct span text)
{
    return ok ? back_done(b) : pop3_login_denied(b, text);
}

static enum back_event (*const replies[BACK_STATES])(struct back *, bool ok, struct span text) = {
    [BACK_GREETING] = pop3_on_greeting,  [BACK_STARTTLS] = pop3_on_stls,
    [POP3_XCLIENT] = pop3_on_xclient,    [POP3_CAPA] = pop3_on_capa,
    [POP3_USER] = pop3_on_user,          [POP3_AUTH] = pop3_on_auth,
    [POP3_AUTH_INITIAL] = pop3_on_login, [BACK_LOGIN] = pop3_on_login,
};

static enum back_event pop3_on_capability(struct back *b, struct span line)
{
    struct span word;

    if (span_eq(line, SPAN("."))) {
        b->offered = true;
        return back_keep_promises(b, SPAN_NONE) == BACK_MORE ? pop3_login(b) : BACK_FAILED;
    }
    offer_take(&b->offer, PROTOCOL_POP3S, line);
    word = span_cut(&line, ' ');
    if (span_ieq(word, SPAN("SASL")) && back_listed(line, SPAN("PLAIN")))
        b->internal.mechanisms |= BACK_PLAIN;
    if (span_ieq(word, SPAN("USER")))
        b->internal.mechanisms |= BACK_USER;
    return BACK_MORE;
}

static enum back_event pop3_on_line(struct back *b, struct span line)
{
    enum back_state state = b->internal.state;
    struct span status;

    if (state == POP3_CAPA_LIST)
        return pop3_on_capability(b, line);
    status = span_cut(&line, ' ');
    if (span_ieq(status, SPAN("+OK")))
        return replies[state](b, true, span_trim(line));
    if (span_ieq(status, SPAN("-ERR")))
        return replies[state](b, false, span_trim(line));
    /* Some servers do not see the initial response, and ask for one. */
    if (span_eq(status, SPAN("+")) && (state == POP3_AUTH || state == POP3_AUTH_INITIAL))
        return pop3_say_plain(b, BACK_LOGIN);
    return back_nonsense(b);
}

const struct back_dialogue back_pop3 = {
    .line = pop3_on_line, .secured = pop3_on_secured, .quit = "QUIT\r\n", .lock_step = true};
