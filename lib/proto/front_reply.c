/* SPDX-License-Identifier: ISC */
/* front_reply - what front says, in one table. PURE. Never says what the client said. */
#include "front_dialect.h"
#include "front_text.h"

#define OF_POP3 [PROTOCOL_POP3S]
#define OF_IMAP [PROTOCOL_IMAP4S]
#define OF_SMTP [PROTOCOL_SMTPS]

static const char *const texts[REPLIES][PROTOCOLS] = {
    [REPLY_REFUSED] = {OF_POP3 = "-ERR [AUTH] Name or password is wrong",
                       OF_IMAP = "NO [AUTHENTICATIONFAILED] Name or password is wrong",
                       OF_SMTP = "535 5.7.8 Name or password is wrong"},
    [REPLY_TEMPORARY] = {OF_POP3 = "-ERR [SYS/TEMP] Login is not possible now, try again later",
                         OF_IMAP = "NO [UNAVAILABLE] Login is not possible now, try again later",
                         OF_SMTP = "454 4.7.0 Login is not possible now, try again later"},
    [REPLY_LIMIT] = {OF_POP3 = "-ERR [IN-USE] Too many sessions, close one or try again later",
                     OF_IMAP = "NO [LIMIT] Too many sessions, close one or try again later",
                     OF_SMTP = "454 4.7.0 Too many sessions, close one or try again later"},
    [REPLY_ADMIN] = {OF_POP3 = "-ERR [SYS/PERM] Login is not possible, tell your administrator",
                     OF_IMAP = "NO [CONTACTADMIN] Login is not possible, tell your administrator",
                     OF_SMTP = "454 4.7.0 Login is not possible, tell your administrator"},
    [REPLY_ENOUGH] = {OF_IMAP = "* BYE Too many failed logins",
                      OF_SMTP = "421 4.7.0 Too many failed logins"},
    [REPLY_GRANTED] = {OF_POP3 = "+OK Logged in", OF_IMAP = "OK Logged in",
                       OF_SMTP = "235 2.7.0 Logged in"},
    [REPLY_DONE] = {OF_POP3 = "+OK", OF_IMAP = "OK Done", OF_SMTP = "250 2.0.0 OK"},
    [REPLY_GOODBYE] = {OF_POP3 = "+OK Goodbye", OF_IMAP = "* BYE Goodbye",
                       OF_SMTP = "221 2.0.0 Goodbye"},
    [REPLY_BUSY] = {OF_POP3 = "-ERR [SYS/TEMP] Too many connections, try again later",
                    OF_IMAP = "* BYE Too many connections, try again later",
                    OF_SMTP = "421 4.3.2 Too many connections, try again later"},
    [REPLY_TIMEOUT] = {OF_POP3 = "-ERR [SYS/TEMP] The login took too long",
                       OF_IMAP = "* BYE The login took too long",
                       OF_SMTP = "421 4.7.0 The login took too long"},
    [REPLY_LOGGED_OFF] = {OF_POP3 = "-ERR [SYS/TEMP] Closed by the administrator",
                          OF_IMAP = "* BYE Closed by the administrator",
                          OF_SMTP = "421 4.3.2 Closed by the administrator"},
    [REPLY_TROUBLE] = {OF_POP3 = "-ERR [SYS/TEMP] Out of service, try again later",
                       OF_IMAP = "* BYE Out of service, try again later",
                       OF_SMTP = "421 4.3.2 Out of service, try again later"},
    [REPLY_EVICTED] = {OF_POP3 = "-ERR [SYS/TEMP] Others came and this login was not done yet",
                       OF_IMAP = "* BYE Others came and this login was not done yet",
                       OF_SMTP = "421 4.3.2 Others came and this login was not done yet"},
    [REPLY_TOO_MANY] = {OF_POP3 = "-ERR Too many commands without a login",
                        OF_IMAP = "* BYE Too many commands without a login",
                        OF_SMTP = "421 4.7.0 Too many commands without a login"},
    [REPLY_LONG_LITERAL] = {OF_IMAP = "* BYE The literal is too long"},
    [REPLY_CANCELLED] = {OF_POP3 = "-ERR Authentication cancelled",
                         OF_IMAP = "BAD Authentication cancelled",
                         OF_SMTP = "501 5.5.2 Authentication cancelled"},
    [REPLY_BAD_RESPONSE] = {OF_POP3 = "-ERR Not a valid response of this mechanism",
                            OF_IMAP = "BAD Not a valid response of this mechanism",
                            OF_SMTP = "501 5.5.2 Not a valid response of this mechanism"},
    [REPLY_BAD_MECHANISM] = {OF_POP3 = "-ERR No such authentication mechanism",
                             OF_IMAP = "NO No such authentication mechanism",
                             OF_SMTP = "504 5.5.4 No such authentication mechanism"},
    [REPLY_BAD_LINE] = {OF_POP3 = "-ERR A line ends in CRLF and holds no other CR or LF",
                        OF_IMAP = "BAD A line ends in CRLF and holds no other CR or LF",
                        OF_SMTP = "500 5.5.2 A line ends in CRLF and holds no other CR or LF"},
    [REPLY_LONG_LINE] = {OF_POP3 = "-ERR The line is too long",
                         OF_IMAP = "BAD The line is too long",
                         OF_SMTP = "500 5.5.2 The line is too long"},
    [REPLY_LONG_RESPONSE] = {OF_POP3 = "-ERR The response is too long",
                             OF_IMAP = "BAD The response is too long",
                             OF_SMTP = "500 5.5.6 The response is too long"},
    [REPLY_UNKNOWN] = {OF_POP3 = "-ERR Unknown command", OF_IMAP = "BAD Not a command before login",
                       OF_SMTP = "500 5.5.1 Unknown command"},
    [REPLY_LOGIN_FIRST] = {OF_POP3 = "-ERR Not before login",
                           OF_IMAP = "BAD Not a command before login",
                           OF_SMTP = "530 5.7.0 Authentication is required"},
    [REPLY_ARGUMENT] = {OF_POP3 = "-ERR Wrong arguments", OF_IMAP = "BAD Wrong arguments",
                        OF_SMTP = "501 5.5.4 Wrong arguments"},
    [REPLY_USER_FIRST] = {OF_POP3 = "-ERR USER comes before PASS"},
    [REPLY_EHLO_FIRST] = {OF_SMTP = "503 5.5.1 EHLO comes before AUTH"},
    [REPLY_TLS_STANDS] = {OF_POP3 = "-ERR TLS stands already", OF_IMAP = "BAD TLS stands already",
                          OF_SMTP = "503 5.5.1 TLS stands already"},
};

void front_say(struct front *f, enum front_reply reply)
{
    const char *text = texts[reply][f->config->protocol];

    if (!text)
        return;
    if (f->config->protocol == PROTOCOL_IMAP4S && text[0] != '*') {
        buf_put(&f->out, buf_span(&f->inner.tag));
        buf_putc(&f->out, ' ');
    }
    buf_puts(&f->out, text);
    buf_puts(&f->out, "\r\n");
}

enum front_reply front_reply_of_denial(enum denial why)
{
    static const enum front_reply replies[] = {
        [DENIAL_REFUSED] = REPLY_REFUSED,
        [DENIAL_TEMPORARY] = REPLY_TEMPORARY,
        [DENIAL_LIMIT] = REPLY_LIMIT,
        [DENIAL_ADMIN] = REPLY_ADMIN,
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
