/* SPDX-License-Identifier: ISC */
/* front_smtp - PURE; the SMTP dialogue (RFC 5321, 4954, 2034, 1870) before AUTH. Believes nothing
 * that the client sends. */
#include "front_dialect.h"

static void smtp_greet(struct front *f)
{
    buf_puts(&f->out, "220 ");
    buf_puts(&f->out, f->config->host);
    buf_puts(&f->out, " ESMTP Mailwicket\r\n");
}

#define HELO_ARGUMENT (512 - sizeof "EHLO \r\n" + 1) /* RFC 5321 section 4.5.3.1.4 */

/* What programs call themselves is often no name: it is taken as it is. Logs and XCLIENT get it
 * without blanks, control characters and 8-bit octets. */
static bool smtp_take_helo(struct front *f, struct span name)
{
    if (name.n > HELO_ARGUMENT || span_find(name, '\0') != SPAN_NOT_FOUND) {
        front_bad(f, REPLY_ARGUMENT);
        return false;
    }
    buf_clear(&f->helo);
    for (size_t i = 0; i < name.n && i < LIMIT_HELO; i++)
        buf_putc(&f->helo, name.p[i] > ' ' && name.p[i] <= '~' ? name.p[i] : '?');
    f->internal.stage = f->config->external ? FRONT_STAGE_CERTIFIED : FRONT_STAGE_GREETED;
    return true;
}

static void smtp_ehlo(struct front *f, struct span argument)
{
    if (!smtp_take_helo(f, argument))
        return;
    buf_puts(&f->out, "250-");
    buf_puts(&f->out, f->config->host);
    buf_puts(&f->out, f->config->external ? "\r\n250-AUTH EXTERNAL PLAIN LOGIN\r\n"
                                          : "\r\n250-AUTH PLAIN LOGIN\r\n");
    front_announce(f, "250-");
    buf_puts(&f->out, "250 ENHANCEDSTATUSCODES\r\n");
}

static void smtp_helo(struct front *f, struct span argument)
{
    if (!smtp_take_helo(f, argument))
        return;
    buf_puts(&f->out, "250 ");
    buf_puts(&f->out, f->config->host);
    buf_puts(&f->out, "\r\n");
}

static void smtp_noop(struct front *f, struct span argument)
{
    (void)argument;
    front_say(f, REPLY_DONE);
}

static void smtp_help(struct front *f, struct span argument)
{
    (void)argument;
    buf_puts(&f->out,
             "214 2.0.0 Send EHLO, then AUTH; after the login your mail server answers\r\n");
}

static void smtp_quit(struct front *f, struct span argument)
{
    (void)argument;
    front_end(f, REPLY_GOODBYE);
}

static void smtp_implicit(struct front *f, struct span argument)
{
    (void)argument;
    f->mechanism = MECHANISM_IMPLICIT;
    f->internal.phase = FRONT_AT_VERIFY;
}

/* The client sends BDAT's octets without waiting; they must not be read as commands. */
static void smtp_bdat(struct front *f, struct span argument)
{
    if (f->internal.stage == FRONT_STAGE_CERTIFIED)
        smtp_implicit(f, argument);
    else
        front_end(f, REPLY_LOGIN_FIRST);
}

enum {
    GREETED = FRONT_STAGE_GREETED | FRONT_STAGE_CERTIFIED,
    ALWAYS = FRONT_STAGE_START | GREETED,
    CERTIFIED = FRONT_STAGE_CERTIFIED,
    NEVER = 0,
};

static const struct front_command commands[] = {
    {"EHLO", MAY_TAKE, ALWAYS, REPLY_UNKNOWN, smtp_ehlo},
    {"HELO", MAY_TAKE, ALWAYS, REPLY_UNKNOWN, smtp_helo},
    {"AUTH", MUST_TAKE, GREETED, REPLY_EHLO_FIRST, front_authenticate},
    {"NOOP", MAY_TAKE, ALWAYS, REPLY_UNKNOWN, smtp_noop},
    {"RSET", TAKES_NOTHING, ALWAYS, REPLY_UNKNOWN, smtp_noop},
    {"HELP", MAY_TAKE, ALWAYS, REPLY_UNKNOWN, smtp_help},
    {"QUIT", TAKES_NOTHING, ALWAYS, REPLY_UNKNOWN, smtp_quit},
    {"STARTTLS", MAY_TAKE, NEVER, REPLY_TLS_ACTIVE, NULL},
    {"MAIL", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"RCPT", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"DATA", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"BDAT", MAY_TAKE, ALWAYS, REPLY_LOGIN_FIRST, smtp_bdat},
    {"BURL", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"VRFY", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"EXPN", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
    {"ETRN", MAY_TAKE, CERTIFIED, REPLY_LOGIN_FIRST, smtp_implicit},
};

static void smtp_command(struct front *f, struct span line)
{
    front_dispatch(f, commands, sizeof commands / sizeof *commands, line);
}

const struct front_dialect front_smtp = {
    .greet = smtp_greet, .command = smtp_command, .prompt = "334 "};
