/* SPDX-License-Identifier: ISC */
/* front_pop3 - PURE; the POP3 dialogue (RFC 1939, 2449, 3206, 5034) in its AUTHORIZATION state.
 * Believes nothing that the client sends. */
#include "front_dialect.h"

static void pop3_greet(struct front *f)
{
    buf_puts(&f->out, "+OK Mailwicket ready\r\n");
}

static void pop3_capa(struct front *f, struct span argument)
{
    (void)argument;
    buf_puts(&f->out, "+OK\r\n"
                      "USER\r\n"
                      "SASL PLAIN LOGIN\r\n"
                      "RESP-CODES\r\n"
                      "AUTH-RESP-CODE\r\n");
    front_announce(f, "");
    buf_puts(&f->out, ".\r\n");
}

static void pop3_quit(struct front *f, struct span argument)
{
    (void)argument;
    front_end(f, REPLY_GOODBYE);
}

static void pop3_user(struct front *f, struct span argument)
{
    front_forget(f);
    sasl_fill(&f->name, argument);
    front_say(f, REPLY_DONE);
    f->internal.tell_user = true;
    f->internal.stage = FRONT_STAGE_NAMED;
}

/* Blanks belong to the password. lib/login judges an empty one. */
static void pop3_pass(struct front *f, struct span argument)
{
    sasl_fill(&f->password, argument);
    f->mechanism = MECHANISM_PASSWORD;
    f->internal.phase = FRONT_AT_VERIFY;
}

static void pop3_auth(struct front *f, struct span argument)
{
    if (argument.n == 0) { /* asks for the mechanisms, as programs from before CAPA do */
        buf_puts(&f->out, "+OK\r\nPLAIN\r\nLOGIN\r\n.\r\n");
        return;
    }
    front_forget(f);
    front_authenticate(f, argument);
}

enum { ALWAYS = FRONT_STAGE_START | FRONT_STAGE_NAMED, NEVER = 0 };

static const struct front_command commands[] = {
    {"CAPA", TAKES_NOTHING, ALWAYS, REPLY_UNKNOWN, pop3_capa},
    {"USER", MUST_TAKE, ALWAYS, REPLY_UNKNOWN, pop3_user},
    {"PASS", TAKES_OCTETS, FRONT_STAGE_NAMED, REPLY_USER_FIRST, pop3_pass},
    {"AUTH", MAY_TAKE, ALWAYS, REPLY_UNKNOWN, pop3_auth},
    {"QUIT", TAKES_NOTHING, ALWAYS, REPLY_UNKNOWN, pop3_quit},
    {"STLS", MAY_TAKE, NEVER, REPLY_TLS_ACTIVE, NULL},
    {"STAT", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"LIST", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"RETR", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"DELE", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"NOOP", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"RSET", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"TOP", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
    {"UIDL", MAY_TAKE, NEVER, REPLY_LOGIN_FIRST, NULL},
};

static void pop3_command(struct front *f, struct span line)
{
    front_dispatch(f, commands, sizeof commands / sizeof *commands, line);
}

const struct front_dialect front_pop3 = {
    .greet = pop3_greet, .command = pop3_command, .prompt = "+ "};
