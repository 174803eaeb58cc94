/* SPDX-License-Identifier: ISC */
/* back_smtp - PURE; see back_dialogue.h. EHLO and the login at an SMTP server (RFC 5321, 3207, 4954;
 * XCLIENT as in Postfix). */
#include "back_dialogue.h"
#include "base64.h"
#include "num.h"
#include "offer.h"

#define LINE_MAX_5321 512 /* RFC 5321 section 4.5.3.1.4, with CRLF */

/* The 5xx replies to AUTH that say why (RFC 4954 section 6, RFC 5248). */
static const struct {
    unsigned code;
    enum denial failure;
    const char *why;
} codes[] = {
    {500, DENIAL_TEMPORARY, "the mail server doesn't understand AUTH (500)"},
    {501, DENIAL_TEMPORARY, "the mail server doesn't understand AUTH (501)"},
    {502, DENIAL_ADMIN, "the mail server doesn't support AUTH (502)"},
    {503, DENIAL_TEMPORARY, "the mail server doesn't accept AUTH now (503)"},
    {504, DENIAL_ADMIN, "the mail server rejects the mechanism that it offered (504)"},
    {525, DENIAL_REFUSED, "the mail server has disabled the account (525)"},
    {530, DENIAL_ADMIN, "the mail server requires TLS before AUTH (530)"},
    {534, DENIAL_ADMIN, "the mail server requires a stronger mechanism (534)"},
    {535, DENIAL_REFUSED, "the mail server refuses the login"},
    {538, DENIAL_ADMIN, "the mail server requires TLS before AUTH (538)"},
};

static enum back_event smtp_say(struct back *b, const char *command, enum back_state next)
{
    buf_puts(&b->out, command);
    buf_puts(&b->out, "\r\n");
    return back_said(b, next);
}

static enum back_event smtp_say_ehlo(struct back *b)
{
    buf_clear(&b->capability);
    buf_clear(&b->offer);
    b->internal.mechanisms = b->internal.attributes = 0;
    buf_puts(&b->out, "EHLO ");
    return smtp_say(b, b->config->helo, SMTP_EHLO);
}

static enum back_event smtp_say_plain(struct back *b, enum back_state next)
{
    back_put_plain(&b->out, b->config);
    return smtp_say(b, "", next);
}

static enum back_event smtp_say_base64(struct back *b, struct span s, enum back_state next)
{
    base64_encode(s, &b->out);
    return smtp_say(b, "", next);
}

static enum back_event smtp_login(struct back *b)
{
    size_t n = BACK_PLAIN_LENGTH(b->config) + 2;

    if (n > LIMIT_AUTH_LINE)
        return back_part(b, DENIAL_ADMIN, "the login is too long for a command");
    if (b->config->rehearse && b->internal.mechanisms)
        return back_done(b);
    if (b->internal.mechanisms & BACK_PLAIN) {
        if (sizeof "AUTH PLAIN " - 1 + n > LINE_MAX_5321)
            return smtp_say(b, "AUTH PLAIN", SMTP_PLAIN);
        buf_puts(&b->out, "AUTH PLAIN ");
        return smtp_say_plain(b, SMTP_PLAIN_INITIAL);
    }
    if (b->internal.mechanisms & BACK_LOGIN_MECHANISM)
        return smtp_say(b, "AUTH LOGIN", SMTP_LOGIN_USER);
    return back_part(b, DENIAL_ADMIN, "the mail server offers neither AUTH PLAIN nor LOGIN");
}

static enum back_event smtp_ready(struct back *b)
{
    b->offered = true;
    if (back_keep_promises(b, SPAN_NONE) != BACK_MORE)
        return BACK_FAILED;
    return b->config->authenticate ? smtp_login(b) : back_done(b);
}

static enum back_event smtp_on_ehlo(struct back *b, unsigned code)
{
    const struct back_config *c = b->config;

    if (code != 250)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses EHLO");
    if (c->tls == SERVER_TLS_STARTTLS && !b->internal.secured) {
        if (!back_listed(buf_span(&b->capability), SPAN("STARTTLS")))
            return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't offer STARTTLS");
        return smtp_say(b, "STARTTLS", BACK_STARTTLS);
    }
    if (c->client_address == CLIENT_ADDRESS_XCLIENT && !b->internal.xclient_done) {
        if (!(b->internal.attributes & XCLIENT_ADDR))
            return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't offer XCLIENT");
        back_put_xclient(&b->out, b);
        return back_said(b, SMTP_XCLIENT);
    }
    return smtp_ready(b);
}

static enum back_event smtp_on_greeting(struct back *b, unsigned code)
{
    if (code != 220)
        return back_part(b, DENIAL_TEMPORARY, "the mail server greets with an error");
    return smtp_say_ehlo(b);
}

static enum back_event smtp_on_starttls(struct back *b, unsigned code)
{
    if (code != 220)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses STARTTLS");
    return back_handshake(b);
}

static enum back_event smtp_on_xclient(struct back *b, unsigned code)
{
    if (code != 220)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses XCLIENT");
    b->internal.xclient_done = true;
    return smtp_say_ehlo(b);
}

static enum back_event smtp_login_denied(struct back *b, unsigned code)
{
    struct span text = b->internal.text;

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
        if (codes[i].code == code)
            return back_part(b, codes[i].failure, codes[i].why);
    if (code / 100 == 5 && span_eq(span_cut(&text, ' '), SPAN("5.7.8")))
        return back_part(b, DENIAL_REFUSED, "the mail server refuses the login");
    if (code / 100 == 5)
        return back_deny_by_words(b, b->internal.text);
    if (code / 100 == 4)
        return back_part(b, DENIAL_TEMPORARY, "the mail server can't check the login now");
    return back_nonsense(b);
}

static enum back_event smtp_on_login(struct back *b, unsigned code)
{
    return code == 235 ? back_done(b) : smtp_login_denied(b, code);
}

static enum back_event smtp_on_plain(struct back *b, unsigned code)
{
    return code == 334 ? smtp_say_plain(b, BACK_LOGIN) : smtp_login_denied(b, code);
}

/* Some servers do not see the initial response, and ask for one. */
static enum back_event smtp_on_plain_initial(struct back *b, unsigned code)
{
    return code == 334 ? smtp_say_plain(b, BACK_LOGIN) : smtp_on_login(b, code);
}

static enum back_event smtp_on_login_user(struct back *b, unsigned code)
{
    return code == 334 ? smtp_say_base64(b, b->config->user, SMTP_LOGIN_PASSWORD)
                       : smtp_login_denied(b, code);
}

static enum back_event smtp_on_login_password(struct back *b, unsigned code)
{
    return code == 334 ? smtp_say_base64(b, b->config->password, BACK_LOGIN)
                       : smtp_login_denied(b, code);
}

static enum back_event (*const replies[BACK_STATES])(struct back *, unsigned code) = {
    [BACK_GREETING] = smtp_on_greeting,
    [BACK_STARTTLS] = smtp_on_starttls,
    [BACK_LOGIN] = smtp_on_login,
    [SMTP_EHLO] = smtp_on_ehlo,
    [SMTP_XCLIENT] = smtp_on_xclient,
    [SMTP_PLAIN] = smtp_on_plain,
    [SMTP_PLAIN_INITIAL] = smtp_on_plain_initial,
    [SMTP_LOGIN_USER] = smtp_on_login_user,
    [SMTP_LOGIN_PASSWORD] = smtp_on_login_password,
};

static void smtp_add_mechanisms(struct back *b, struct span words)
{
    if (back_listed(words, SPAN("PLAIN")))
        b->internal.mechanisms |= BACK_PLAIN;
    if (back_listed(words, SPAN("LOGIN")))
        b->internal.mechanisms |= BACK_LOGIN_MECHANISM;
}

static bool smtp_is_keyword(struct span s) /* RFC 5321 section 4.1.1.1 */
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c == '-' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
              (c >= 'a' && c <= 'z')))
            return false;
    }
    return s.n > 0;
}

/* Takes a line of the EHLO reply, any but the first: "SIZE 1000", "AUTH PLAIN LOGIN",
 * "AUTH=PLAIN". false: the list is too long. */
static bool smtp_add_keyword(struct back *b, struct span words)
{
    struct span line = words, word = span_cut(&words, ' ');

    offer_take(&b->offer, PROTOCOL_SMTPS, line);
    if (span_istarts(word, SPAN("AUTH="))) {
        smtp_add_mechanisms(b, span_tail(word, 5));
        word = span_head(word, 4);
    }
    if (!smtp_is_keyword(word))
        return true;
    if (span_ieq(word, SPAN("AUTH")))
        smtp_add_mechanisms(b, words);
    if (span_ieq(word, SPAN("XCLIENT")))
        b->internal.attributes |= back_xclient_attributes(words);
    if (b->capability.len > 0)
        buf_putc(&b->capability, ' ');
    return buf_put(&b->capability, word) && !b->capability.overflow;
}

static bool smtp_reply_line(struct span *line, unsigned *code, bool *last)
{
    uint64_t value;

    if (!num_parse(span_head(*line, 3), 599, &value) || line->n < 3 || value < 200)
        return false;
    if (line->n > 3 && line->p[3] != ' ' && line->p[3] != '-')
        return false;
    *code = (unsigned)value;
    *last = line->n == 3 || line->p[3] == ' ';
    *line = span_tail(*line, 4);
    return true;
}

static enum back_event smtp_on_line(struct back *b, struct span line)
{
    bool last, first = b->internal.code == 0;
    unsigned code;

    if (!smtp_reply_line(&line, &code, &last) || (!first && code != b->internal.code))
        return back_nonsense(b);
    if (b->internal.state == SMTP_EHLO && !first && !smtp_add_keyword(b, span_trim(line)))
        return back_fail(b, DENIAL_TEMPORARY, "the mail server's EHLO reply is too long");
    b->internal.code = last ? 0 : code;
    b->internal.text = line;
    return last ? replies[b->internal.state](b, code) : BACK_MORE;
}

const struct back_dialogue back_smtp = {
    .line = smtp_on_line, .secured = smtp_say_ehlo, .quit = "QUIT\r\n", .lock_step = true};
