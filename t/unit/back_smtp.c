/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/back: dialogues with an SMTP server. */
#include "check.h"

#include "back_play.h"

#define GREETED     "S: 220 mail.test ESMTP\nC: EHLO proxy.test\n"
#define OFFERS(...) "S: 250-mail.test hello\nS: 250-SIZE 1000\n" __VA_ARGS__
#define PLAIN       "C: AUTH PLAIN AGFsaWNlAHNlY3JldA==\n"
#define XX50        "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
#define EHH11       "eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4"
#define EHH44       EHH11 EHH11 EHH11 EHH11
#define EQ50        "=================================================="

static const struct play logins[] = {
    {.name = "AUTH PLAIN",
     .script = GREETED OFFERS("S: 250 AUTH LOGIN PLAIN\n") PLAIN "S: 235 2.7.0 ok\n",
     .end = BACK_DONE,
     .capability = "SIZE AUTH"},
    {.name = "the old AUTH=, replies of several lines, bytes after the login",
     .script = "S: 220-mail.test\nS: 220 ready\nC: EHLO proxy.test\n" OFFERS(
         "S: 250-PIPELINING\nS: 250 AUTH=PLAIN\n") PLAIN "S: 235-2.7.0\nS: 235 ok\nS: 250 early\n",
     .end = BACK_DONE,
     .capability = "SIZE PIPELINING AUTH",
     .left = "250 early\r\n"},
    {.name = "AUTH LOGIN if PLAIN is not offered",
     .script = GREETED OFFERS(
         "S: 250 AUTH LOGIN CRAM-MD5\n") "C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: YWxpY2U=\nS: 334 "
                                         "UGFzc3dvcmQ6\nC: c2VjcmV0\n"
                                         "S: 235 ok\n",
     .end = BACK_DONE},
    {.name = "no mechanism of ours",
     .script = GREETED OFFERS("S: 250 AUTH CRAM-MD5\n") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
    {.name = "without mailhost: only EHLO",
     .unauthenticated = true,
     .script = GREETED OFFERS("S: 250 PIPELINING\n"),
     .end = BACK_DONE,
     .capability = "SIZE PIPELINING"},
    {.name = "without mailhost: user and password don't matter",
     .unauthenticated = true,
     .config = {.user = SPAN("a\r\nb"), .password = SPAN("")},
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n"),
     .end = BACK_DONE},
    {.name = "too long for the AUTH line: sent after the 334",
     .config = {.password = SPAN(XX50 XX50 XX50 XX50 XX50 XX50 XX50 XX50)},
     .script = GREETED OFFERS(
         "S: 250 AUTH PLAIN\n") "C: AUTH PLAIN\nS: 334\nC: AGFsaWNlAHh4" EHH44 EHH44 EHH44
                                "eHg=\nS: 235\n",
     .end = BACK_DONE},
    {.name = "invalid keywords are skipped",
     .script = GREETED OFFERS("S: 250-\nS: 250-X\xc3 AUTH\nS: 250-X_Y\nS: 250-X-Y 1\n"
                              "S: 250 AUTH PLAIN\n") PLAIN "S: 235\n",
     .end = BACK_DONE,
     .capability = "SIZE X-Y AUTH"},
    {.name = "waits for the greeting", .script = "", .end = BACK_MORE},
};

static const struct play promises[] = {
    {.name = "all announced extensions are there; case doesn't matter",
     .config = {.announced = " size 8bitmime  PIPELINING ENHANCEDSTATUSCODES"},
     .script =
         GREETED OFFERS("S: 250-8BITMIME\nS: 250-PIPELINING\nS: 250 AUTH PLAIN\n") PLAIN "S: 235\n",
     .end = BACK_DONE},
    {.name = "CHUNKING is announced and missing",
     .config = {.announced = "8BITMIME CHUNKING"},
     .script = GREETED OFFERS("S: 250-8BITMIME\nS: 250 AUTH PLAIN\n") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "lacks CHUNKING, which the policy announces",
     .offer = "SIZE=1000 8BITMIME"},
    {.name = "an argument is not a keyword",
     .config = {.announced = "CHUNKING"},
     .script = GREETED OFFERS("S: 250-X CHUNKING\nS: 250 AUTH PLAIN\n") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .offer = "SIZE=1000 X=CHUNKING"},
    {.name = "SIZE and PIPELINING are missing, and the policy doesn't announce them",
     .script = GREETED "S: 250-mail.test\nS: 250 AUTH PLAIN\n" PLAIN "S: 235\n",
     .end = BACK_DONE,
     .offer = ""},
    {.name = "the first line of the EHLO reply has no keywords",
     .script = GREETED "S: 250 SIZE AUTH PLAIN\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "neither AUTH",
     .offer = ""},
    {.name = "what is offered",
     .script = GREETED OFFERS("S: 250-8BITMIME\nS: 250-XCLIENT ADDR\nS: 250-LIMITS A=1 B=2\n"
                              "S: 250-PIPECONNECT\nS: 250-STARTTLS\nS: 250-AUTH PLAIN\n"
                              "S: 250 ENHANCEDSTATUSCODES\n") PLAIN "S: 235\n",
     .end = BACK_DONE,
     .offer = "SIZE=1000 8BITMIME LIMITS=A=1,B=2"},
    {.name = "no login: only what is offered",
     .unauthenticated = true,
     .script = GREETED OFFERS("S: 250 DSN\n"),
     .end = BACK_DONE,
     .offer = "SIZE=1000 DSN"},
    {.name = "keywords from before TLS are forgotten",
     .config = {.tls = SERVER_TLS_STARTTLS, .announced = "CHUNKING"},
     .script = GREETED OFFERS(
         "S: 250-CHUNKING\nS: 250-AUTH PLAIN\nS: 250 STARTTLS\n") "C: STARTTLS\nS: "
                                                                  "220\nT:\nC: EHLO "
                                                                  "proxy.test\n" OFFERS(
                                                                      "S: 250 AUTH "
                                                                      "PLAIN\n") "C: "
                                                                                 "QUIT"
                                                                                 "\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "lacks CHUNKING",
     .offer = "SIZE=1000"},
};

#define DENIED(text, kind)                                                                         \
    {                                                                                              \
        .name = text, .end = BACK_FAILED, .failure = kind,                                         \
        .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") PLAIN "S: " text "\nC: QUIT\n"             \
    }

static const struct play denials[] = {
    DENIED("535 5.7.8 no", DENIAL_REFUSED),
    DENIED("550 no", DENIAL_UNCLEAR),
    DENIED("554", DENIAL_UNCLEAR),
    DENIED("550 5.7.1 Authentication failed", DENIAL_REFUSED),
    DENIED("554 5.7.0 Too many errors", DENIAL_TEMPORARY),
    DENIED("554 5.7.8 no", DENIAL_REFUSED),
    DENIED("554 5.7.80 no", DENIAL_UNCLEAR),
    DENIED("525 5.7.13 no", DENIAL_REFUSED),
    DENIED("550-first\nS: 550 account disabled", DENIAL_REFUSED),
    DENIED("421 4.3.2 closing", DENIAL_TEMPORARY),
    DENIED("432 4.7.12 transition", DENIAL_TEMPORARY),
    DENIED("454 4.7.0 later", DENIAL_TEMPORARY),
    DENIED("500 5.5.6 too long", DENIAL_TEMPORARY),
    DENIED("501 5.5.2 what", DENIAL_TEMPORARY),
    DENIED("503 sequence", DENIAL_TEMPORARY),
    DENIED("504 5.5.4 mechanism", DENIAL_ADMIN),
    DENIED("530 5.7.0 STARTTLS first", DENIAL_ADMIN),
    DENIED("534 5.7.9 too weak", DENIAL_ADMIN),
    DENIED("538 5.7.11 encryption required", DENIAL_ADMIN),
    {.name = "250 as the reply to AUTH",
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") PLAIN "S: 250 ok\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "334 after an initial response: it is sent again",
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") PLAIN
     "S: 334 \nC: AGFsaWNlAHNlY3JldA==\nS: 235 ok\n",
     .end = BACK_DONE},
    {.name = "and refused",
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") PLAIN
     "S: 334\nC: AGFsaWNlAHNlY3JldA==\nS: 535 no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "but not a second time",
     .script =
         GREETED OFFERS("S: 250 AUTH PLAIN\n") PLAIN "S: 334\nC: AGFsaWNlAHNlY3JldA==\nS: 334\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "AUTH LOGIN: the name is refused",
     .script = GREETED OFFERS(
         "S: 250 AUTH LOGIN\n") "C: AUTH LOGIN\nS: 334\nC: YWxpY2U=\nS: 535 no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_REFUSED},
    {.name = "greeting 554",
     .script = "S: 554 go away\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "greeting 421",
     .script = "S: 421 busy\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "EHLO refused",
     .script = GREETED "S: 502 what?\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "two codes in one reply",
     .script = GREETED "S: 250-mail.test\nS: 550 no\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "no code",
     .script = "S: 22 x\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "an invalid code",
     .script = "S: 199 x\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "no blank after the code",
     .script = "S: 2200\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "not SMTP",
     .script = "S: +OK\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "an empty line",
     .script = "S:\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "unexpected reply"},
    {.name = "a reply before the command",
     .script = "S: 220 mail.test\nS: 250 mail.test\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "before it was asked",
     .whole_only = true},
};

#define STARTTLS GREETED OFFERS("S: 250 STARTTLS\n") "C: STARTTLS\n"

static const struct play tls[] = {
    {.name = "STARTTLS, and EHLO again",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = STARTTLS "S: 220 go\nT:\nC: EHLO proxy.test\n" OFFERS("S: 250 AUTH PLAIN\n") PLAIN
     "S: 235\n",
     .end = BACK_DONE,
     .capability = "SIZE AUTH"},
    {.name = "STARTTLS not offered",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS"},
    {.name = "STARTTLS refused",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = STARTTLS "S: 454 4.7.0 not now\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS"},
    {.name = "plain text after the STARTTLS reply",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = STARTTLS "S: 220 go\nS: 250 AUTH PLAIN\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "STARTTLS reply"},
    {.name = "STARTTLS offered again in TLS is ignored",
     .config = {.tls = SERVER_TLS_STARTTLS},
     .script = STARTTLS "S: 220 go\nT:\nC: EHLO proxy.test\n" OFFERS(
         "S: 250-STARTTLS\nS: 250 AUTH PLAIN\n") PLAIN "S: 235\n",
     .end = BACK_DONE},
};

#define XCLIENT(words) OFFERS("S: 250-AUTH PLAIN\nS: 250 XCLIENT " words "\n")
#define ALL            "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT"

static const struct play xclient[] = {
    {.name = "XCLIENT with all attributes, then EHLO again, once",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT,
                .client = "192.0.2.7",
                .local = "2001:db8::25",
                .client_port = 4711,
                .local_port = 988,
                .client_helo = SPAN("my host=+\xc3\xa4")},
     .script = GREETED XCLIENT(
         ALL) "C: XCLIENT NAME=[UNAVAILABLE] PROTO=ESMTP HELO=my+20host+3D+2B+C3+A4"
              " DESTADDR=IPV6:2001:db8::25 DESTPORT=988 PORT=4711 ADDR=192.0.2.7\n"
              "S: 220 mail.test\nC: EHLO proxy.test\n" XCLIENT(ALL) PLAIN "S: 235\n",
     .end = BACK_DONE},
    {.name = "only the attributes that the server takes, after STARTTLS",
     .config = {.tls = SERVER_TLS_STARTTLS,
                .client_address = CLIENT_ADDRESS_XCLIENT,
                .client = "2001:DB8:0::1",
                .client_port = 4711,
                .client_helo = SPAN("[1.2.3.4]")},
     .script = STARTTLS "S: 220\nT:\nC: EHLO proxy.test\n" XCLIENT(
         "addr helo") "C: XCLIENT HELO=[1.2.3.4] ADDR=IPV6:2001:db8::1\nS: 220 mail.test\n"
                      "C: EHLO proxy.test\n" OFFERS("S: 250 AUTH PLAIN\n") PLAIN "S: 235\n",
     .end = BACK_DONE},
    {.name = "no HELO from the client, no login",
     .unauthenticated = true,
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "::ffff:192.0.2.7"},
     .script = GREETED XCLIENT("HELO ADDR") "C: XCLIENT ADDR=192.0.2.7\nS: 220 mail.test\n"
                                            "C: EHLO proxy.test\n" OFFERS("S: 250 OK\n"),
     .end = BACK_DONE},
    {.name = "keywords from before XCLIENT are forgotten",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = GREETED XCLIENT("ADDR") "C: XCLIENT ADDR=192.0.2.7\nS: 220 mail.test\n"
                                       "C: EHLO proxy.test\n" OFFERS(
                                           "S: 250 AUTH LOGIN\n") "C: AUTH LOGIN\n",
     .end = BACK_MORE},
    {.name = "a rehearsal ends in front of AUTH, behind XCLIENT",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7", .rehearse = true},
     .script = GREETED XCLIENT("ADDR") "C: XCLIENT ADDR=192.0.2.7\nS: 220 mail.test\n"
                                       "C: EHLO proxy.test\n" OFFERS("S: 250 AUTH LOGIN\n"),
     .end = BACK_DONE},
    {.name = "a rehearsal without AUTH",
     .config = {.rehearse = true},
     .script = GREETED "S: 250-x\nS: 250 AUTH GSSAPI\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN,
     .why = "neither AUTH PLAIN nor LOGIN"},
    {.name = "… also what is offered",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .unauthenticated = true,
     .script = GREETED XCLIENT("ADDR") "C: XCLIENT ADDR=192.0.2.7\nS: 220 mail.test\n"
                                       "C: EHLO proxy.test\nS: 250-x\nS: 250 DSN\n",
     .end = BACK_DONE,
     .offer = "DSN"},
    {.name = "a HELO that makes the line too long is left out",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT,
                .client = "192.0.2.7",
                .client_helo = SPAN(EQ50 EQ50 EQ50 EQ50)},
     .script = GREETED XCLIENT("HELO ADDR") "C: XCLIENT ADDR=192.0.2.7\n",
     .end = BACK_MORE},
    {.name = "a long HELO that fits",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT,
                .client = "192.0.2.7",
                .client_helo = SPAN(XX50 XX50 XX50 XX50 XX50)},
     .script = GREETED XCLIENT("HELO ADDR") "C: XCLIENT HELO=" XX50 XX50 XX50 XX50 XX50
                                            " ADDR=192.0.2.7\n",
     .end = BACK_MORE},
    {.name = "XCLIENT not offered",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = GREETED OFFERS("S: 250 AUTH PLAIN\n") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY,
     .why = "XCLIENT"},
    {.name = "XCLIENT without ADDR",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = GREETED XCLIENT("NAME") "C: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "XCLIENT refused",
     .config = {.client_address = CLIENT_ADDRESS_XCLIENT, .client = "192.0.2.7"},
     .script = GREETED XCLIENT("ADDR") "C: XCLIENT ADDR=192.0.2.7\nS: 550 no\nC: QUIT\n",
     .end = BACK_FAILED,
     .failure = DENIAL_TEMPORARY},
    {.name = "our own name is not one word",
     .config = {.helo = "a\r\nMAIL"},
     .script = "",
     .end = BACK_FAILED,
     .failure = DENIAL_ADMIN},
};

static void smtp_dialogues(void **unused)
{
    (void)unused;
    back_play(logins, ROWS(logins), PROTOCOL_SMTPS);
    back_play(promises, ROWS(promises), PROTOCOL_SMTPS);
    back_play(denials, ROWS(denials), PROTOCOL_SMTPS);
    back_play(tls, ROWS(tls), PROTOCOL_SMTPS);
    back_play(xclient, ROWS(xclient), PROTOCOL_SMTPS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(smtp_dialogues),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
