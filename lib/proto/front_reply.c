/* SPDX-License-Identifier: ISC */
/* front_reply - all replies of front in one table, and how an ALERT is passed on. PURE. A reply never
 * repeats client input. */
#include "front_dialect.h"

#define OF_POP3 [PROTOCOL_POP3S]
#define OF_IMAP [PROTOCOL_IMAP4S]
#define OF_SMTP [PROTOCOL_SMTPS]

/* One text in all three protocols, after the code of each. */
#define IN_ALL(pop3, imap, smtp, text)                                                             \
    {                                                                                              \
        OF_POP3 = pop3 " " text, OF_IMAP = imap " " text, OF_SMTP = smtp " " text                  \
    }

/* clang-format off */
static const char *const texts[REPLIES][PROTOCOLS] = {
    [REPLY_REFUSED] = IN_ALL("-ERR [AUTH]", "NO [AUTHENTICATIONFAILED]", "535 5.7.8",
                             "Name or password is wrong"),
    [REPLY_TEMPORARY] = IN_ALL("-ERR [SYS/TEMP]", "NO [UNAVAILABLE]", "454 4.7.0",
                               "Login is temporarily unavailable, try again later"),
    [REPLY_LIMIT] = IN_ALL("-ERR [IN-USE]", "NO [LIMIT]", "454 4.7.0",
                           "Too many open sessions, close one or try again later"),
    [REPLY_ADMIN] = IN_ALL("-ERR [SYS/PERM]", "NO [CONTACTADMIN]", "454 4.7.0",
                           "Login is not possible, contact your administrator"),
    [REPLY_UNCLEAR] = IN_ALL("-ERR", "NO", "554 5.7.0",
                             "The mail server refuses the login and does not say why"),
    [REPLY_ENOUGH] = {OF_IMAP = "* BYE Too many failed logins",
                      OF_SMTP = "421 4.7.0 Too many failed logins"},
    [REPLY_GRANTED] = IN_ALL("+OK", "OK", "235 2.7.0", "Logged in"),
    [REPLY_DONE] = {OF_POP3 = "+OK", OF_IMAP = "OK Done", OF_SMTP = "250 2.0.0 OK"},
    [REPLY_GOODBYE] = IN_ALL("+OK", "* BYE", "221 2.0.0", "Goodbye"),
    [REPLY_BUSY] = IN_ALL("-ERR [SYS/TEMP]", "* BYE", "421 4.3.2",
                          "Too many connections, try again later"),
    [REPLY_TIMEOUT] = IN_ALL("-ERR [SYS/TEMP]", "* BYE", "421 4.7.0",
                             "The login took too long"),
    [REPLY_LOGGED_OFF] = IN_ALL("-ERR [SYS/TEMP]", "* BYE", "421 4.3.2",
                                "Disconnected by the administrator"),
    [REPLY_TROUBLE] = IN_ALL("-ERR [SYS/TEMP]", "* BYE", "421 4.3.2",
                             "Service is temporarily unavailable, try again later"),
    [REPLY_EVICTED] = IN_ALL("-ERR [SYS/TEMP]", "* BYE", "421 4.3.2",
                             "Too many pending logins, try again later"),
    [REPLY_TOO_MANY] = IN_ALL("-ERR", "* BYE", "421 4.7.0", "Too many commands before login"),
    [REPLY_LONG_LITERAL] = {OF_IMAP = "* BYE The literal is too long"},
    [REPLY_CANCELLED] = IN_ALL("-ERR", "BAD", "501 5.5.2", "Authentication cancelled"),
    [REPLY_BAD_RESPONSE] = IN_ALL("-ERR", "BAD", "501 5.5.2", "Invalid authentication response"),
    [REPLY_BAD_MECHANISM] = IN_ALL("-ERR", "NO", "504 5.5.4",
                                   "Unsupported authentication mechanism"),
    [REPLY_BAD_LINE] = IN_ALL("-ERR", "BAD", "500 5.5.2", "Invalid line ending: expected CRLF"),
    [REPLY_LONG_LINE] = IN_ALL("-ERR", "BAD", "500 5.5.2", "The line is too long"),
    [REPLY_LONG_RESPONSE] = IN_ALL("-ERR", "BAD", "500 5.5.6",
                                   "The authentication response is too long"),
    [REPLY_UNKNOWN] = {OF_POP3 = "-ERR Unknown command",
                       OF_IMAP = "BAD Unknown command, or not allowed before login",
                       OF_SMTP = "500 5.5.1 Unknown command"},
    [REPLY_LOGIN_FIRST] = {OF_POP3 = "-ERR Log in first",
                           OF_SMTP = "530 5.7.0 Authentication required"},
    [REPLY_ARGUMENT] = IN_ALL("-ERR", "BAD", "501 5.5.4", "Invalid arguments"),
    [REPLY_USER_FIRST] = {OF_POP3 = "-ERR Send USER before PASS"},
    [REPLY_EHLO_FIRST] = {OF_SMTP = "503 5.5.1 Send EHLO before AUTH"},
    [REPLY_TLS_ACTIVE] = IN_ALL("-ERR", "BAD", "503 5.5.1", "TLS is already active"),
};
/* clang-format on */

void front_say(struct front *f, enum front_reply reply)
{
    const char *text = texts[reply][f->config->protocol];

    if (!text)
        return;
    if (f->config->protocol == PROTOCOL_IMAP4S && text[0] != '*') {
        buf_put(&f->out, buf_span(&f->internal.tag));
        buf_putc(&f->out, ' ');
    }
    buf_puts(&f->out, text);
    buf_puts(&f->out, "\r\n");
}

void front_alert(struct front *f, struct span text, bool granted)
{
    while (f->config->protocol == PROTOCOL_IMAP4S && text.n > 0) {
        buf_puts(&f->out, granted ? "* OK [ALERT] " : "* NO [ALERT] ");
        buf_put(&f->out, span_cut(&text, '\n'));
        buf_puts(&f->out, "\r\n");
    }
}

enum front_reply front_reply_of_denial(enum denial why)
{
    static const enum front_reply replies[] = {
        [DENIAL_REFUSED] = REPLY_REFUSED, [DENIAL_TEMPORARY] = REPLY_TEMPORARY,
        [DENIAL_LIMIT] = REPLY_LIMIT,     [DENIAL_ADMIN] = REPLY_ADMIN,
        [DENIAL_UNCLEAR] = REPLY_UNCLEAR,
    };
    return replies[why];
}

enum front_reply front_reply_of_goodbye(enum goodbye why)
{
    static const enum front_reply replies[] = {
        [GOODBYE_EVICTED] = REPLY_EVICTED, [GOODBYE_BUSY] = REPLY_BUSY,
        [GOODBYE_TIMEOUT] = REPLY_TIMEOUT, [GOODBYE_LOGGED_OFF] = REPLY_LOGGED_OFF,
        [GOODBYE_TROUBLE] = REPLY_TROUBLE,
    };
    return replies[why];
}

const char *front_text_of_denial(enum protocol p, enum denial why)
{
    return texts[front_reply_of_denial(why)][p];
}

const char *front_text_of_goodbye(enum protocol p, enum goodbye why)
{
    return texts[front_reply_of_goodbye(why)][p];
}

const char *front_text_of_grant(enum protocol p)
{
    return texts[REPLY_GRANTED][p];
}
