/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/login: front, helper and back together, without a socket. */
#include "check.h"

#include "login.h"

static struct login l;

static const struct front_config configs[PROTOCOLS] = {
    [PROTOCOL_POP3S] = {.protocol = PROTOCOL_POP3S, .host = "mw", .announce = "", .attempts = 3},
    [PROTOCOL_IMAP4S] = {.protocol = PROTOCOL_IMAP4S, .host = "mw", .announce = "", .attempts = 3},
    [PROTOCOL_SMTPS] = {.protocol = PROTOCOL_SMTPS, .host = "mw", .announce = "", .attempts = 3},
};

static const struct wire grant = {.type = WIRE_GRANT,
                                  .grant = {.mail_user = SPAN("jo"),
                                            .mail_password = SPAN("mailpass"),
                                            .host = SPAN("mail.example.org"),
                                            .authenticate = 1,
                                            .client = SPAN("192.0.2.7"),
                                            .local = SPAN("192.0.2.1")}};
static const struct wire denied = {.type = WIRE_DENY, .deny = {.denial = DENIAL_REFUSED}};
static const struct wire established = {.type = WIRE_ESTABLISHED,
                                        .established = {.id = 7, .interim = 60}};
static const struct wire evicted = {.type = WIRE_GOODBYE, .goodbye = {.goodbye = GOODBYE_EVICTED}};

static void client_says(const char *text)
{
    assert_true(buf_puts(&l.front.in, text));
}

static void server_says(const char *text)
{
    assert_true(buf_puts(&l.back.in, text));
}

/* out, with what was sent since the last call, holds text. Empties it. */
static void assert_heard(struct buf *out, const char *text)
{
    assert_non_null(memmem(out->p, out->len, text, strlen(text)));
    buf_clear(out);
}

static void begin(enum protocol p)
{
    login_init(&l, &configs[p], "mw");
    assert_int_equal(login_next(&l), LOGIN_WAIT);
    login_client_tls(&l);
    assert_int_equal(login_next(&l), LOGIN_WAIT);
    assert_true(l.front.out.len > 0);
    buf_clear(&l.front.out);
}

/* The next action after any LOGIN_TELL_USER. */
static enum login_action next(void)
{
    enum login_action a;

    while ((a = login_next(&l)) == LOGIN_TELL_USER)
        ;
    return a;
}

static const struct {
    enum protocol protocol;
    const char *login;       /* from the client: the login and more */
    const char *rest;        /* what follows the login in it */
    const char *exchange[8]; /* in turn: from the mail server, part of our reply */
    const char *ok;          /* part of the client's reply */
} dialogues[] = {
    {.protocol = PROTOCOL_IMAP4S,
     .login = "a LOGIN \"v:jo@srv\" pw\r\nb CAPABILITY\r\n",
     .rest = "b CAPABILITY\r\n",
     .exchange = {"* OK [CAPABILITY IMAP4rev1] hi\r\n", "LOGIN",
                  "?OK [CAPABILITY IMAP4rev1 IDLE] in\r\n* 3 EXISTS\r\n"},
     .ok = "a OK [CAPABILITY IMAP4rev1 IDLE]"},
    {.protocol = PROTOCOL_POP3S,
     .login = "USER v:jo@srv\r\nPASS pw\r\nSTAT\r\n",
     .rest = "STAT\r\n",
     .exchange = {"+OK hi\r\n", "CAPA\r\n", "-ERR\r\n", "USER jo\r\n", "+OK\r\n",
                  "PASS mailpass\r\n", "+OK in\r\n* 3 EXISTS\r\n"},
     .ok = "+OK"},
};

static void to_grant(size_t i)
{
    begin(dialogues[i].protocol);
    client_says(dialogues[i].login);
    assert_int_equal(next(), LOGIN_ASK);
    assert_int_equal(next(), LOGIN_WAIT);
    assert_true(span_eq(buf_span(&l.front.name), SPAN("v:jo@srv")));
    assert_true(span_eq(buf_span(&l.front.password), SPAN("pw")));
    assert_true(login_message(&l, &grant));
    assert_int_equal(l.front.password.len, 0);
}

/* Plays the mail server; a '?' at a line's start stands for the tag of our last command. */
static enum login_action play_server(const char *const *lines)
{
    enum login_action a = next();

    for (; *lines; lines++) {
        char tag[32] = "";
        if (lines[0][0] == '?') {
            size_t n = strcspn(l.back.out.p, " ");
            memcpy(tag, l.back.out.p, n + 1);
            tag[n + 1] = '\0';
            buf_clear(&l.back.out);
            server_says(tag);
        }
        server_says(*lines + (lines[0][0] == '?'));
        a = next();
        if (a != LOGIN_WAIT)
            break;
        if (*++lines == NULL)
            break;
        assert_non_null(memmem(l.back.out.p, l.back.out.len, *lines, strlen(*lines)));
        if (lines[1] && lines[1][0] != '?')
            buf_clear(&l.back.out);
    }
    return a;
}

static void login_to_hand_over(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(dialogues); i++) {
        to_grant(i);
        assert_int_equal(play_server(dialogues[i].exchange), LOGIN_TELL_RESULT);
        assert_int_equal(l.result.done, 1);
        assert_int_equal(next(), LOGIN_WAIT);
        assert_true(login_message(&l, &established));
        assert_int_equal(next(), LOGIN_HAND_OVER);
        assert_heard(&l.front.out, dialogues[i].ok);
        assert_true(span_eq(buf_span(&l.front.in), span_str(dialogues[i].rest)));
        assert_true(span_eq(buf_span(&l.back.in), SPAN("* 3 EXISTS\r\n")));
        assert_int_equal(l.established.id, 7);
        assert_int_equal(l.mail_password[0], 0);
        login_wipe(&l);
    }
}

static void refused_three_times_closes(void **unused)
{
    (void)unused;
    begin(PROTOCOL_IMAP4S);
    for (int attempt = 1; attempt <= 3; attempt++) {
        client_says("a LOGIN u p\r\n");
        assert_int_equal(next(), LOGIN_ASK);
        assert_true(login_message(&l, &denied));
        assert_int_equal(next(), attempt < 3 ? LOGIN_WAIT : LOGIN_CLOSE);
        assert_heard(&l.front.out, "a NO [AUTHENTICATIONFAILED]");
    }
}

static void bad_names_are_refused_without_the_helper(void **unused)
{
    (void)unused;
    static const char *const logins[] = {"a LOGIN \"\" p\r\n", "a LOGIN \"\xff\" p\r\n",
                                         "a LOGIN {3}\r\na\r\n p\r\n",
                                         "a LOGIN u {3}\r\na\r\n\r\n"};

    for (size_t i = 0; i < ROWS(logins); i++) {
        begin(PROTOCOL_IMAP4S);
        client_says(logins[i]);
        assert_int_equal(next(), LOGIN_NOTE);
        assert_non_null(l.fault);
        assert_int_equal(next(), LOGIN_WAIT);
        assert_heard(&l.front.out, "a NO [AUTHENTICATIONFAILED]");
    }
}

static void failed_server_is_temporary(void **unused)
{
    (void)unused;
    to_grant(0);
    assert_int_equal(next(), LOGIN_WAIT);
    login_server_failed(&l, "gone");
    assert_int_equal(next(), LOGIN_TELL_RESULT);
    assert_int_equal(l.result.done, 0);
    assert_int_equal(l.result.denial, DENIAL_TEMPORARY);
    const struct wire deny = {.type = WIRE_DENY, .deny = {.denial = l.result.denial}};
    assert_true(login_message(&l, &deny));
    assert_int_equal(next(), LOGIN_WAIT); /* front answers b CAPABILITY */
    assert_heard(&l.front.out, "a NO [UNAVAILABLE]");
    login_wipe(&l);
}

static void messages_at_the_wrong_time_are_faults(void **unused)
{
    (void)unused;
    const struct wire hello = {.type = WIRE_HELLO};

    begin(PROTOCOL_POP3S);
    assert_false(login_message(&l, &grant));
    assert_false(login_message(&l, &denied));
    assert_false(login_message(&l, &established));
    assert_false(login_message(&l, &hello));
    to_grant(1);
    assert_false(login_message(&l, &grant));
    assert_false(login_message(&l, &denied));
    assert_false(login_message(&l, &established));
    login_server_failed(&l, "gone");
    assert_int_equal(next(), LOGIN_TELL_RESULT);
    assert_false(login_message(&l, &established));
    login_wipe(&l);
}

static void goodbye_at_any_time_closes(void **unused)
{
    (void)unused;
    static const char *const words[PROTOCOLS] = {
        [PROTOCOL_POP3S] = "-ERR", [PROTOCOL_IMAP4S] = "* BYE", [PROTOCOL_SMTPS] = "421 "};

    for (int p = 0; p < PROTOCOLS; p++) {
        begin((enum protocol)p);
        assert_true(login_message(&l, &evicted));
        assert_int_equal(next(), LOGIN_CLOSE);
        assert_heard(&l.front.out, words[p]);

        /* during the handshake: sent after it, without a greeting */
        login_init(&l, &configs[p], "mw");
        login_goodbye(&l, GOODBYE_BUSY);
        assert_int_equal(l.front.out.len, 0);
        login_client_tls(&l);
        assert_int_equal(next(), LOGIN_CLOSE);
        assert_memory_equal(l.front.out.p, words[p], strlen(words[p]));
    }
    to_grant(0);
    assert_true(login_message(&l, &evicted));
    assert_int_equal(next(), LOGIN_CLOSE);
    login_wipe(&l);
}

static void implicit_tls_comes_before_the_greeting(void **unused)
{
    (void)unused;
    struct wire w = grant;

    w.grant.tls = SERVER_TLS_IMPLICIT;
    begin(PROTOCOL_IMAP4S);
    client_says("a LOGIN u p\r\n");
    assert_int_equal(next(), LOGIN_ASK);
    assert_true(login_message(&l, &w));
    assert_int_equal(next(), LOGIN_SERVER_TLS);
    assert_int_equal(next(), LOGIN_WAIT);
    login_server_tls(&l);
    server_says("* OK [CAPABILITY IMAP4rev1] hi\r\n");
    assert_int_equal(next(), LOGIN_WAIT);
    assert_heard(&l.back.out, "LOGIN");
    login_wipe(&l);
}

static void starttls_comes_before_the_login(void **unused)
{
    (void)unused;
    struct wire w = grant;

    w.grant.tls = SERVER_TLS_STARTTLS;
    begin(PROTOCOL_POP3S);
    client_says("USER u\r\nPASS p\r\n");
    assert_int_equal(next(), LOGIN_ASK);
    assert_true(login_message(&l, &w));
    assert_int_equal(next(), LOGIN_WAIT);
    server_says("+OK hi\r\n");
    assert_int_equal(next(), LOGIN_WAIT);
    assert_heard(&l.back.out, "STLS\r\n");
    server_says("+OK\r\n");
    assert_int_equal(next(), LOGIN_SERVER_TLS);
    login_server_tls(&l);
    assert_int_equal(next(), LOGIN_WAIT);
    assert_heard(&l.back.out, "CAPA\r\n");
    login_wipe(&l);
}

/* What the mail server wants the user to be shown comes just before the reply, also to a refusal. */
static void alerts_are_passed_on(void **unused)
{
    (void)unused;
    static const char *const replies[] = {"W1 OK [CAPABILITY IMAP4rev1] in\r\n", "W1 NO no\r\n"};

    for (size_t i = 0; i < ROWS(replies); i++) {
        struct wire no = {.type = WIRE_DENY, .deny = {.denial = DENIAL_UNCLEAR}};

        begin(PROTOCOL_IMAP4S);
        client_says("a LOGIN u p\r\n");
        assert_int_equal(next(), LOGIN_ASK);
        assert_true(login_message(&l, &grant));
        assert_int_equal(next(), LOGIN_WAIT);
        server_says("* OK [CAPABILITY IMAP4rev1] hi\r\n");
        assert_int_equal(next(), LOGIN_WAIT);
        buf_clear(&l.back.out);
        server_says("* OK [ALERT] look\r\n* BAD [ALERT] here\r\n");
        server_says(replies[i]);
        assert_int_equal(next(), LOGIN_TELL_RESULT);
        buf_clear(&l.front.out);
        assert_true(login_message(&l, i ? &no : &established));
        assert_heard(
            &l.front.out,
            i ? "* NO [ALERT] look\r\n* NO [ALERT] here\r\na NO The mail server"
              : "* OK [ALERT] look\r\n* OK [ALERT] here\r\na OK [CAPABILITY IMAP4rev1] Logged in");
        login_wipe(&l);
    }
}

/* If no password is needed, any is accepted and none is passed on. */
static void unneeded_password_is_dropped(void **unused)
{
    (void)unused;
    static const char *const passwords[] = {
        "AGpvAA==",         /* NUL jo NUL */
        "AGpvAHNlY3JldA==", /* … secret */
        "AGpvAP8NCg==",     /* … with CR LF, not UTF-8 */
    };
    struct front_config config = configs[PROTOCOL_SMTPS];

    for (size_t i = 0; i < ROWS(passwords); i++) {
        for (int needed = 0; needed < 2; needed++) {
            config.passwordless = !needed;
            login_init(&l, &config, "mw");
            login_client_tls(&l);
            client_says("EHLO c\r\nAUTH PLAIN ");
            client_says(passwords[i]);
            client_says("\r\n");
            assert_int_equal(next(), needed && i == 2 ? LOGIN_NOTE : LOGIN_ASK);
            if (!needed || i == 0)
                assert_int_equal(l.front.password.len, 0);
            if (!needed)
                assert_null(
                    memmem(l.front.password_room, sizeof l.front.password_room, "secret", 6));
            login_wipe(&l);
        }
    }
    config.passwordless = true;
    login_init(&l, &config, "mw");
    login_client_tls(&l);
    client_says("EHLO c\r\nAUTH LOGIN am8=\r\n\r\n"); /* an empty line */
    assert_int_equal(next(), LOGIN_ASK);
    assert_true(span_eq(buf_span(&l.front.name), SPAN("jo")));
    login_wipe(&l);
}

/* The greeting waits for what the helper remembers of the default server. */
static void learned_words_are_announced(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol p;
        const char *words, *asks, *announced;
    } rows[] = {
        {PROTOCOL_IMAP4S, "IMAP4rev1 IDLE", "",
         "* OK [CAPABILITY IMAP4rev1 IDLE SASL-IR AUTH=PLAIN AUTH=LOGIN]"},
        {PROTOCOL_IMAP4S, "", "", "* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN AUTH=LOGIN]"},
        {PROTOCOL_POP3S, "TOP UIDL", "CAPA\r\n", "AUTH-RESP-CODE\r\nTOP\r\nUIDL\r\n.\r\n"},
        {PROTOCOL_SMTPS, "SIZE=1000 DSN", "EHLO c\r\n",
         "AUTH PLAIN LOGIN\r\n250-SIZE 1000\r\n250-DSN\r\n250 ENHANCEDSTATUSCODES\r\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct front_config config = configs[rows[i].p];
        const struct wire offer = {.type = WIRE_OFFER, .offer = {span_str(rows[i].words)}};

        ROW(i, rows[i].words);
        config.announce = NULL;
        for (int early = 0; early < 2; early++) {
            login_init(&l, &config, "mw");
            if (early)
                assert_true(login_message(&l, &offer));
            login_client_tls(&l);
            assert_int_equal(next(), LOGIN_WAIT);
            if (!early) {
                assert_int_equal(l.front.out.len, 0);
                assert_false(login_wants_client(&l));
                assert_true(login_message(&l, &offer));
            }
            assert_false(login_message(&l, &offer)); /* a second time */
            client_says(rows[i].asks);
            assert_int_equal(next(), LOGIN_WAIT);
            assert_heard(&l.front.out, rows[i].announced);
            login_wipe(&l);
        }
    }
}

/* While the greeting waits, a goodbye takes its place; and nobody sends an OFFER that isn't wanted. */
static void offers_that_do_not_come(void **unused)
{
    (void)unused;
    struct front_config config = configs[PROTOCOL_IMAP4S];
    const struct wire offer = {.type = WIRE_OFFER};

    begin(PROTOCOL_IMAP4S);
    assert_false(login_message(&l, &offer));
    config.announce = NULL;
    login_init(&l, &config, "mw");
    login_client_tls(&l);
    assert_int_equal(next(), LOGIN_WAIT);
    login_goodbye(&l, GOODBYE_TROUBLE);
    assert_int_equal(next(), LOGIN_CLOSE);
    assert_memory_equal(l.front.out.p, "* BYE", 5);
    login_wipe(&l);
}

/* What the mail server offers goes to the helper, also after a refusal. What the policy announces and
 * the server lacks is for the administrator, what was learned is not. */
static void offer_of_the_server_is_told(void **unused)
{
    (void)unused;
    struct front_config config = configs[PROTOCOL_SMTPS];
    const struct wire offer = {.type = WIRE_OFFER, .offer = {SPAN("SIZE=1000 PIPELINING DSN")}};

    for (int fixed = 0; fixed < 2; fixed++) {
        config.announce = fixed ? "PIPELINING" : NULL;
        login_init(&l, &config, "mw");
        login_client_tls(&l);
        if (!fixed)
            assert_true(login_message(&l, &offer));
        client_says("EHLO c\r\nAUTH PLAIN AGpvAHNlY3JldA==\r\n");
        assert_int_equal(next(), LOGIN_ASK);
        assert_true(login_message(&l, &grant));
        assert_int_equal(next(), LOGIN_WAIT);
        server_says("220 mail\r\n");
        assert_int_equal(next(), LOGIN_WAIT);
        server_says("250-mail\r\n250-DSN\r\n250 AUTH PLAIN\r\n");
        if (!fixed) {
            assert_int_equal(next(), LOGIN_WAIT);
            server_says("535 no\r\n");
        }
        assert_int_equal(next(), LOGIN_TELL_RESULT);
        assert_int_equal(l.result.denial, fixed ? DENIAL_ADMIN : DENIAL_REFUSED);
        assert_int_equal(l.result.offered, 1);
        assert_true(span_eq(l.result.offer, SPAN("DSN")));
        login_wipe(&l);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(login_to_hand_over),
        cmocka_unit_test(refused_three_times_closes),
        cmocka_unit_test(bad_names_are_refused_without_the_helper),
        cmocka_unit_test(failed_server_is_temporary),
        cmocka_unit_test(messages_at_the_wrong_time_are_faults),
        cmocka_unit_test(goodbye_at_any_time_closes),
        cmocka_unit_test(implicit_tls_comes_before_the_greeting),
        cmocka_unit_test(starttls_comes_before_the_login),
        cmocka_unit_test(alerts_are_passed_on),
        cmocka_unit_test(unneeded_password_is_dropped),
        cmocka_unit_test(learned_words_are_announced),
        cmocka_unit_test(offers_that_do_not_come),
        cmocka_unit_test(offer_of_the_server_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
