/* SPDX-License-Identifier: ISC */
/* back_imap - PURE; see back_dialogue.h. An IMAP server's replies until the login is done
 * (RFC 9051, 5530). */
#include "back_imap.h"
#include "num.h"

static const struct back_code codes[] = {
    {"AUTHENTICATIONFAILED", DENIAL_REFUSED, "the mail server refuses the login"},
    {"AUTHORIZATIONFAILED", DENIAL_REFUSED, "the mail server refuses the login (authorization)"},
    {"EXPIRED", DENIAL_REFUSED, "the mail password has expired"},
    {"NOPERM", DENIAL_REFUSED, "the mail server refuses the login (NOPERM)"},
    {"UNAVAILABLE", DENIAL_TEMPORARY, "the mail server can't check the login now (UNAVAILABLE)"},
    {"INUSE", DENIAL_LIMIT, "the mailbox is in use (INUSE)"},
    {"SERVERBUG", DENIAL_TEMPORARY, "the mail server reports an internal error (SERVERBUG)"},
    {"CLIENTBUG", DENIAL_TEMPORARY, "the mail server doesn't understand us (CLIENTBUG)"},
    {"OVERQUOTA", DENIAL_TEMPORARY, "the user is over quota at the mail server (OVERQUOTA)"},
    {"LIMIT", DENIAL_LIMIT, "a limit at the mail server is reached (LIMIT)"},
    {"PRIVACYREQUIRED", DENIAL_ADMIN, "the mail server requires TLS (PRIVACYREQUIRED)"},
    {"CONTACTADMIN", DENIAL_ADMIN,
     "the mail server says to contact its administrator (CONTACTADMIN)"},
    {"CANNOT", DENIAL_ADMIN, "the mail server can never accept this login (CANNOT)"},
    {"CORRUPTION", DENIAL_ADMIN, "the mail server's data is corrupt (CORRUPTION)"},
    {"REFERRAL", DENIAL_ADMIN, "the mail server refers this user to another server (REFERRAL)"},
};

static const struct back_code *imap_code_of(struct span text)
{
    struct span words = back_bracketed(text);

    return back_code_find(codes, sizeof codes / sizeof *codes, span_cut(&words, ' '));
}

/* Stores the words that are atoms: the client gets them inside [CAPABILITY …]. */
static enum back_event imap_take_list(struct back *b, struct span words)
{
    buf_clear(&b->capability);
    while (words.n > 0) {
        struct span word = span_cut(&words, ' ');
        bool atom = word.n > 0;
        for (size_t i = 0; i < word.n; i++)
            atom = atom && word.p[i] > ' ' && word.p[i] <= '~' && word.p[i] != ']';
        if (!atom)
            continue;
        if (b->capability.len > 0)
            buf_putc(&b->capability, ' ');
        buf_put(&b->capability, word);
    }
    if (b->capability.overflow)
        return back_fail(b, DENIAL_TEMPORARY, "the mail server's capability list is too long");
    b->internal.listed = b->capability.len > 0;
    return BACK_MORE;
}

static enum back_event imap_take_code(struct back *b, struct span text)
{
    struct span words = back_bracketed(text);

    return span_ieq(span_cut(&words, ' '), SPAN("CAPABILITY")) ? imap_take_list(b, words)
                                                               : BACK_MORE;
}

/* RFC 9051 section 7.1: what the server says with ALERT must be shown to the user; of too many the
 * last ones. Before STARTTLS anybody may have said it, also where the login then fails for want of TLS. */
static void imap_take_alert(struct back *b, struct span text)
{
    struct span code = back_bracketed(text);

    if (b->config->tls == SERVER_TLS_STARTTLS && !b->internal.secured)
        return;
    if (!span_ieq(span_cut(&code, ' '), SPAN("ALERT")))
        return;
    text = span_trim(span_tail(text, span_find(text, ']') + 1));
    if (text.n == 0)
        return;
    if (text.n >= buf_room(&b->alert) || b->internal.alerts == LIMIT_ALERTS) {
        buf_clear(&b->alert);
        b->internal.alerts = 0;
    }
    if (b->alert.len > 0)
        buf_putc(&b->alert, '\n');
    back_put_shown(&b->alert, text);
    b->internal.alerts++;
}

static enum back_event imap_logged_in(struct back *b)
{
    if (back_imap_check(b) != BACK_MORE ||
        back_keep_promises(b, buf_span(&b->capability)) != BACK_MORE)
        return BACK_FAILED;
    return back_done(b);
}

static enum back_event imap_on_greeting(struct back *b, struct span status, struct span text)
{
    if (span_ieq(status, SPAN("PREAUTH")))
        return back_fail(b, DENIAL_TEMPORARY,
                         "the mail server greeted with PREAUTH, without any login");
    if (span_ieq(status, SPAN("BYE")))
        return back_fail(b, DENIAL_TEMPORARY, "the mail server greeted with BYE");
    if (!span_ieq(status, SPAN("OK")))
        return back_nonsense(b);
    if (imap_take_code(b, text) != BACK_MORE)
        return BACK_FAILED;
    if (b->config->tls != SERVER_TLS_STARTTLS)
        return back_imap_secured(b);
    if (b->internal.listed && !back_imap_offers(b, SPAN("STARTTLS")))
        return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't offer STARTTLS");
    return back_imap_say(b, "STARTTLS", BACK_STARTTLS);
}

static enum back_event imap_on_starttls(struct back *b, bool ok, struct span text)
{
    (void)text;
    if (!ok)
        return back_part(b, DENIAL_TEMPORARY, "the mail server refuses STARTTLS");
    return back_handshake(b);
}

static enum back_event imap_on_id(struct back *b, bool ok, struct span text)
{
    (void)text;
    return ok ? back_imap_login(b) : back_part(b, DENIAL_TEMPORARY, "the mail server refuses ID");
}

static enum back_event imap_login_denied(struct back *b, bool no, struct span text)
{
    const struct back_code *row = imap_code_of(text);

    if (row)
        return back_part(b, row->failure, row->why);
    if (no)
        return back_deny_by_words(b, text);
    return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't understand the login");
}

static enum back_event imap_on_login(struct back *b, bool ok, struct span text)
{
    (void)ok;
    if (imap_take_code(b, text) != BACK_MORE)
        return BACK_FAILED;
    return b->internal.listed ? imap_logged_in(b) : back_imap_say(b, "CAPABILITY", IMAP_CAPABILITY);
}

static enum back_event imap_take_answer(struct back *b, bool ok, struct span text,
                                        enum back_event (*then)(struct back *b))
{
    if (ok && imap_take_code(b, text) != BACK_MORE)
        return BACK_FAILED;
    if (!ok || !b->internal.listed)
        return back_part(b, DENIAL_TEMPORARY, "the mail server doesn't list its capabilities");
    return then(b);
}

static enum back_event imap_on_offer(struct back *b, bool ok, struct span text)
{
    return imap_take_answer(b, ok, text, back_imap_login);
}

static enum back_event imap_on_capability(struct back *b, bool ok, struct span text)
{
    return imap_take_answer(b, ok, text, imap_logged_in);
}

/* How each state takes the reply to its command, and a continuation. */
static const struct {
    enum back_event (*reply)(struct back *b, bool ok, struct span text);
    enum back_event (*go_on)(struct back *b);
    bool login; /* NO and BAD deny the login; OK only in the last of these states */
} states[BACK_STATES] = {
    [BACK_STARTTLS] = {.reply = imap_on_starttls},
    [IMAP_ID] = {.reply = imap_on_id},
    [IMAP_USER] = {.go_on = back_imap_say_user, .login = true},
    [IMAP_PASSWORD] = {.go_on = back_imap_say_password, .login = true},
    [IMAP_AUTHENTICATE] = {.go_on = back_imap_say_plain, .login = true},
    /* Some servers do not see the initial response, and ask for one. */
    [IMAP_INITIAL] = {.reply = imap_on_login, .go_on = back_imap_say_plain, .login = true},
    [BACK_LOGIN] = {.reply = imap_on_login, .login = true},
    [IMAP_OFFER] = {.reply = imap_on_offer},
    [IMAP_CAPABILITY] = {.reply = imap_on_capability},
};

static enum back_event imap_on_tagged(struct back *b, struct span tag, struct span rest)
{
    struct span status = span_cut(&rest, ' ');
    bool ok = span_ieq(status, SPAN("OK")), no = span_ieq(status, SPAN("NO"));
    enum back_state state = b->internal.state;
    uint64_t number;

    if (!span_starts(tag, SPAN("W")) || !num_parse(span_tail(tag, 1), 99, &number) ||
        number != b->internal.tag || !(ok || no || span_ieq(status, SPAN("BAD"))))
        return back_nonsense(b);
    imap_take_alert(b, rest);
    if (!ok && states[state].login)
        return imap_login_denied(b, no, rest);
    return states[state].reply ? states[state].reply(b, ok, rest) : back_nonsense(b);
}

/* Notes whether the response goes on with a literal after this line. Always BACK_MORE. */
static enum back_event imap_look_for_literal(struct back *b, struct span line)
{
    size_t open = span_rfind(line, '{');
    uint64_t n;

    b->internal.continued = false;
    if (line.n == 0 || line.p[line.n - 1] != '}' || open == SPAN_NOT_FOUND)
        return BACK_MORE;
    if (!num_parse(span_tail(span_head(line, line.n - 1), open + 1), LIMIT_SERVER_IN, &n))
        return BACK_MORE;
    b->internal.literal = (size_t)n;
    b->internal.continued = true;
    return BACK_MORE;
}

/* Keeps the line in b->in for the client, if it came after the login's OK. */
static void imap_keep_line(struct back *b)
{
    if (b->internal.state != IMAP_CAPABILITY)
        return;
    b->internal.kept += b->internal.line;
    b->internal.line = 0;
}

static enum back_event imap_on_untagged(struct back *b, struct span text)
{
    struct span rest = text, word = span_cut(&rest, ' ');
    struct span code = back_bracketed(rest);
    bool status =
        span_ieq(word, SPAN("OK")) || span_ieq(word, SPAN("NO")) || span_ieq(word, SPAN("BAD"));

    if ((status && b->internal.state != IMAP_CAPABILITY) || span_ieq(word, SPAN("BYE")))
        imap_take_alert(b, rest); /* after the login the client gets a status line itself */
    if (b->internal.state == BACK_GREETING)
        return imap_on_greeting(b, word, rest);
    if (span_ieq(word, SPAN("CAPABILITY")))
        return imap_take_list(b, rest);
    if (span_ieq(word, SPAN("PREAUTH")))
        return back_nonsense(b);
    if (span_ieq(word, SPAN("BYE")))
        return back_fail(b, b->failure, "the mail server said BYE during the login");
    if (status && span_ieq(span_cut(&code, ' '), SPAN("CAPABILITY")))
        return imap_take_code(b, rest);
    if (!status)
        imap_look_for_literal(b, rest);
    imap_keep_line(b);
    return BACK_MORE;
}

static enum back_event imap_on_line(struct back *b, struct span line)
{
    struct span rest = line, word;

    if (b->internal.continued) {
        imap_look_for_literal(b, line);
        imap_keep_line(b);
        return BACK_MORE;
    }
    word = span_cut(&rest, ' ');
    if (span_eq(word, SPAN("*")))
        return imap_on_untagged(b, rest);
    if (b->internal.state == BACK_GREETING)
        return back_nonsense(b);
    if (span_eq(word, SPAN("+")))
        return states[b->internal.state].go_on ? states[b->internal.state].go_on(b)
                                               : back_nonsense(b);
    return imap_on_tagged(b, word, rest);
}

const struct back_dialogue back_imap = {
    .line = imap_on_line, .secured = back_imap_secured, .quit = "W LOGOUT\r\n", .lock_step = false};
