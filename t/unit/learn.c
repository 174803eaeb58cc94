/* SPDX-License-Identifier: ISC */
/* Unit tests of what the helper learns of mail servers: asked at the start, told by RESULT, cleaned,
 * remembered, and answered to HELLO. */
#include "check.h"

#include "verify_play.h"

static void learn_bed(void)
{
    bed_make();
    bed.policy.protocols[PROTOCOL_IMAP4S].announce = NULL;
    bed.policy.protocols[PROTOCOL_IMAP4S].outstanding = 0;
}

/* Takes a connection to the mail server, says this, and returns what comes until the other side
 * closes. */
static const char *serve_mail(const char *says)
{
    static char heard[1024];
    struct pollfd f = {.fd = bed.server, .events = POLLIN};
    size_t n = 0;
    ssize_t got;

    assert_int_equal(poll(&f, 1, WAIT_MS), 1);
    int fd = accept4(bed.server, NULL, NULL, SOCK_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, says, strlen(says)), (ssize_t)strlen(says));
    if (!*says)
        shutdown(fd, SHUT_WR);
    while (n < sizeof heard - 1 && (got = read(fd, heard + n, sizeof heard - 1 - n)) > 0)
        n += (size_t)got;
    heard[n] = '\0';
    close(fd);
    return heard;
}

static bool nobody_connects(void)
{
    struct pollfd f = {.fd = bed.server, .events = POLLIN};

    return poll(&f, 1, 300) == 0;
}

/* A filter that has said HELLO and hears this offer. */
static struct player greeted(enum protocol protocol, const char *offer)
{
    struct wire w = {.type = WIRE_HELLO, .hello = {protocol, 1}};
    struct player p = NOBODY;
    int fds[MESSAGE_FDS];
    size_t count;

    p.filter = connect_verify();
    connect_client(&p);
    say(p.filter, &w, &p.client, 1);
    assert_int_equal(hear(p.filter, &w, fds, &count), WIRE_OFFER);
    assert_int_equal(count, 0);
    if (!span_eq(w.offer.words, span_str(offer)))
        fail_msg("offer \"%.*s\"", SPAN_FMT(w.offer.words));
    return p;
}

static void offered(const char *offer)
{
    struct player p = greeted(PROTOCOL_IMAP4S, offer);

    close_all(&p);
}

/* A login that the mail server refuses, by a filter that has seen this. */
static void tell(const char *words)
{
    struct wire w = {
        .type = WIRE_RESULT,
        .result = {.denial = DENIAL_TEMPORARY, .offered = 1, .offer = span_str(words)}};
    struct player p = NOBODY;

    p.filter = connect_verify();
    connect_client(&p);
    play(&p, "H- VG", 2);
    say(p.filter, &w, NULL, 0);
    assert_int_equal(reply(&p), 'T');
    close_all(&p);
}

static void asked_once_then_told(void **unused)
{
    (void)unused;
    learn_bed();
    start_helper(-1, -1, NULL, NULL);
    offered(""); /* no login waits for it */
    assert_string_equal(serve_mail("* OK [CAPABILITY IMAP4rev1 IDLE AUTH=PLAIN] hi\r\n"),
                        "W LOGOUT\r\n");
    EVENTUALLY(logged("<6>event=learned protocol=imap4s server=127.0.0.1"));
    offered("IMAP4rev1 IDLE");

    tell("IMAP4rev1  MOVE LOGINDISABLED x]y STARTTLS COMPRESS=DEFLATE A\r\n* BYE move");
    offered("IMAP4rev1 MOVE BYE");
    tell("");
    offered("");
    tell("IMAP4rev1 IDLE");
    end_helper(SIGTERM);

    start_helper(-1, -1, NULL, NULL);
    offered("IMAP4rev1 IDLE");
    assert_true(nobody_connects());
    assert_false(logged("not-learned"));
    end_helper(SIGTERM);
    bed_remove();
}

static void failure_is_logged_once(void **unused)
{
    (void)unused;
    learn_bed();
    start_helper(-1, -1, NULL, NULL);
    serve_mail("");
    EVENTUALLY(logged("<6>event=not-learned protocol=imap4s server=127.0.0.1 "
                      "reason=\"mail server 127.0.0.1:"));
    assert_true(logged(": the server closed the connection\""));
    offered("");
    tell("IMAP4rev1 IDLE"); /* a login teaches as well */
    offered("IMAP4rev1 IDLE");
    end_helper(SIGTERM);
    bed_remove();
}

/* Another server than the default one has its own list; what the policy fixes is asked of nobody. */
static void by_server(void **unused)
{
    (void)unused;
    struct wire w = {.type = WIRE_RESULT,
                     .result = {.denial = DENIAL_TEMPORARY, .offered = 1, .offer = SPAN("OTHER")}};
    struct player p = NOBODY;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    assert_true(nobody_connects());
    tell("DEFAULT");
    p.filter = connect_verify();
    connect_client(&p);
    play(&p, "H- lG", 2); /* localhost */
    say(p.filter, &w, NULL, 0);
    assert_int_equal(reply(&p), 'T');
    close_all(&p);
    offered("DEFAULT");
    p = greeted(PROTOCOL_SMTPS, "");
    close_all(&p);
    end_helper(SIGTERM);
    bed_remove();
}

/* A helper for one connection asks nobody, but its login teaches the next one's. */
static void without_a_service(void **unused)
{
    (void)unused;
    struct wire hello = {.type = WIRE_HELLO, .hello = {PROTOCOL_IMAP4S, 1}}, w;
    struct wire result = {.type = WIRE_RESULT,
                          .result = {.denial = DENIAL_TEMPORARY, .offered = 1, .offer = SPAN("A")}};
    int fds[MESSAGE_FDS];
    size_t count;

    learn_bed();
    for (int i = 0; i < 2; i++) {
        struct player p = NOBODY;
        start_connection(&p, NULL);
        connect_client(&p);
        p.report = -2;
        say(p.filter, &hello, &p.client, 1);
        assert_int_equal(hear(p.filter, &w, fds, &count), WIRE_OFFER);
        assert_true(span_eq(w.offer.words, i ? SPAN("A") : SPAN_NONE));
        assert_true(nobody_connects());
        play(&p, "VG", 1);
        say(p.filter, &result, NULL, 0);
        assert_int_equal(reply(&p), 'T');
        close_all(&p);
        end_helper(0);
    }
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(asked_once_then_told),
        cmocka_unit_test(failure_is_logged_once),
        cmocka_unit_test(by_server),
        cmocka_unit_test(without_a_service),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
