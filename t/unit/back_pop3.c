/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/back: dialogues with a POP3 server. */
#include "check.h"

#include "back_play.h"

#define LETTERS_50  "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeee"
#define LETTERS_250 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50 LETTERS_50

static const struct play plain[] = {
    {.name = "USER and PASS",
     .script = "S: +OK ready\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: +OK "
               "logged in\n",
     .end = BACK_DONE},
    {.name = "bytes after the login belong to the client",
     .script = "S: +OK ready\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: +OK\nS: "
               "+OK 2 320\nS: -ERR\n",
     .end = BACK_DONE,
     .left = "+OK 2 320\r\n-ERR\r\n"},
    {.name = "a password with blanks inside goes by PASS",
     .config = {.password = SPAN("my pass word")},
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS my pass word\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "a name with a blank goes by AUTH PLAIN",
     .config = {.user = SPAN("al ice")},
     .script = "S: +OK\nC: CAPA\nS: +OK list\nS: TOP\nS: SASL LOGIN PLAIN\nS: .\n"
               "C: AUTH PLAIN AGFsIGljZQBzZWNyZXQ=\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "… or not at all",
     .config = {.user = SPAN("al ice")},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL LOGIN\nS: .\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "AUTH PLAIN"},
    {.name = "a name with a blank, no CAPA",
     .config = {.user = SPAN("al\tice")},
     .script = "S: +OK\nC: CAPA\nS: -ERR what?\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "8 bit goes by AUTH PLAIN if offered",
     .config = {.user = SPAN("j\xc3\xb6")},
     .script =
         "S: +OK\nC: CAPA\nS: +OK\nS: sasl plain\nS: .\nC: AUTH PLAIN AGrDtgBzZWNyZXQ=\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "a server that asks for the response again gets it",
     .config = {.user = SPAN("j\xc3\xb6")},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN AGrDtgBzZWNyZXQ=\n"
               "S: + \nC: AGrDtgBzZWNyZXQ=\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "but not a second time",
     .config = {.user = SPAN("j\xc3\xb6")},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN AGrDtgBzZWNyZXQ=\n"
               "S: +\nC: AGrDtgBzZWNyZXQ=\nS: +\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "8 bit goes by PASS if AUTH PLAIN is not offered",
     .config = {.password = SPAN("\xc3\xb6")},
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS \xc3\xb6\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "a blank at the password's end goes by AUTH PLAIN",
     .config = {.password = SPAN("secret ")},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\n"
               "C: AUTH PLAIN AGFsaWNlAHNlY3JldCA=\nS: -ERR [AUTH] no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "too long for the AUTH line: sent after the continuation",
     .config = {.user = SPAN("a"), .password = SPAN(LETTERS_250)},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: + \n"
               "C: AGEAYWFhYWFhYWFhYWJiYmJiYmJiYmJjY2NjY2NjY2NjZGRkZGRkZGRkZGVlZWVlZWVlZWVh"
               "YWFhYWFhYWFhYmJiYmJiYmJiYmNjY2NjY2NjY2NkZGRkZGRkZGRkZWVlZWVlZWVlZWFhYWFhYW"
               "FhYWFiYmJiYmJiYmJiY2NjY2NjY2NjY2RkZGRkZGRkZGRlZWVlZWVlZWVlYWFhYWFhYWFhYWJi"
               "YmJiYmJiYmJjY2NjY2NjY2NjZGRkZGRkZGRkZGVlZWVlZWVlZWVhYWFhYWFhYWFhYmJiYmJiYm"
               "JiYmNjY2NjY2NjY2NkZGRkZGRkZGRkZWVlZWVlZWVlZQ==\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "a name too long for a line",
     .config = {.user = SPAN(LETTERS_250)},
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "AUTH refused before the continuation",
     .config = {.user = SPAN("a"), .password = SPAN(LETTERS_250)},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: -ERR [SYS/TEMP]\n"
               "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "AUTH done before the continuation",
     .config = {.user = SPAN("a"), .password = SPAN(LETTERS_250)},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +OK\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
};

static const struct play offers[] = {
    {.name = "what is offered",
     .script = "S: +OK ready\nC: CAPA\nS: +OK\nS: TOP\nS: UIDL\nS: SASL PLAIN\nS: STLS\n"
               "S: EXPIRE 5 USER\nS: IMPLEMENTATION x\nS: .\nC: USER alice\nS: -ERR\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR,
     .offer = "TOP UIDL EXPIRE=5,USER"},
    {.name = "a server without CAPA offers nothing, and may have what the policy announces",
     .config = {.announced = "TOP UIDL"},
     .script =
         "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: +OK logged in\n",
     .end = BACK_DONE,
     .offer = ""},
    {.name = "what the policy announces is there",
     .config = {.announced = "top USER UIDL"},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: UIDL\nS: TOP\nS: .\nC: USER alice\nS: +OK\n"
               "C: PASS secret\nS: +OK logged in\n",
     .end = BACK_DONE},
    {.name = "UIDL is announced by the policy, and missing: the password is not sent",
     .config = {.announced = "TOP UIDL"},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: TOP\nS: .\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "lacks UIDL, which the policy announces",
     .offer = "TOP"},
    {.name = "a rehearsal ends in front of USER",
     .config = {.rehearse = true},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: TOP\nS: USER\nS: .\n",
     .end = BACK_DONE},
    {.name = "a rehearsal ends in front of AUTH",
     .config = {.rehearse = true},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\n",
     .end = BACK_DONE},
    {.name = "a rehearsal without CAPA",
     .config = {.rehearse = true},
     .script = "S: +OK\nC: CAPA\nS: -ERR\n",
     .end = BACK_DONE},
    {.name = "a rehearsal without a way to log in",
     .config = {.rehearse = true},
     .script = "S: +OK\nC: CAPA\nS: +OK\nS: SASL GSSAPI\nS: .\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "neither USER nor AUTH PLAIN"},
    {.name = "no login: only what is offered, behind STLS",
     .unauthenticated = true,
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: +OK\nC: STLS\nS: +OK\nT:\nC: CAPA\nS: +OK\nS: TOP\nS: .\n",
     .end = BACK_DONE,
     .offer = "TOP"},
};

static const struct play denials[] = {
#define SAYS(text, kind)                                                                           \
    {                                                                                              \
        .name = text, .end = BACK_FAILED, .failure = kind,                                         \
        .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR " text \
                  "\nC: QUIT\n"                                                                    \
    }
    SAYS("", DENIAL_UNCLEAR),
    SAYS("maildrop already locked", DENIAL_LIMIT),
    SAYS("Unable to lock maildrop: Mailbox is locked by POP server", DENIAL_LIMIT),
    SAYS("[AUTH] maildrop already locked", DENIAL_REFUSED),
    SAYS("Your mailbox is in use by another user", DENIAL_LIMIT),
    SAYS("POP3 lock busy!  Is another session active? (10)", DENIAL_LIMIT),
    SAYS("Too many simultaneous connections", DENIAL_LIMIT),
    SAYS("Temporary system problem. Please try again later.", DENIAL_TEMPORARY),
    SAYS("server busy", DENIAL_TEMPORARY),
    SAYS("Login timed out", DENIAL_TEMPORARY),
    SAYS("Logon failure: unknown user name or bad password.", DENIAL_REFUSED),
    SAYS("Authentication failed.", DENIAL_REFUSED),
    SAYS("invalid login", DENIAL_REFUSED),
    SAYS("Permission denied", DENIAL_REFUSED),
    SAYS("Login username unknown", DENIAL_REFUSED),
    SAYS("error in user name or password", DENIAL_REFUSED),
    SAYS("Wrong password, try again", DENIAL_REFUSED),
    SAYS("Please try again", DENIAL_TEMPORARY),
    SAYS("Too many login failures", DENIAL_TEMPORARY),
    SAYS("cannot open the user's maildir", DENIAL_UNCLEAR),
    SAYS("invalid command", DENIAL_UNCLEAR),
    SAYS("[LOGIN] sorry", DENIAL_UNCLEAR),
    SAYS("sorry", DENIAL_UNCLEAR),
    {.name = "wrong password",
     .script =
         "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "unknown name",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: -ERR who?\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "[SYS/TEMP]",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR "
               "[SYS/TEMP] later\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "[sys/perm]",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR "
               "[sys/perm] no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "[IN-USE]",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR [IN-USE] "
               "locked\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_LIMIT},
    {.name = "[LOGIN-DELAY]",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR "
               "[LOGIN-DELAY]\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "an unknown code counts as none",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: -ERR [SYSTEM] "
               "x\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_UNCLEAR},
    {.name = "greeted with an error",
     .script = "S: -ERR too many\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "not a POP3 server",
     .script = "S: * OK IMAP\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "an unexpected continuation",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: + \n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "a reply before the command",
     .script = "S: +OK\nS: +OK\nS: +OK\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "before it was asked",
     .whole_only = true},
    {.name = "waits for the reply",
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\n",
     .end = BACK_MORE},
};

static const struct play tls[] = {
    {.name = "STLS",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: +OK\nC: STLS\nS: +OK go\nT:\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS "
               "secret\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "STLS refused: doesn't go on in clear",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: +OK\nC: STLS\nS: -ERR\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STLS"},
    {.name = "plain text after the STLS reply",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = "S: +OK\nC: STLS\nS: +OK go\nS: +OK injected\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS reply"},
    {.name = "implicit TLS",
     .config = {.tls = SERVER_TLS_IMPLICIT},
     .script = "S: +OK\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "XCLIENT, in TLS",
     .config = {.tls = SERVER_TLS_STARTTLS,
                .client_address = CLIENT_ADDRESS_XCLIENT,
                .client = "2001:db8::1",
                .client_port = 4711},
     .script =
         "S: +OK [XCLIENT] ready\nC: STLS\nS: +OK\nT:\nC: XCLIENT ADDR=2001:db8::1 PORT=4711\n"
         "S: +OK Updated\nC: CAPA\nS: -ERR\nC: USER alice\nS: +OK\nC: PASS secret\nS: +OK\n",
     .end = BACK_DONE},
    {.name = "XCLIENT not offered",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = "S: +OK <XCLIENT@x> ready\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "XCLIENT"},
    {.name = "XCLIENT refused",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "::ffff:192.0.2.7"},
     .script = "S: +OK [XCLIENT]\nC: XCLIENT ADDR=192.0.2.7 PORT=0\nS: -ERR\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "XCLIENT"},
};

static const struct play unfit[] = {
    {.name = "CR LF in the name",
     .config = {.user = SPAN("a\r\nDELE 1")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "LF in the password",
     .config = {.password = SPAN("a\nb")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "CR in the password",
     .config = {.password = SPAN("a\rb")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "NUL in the name",
     .config = {.user = SPAN("a\0b")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "empty name",
     .config = {.user = SPAN("")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "empty password",
     .config = {.password = SPAN("")},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "POP3 has no ID",
     .config = {.client_address = CLIENT_ADDRESS_ID, .client = "::1"},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "no client address",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "an invalid client address",
     .config = {.client_address = CLIENT_ADDRESS_PROXY_V2, .client = "mail.test\r\n"},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
};

static void pop3_dialogues(void **unused)
{
    (void)unused;
    back_play(plain, ROWS(plain), PROTOCOL_POP3S);
    back_play(offers, ROWS(offers), PROTOCOL_POP3S);
    back_play(denials, ROWS(denials), PROTOCOL_POP3S);
    back_play(tls, ROWS(tls), PROTOCOL_POP3S);
    back_play(unfit, ROWS(unfit), PROTOCOL_POP3S);
}

/* From the start b->failure and b->why say what a closed connection means. */
static void closed_connection_is_temporary(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct back_config c = {.user = SPAN("a"), .password = SPAN("b")};

    back_init(&b, &c);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);
    assert_non_null(strstr(b.why, "closed"));
}

static void proxy_v2_header_comes_first(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct {
        const char *client, *local;
        struct span header;
    } rows[] = {
        {"192.0.2.7", "198.51.100.1",
         SPAN("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\xc6\x33\x64\x01\x12\x67\x03\xe3")},
        {"::ffff:192.0.2.7", NULL,
         SPAN("\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c\xc0\0\x02\x07\0\0\0\0\x12\x67\x03\xe3")},
        {"fe80::1%eth0", "192.0.2.7",
         SPAN("\r\n\r\n\0\r\nQUIT\n\x21\x21\0\x24\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\x01"
              "\0\0\0\0\0\0\0\0\0\0\xff\xff\xc0\0\x02\x07\x12\x67\x03\xe3")},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct back_config c = {.user = SPAN("a"),
                                      .password = SPAN("b"),
                                      .client_address = CLIENT_ADDRESS_PROXY_V2,
                                      .client = rows[i].client,
                                      .local = rows[i].local,
                                      .client_port = 4711,
                                      .local_port = 995};
        back_init(&b, &c);
        assert_int_equal(b.out.len, rows[i].header.n);
        assert_memory_equal(b.out.p, rows[i].header.p, rows[i].header.n);
        buf_clear(&b.out);
        buf_puts(&b.in, "+OK\r\n");
        assert_int_equal(back_step(&b), BACK_MORE);
        assert_true(span_eq(buf_span(&b.out), SPAN("CAPA\r\n")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pop3_dialogues),
        cmocka_unit_test(closed_connection_is_temporary),
        cmocka_unit_test(proxy_v2_header_comes_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
