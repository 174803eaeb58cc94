/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/front: limits, wiping, and which memory is touched. */
#include "check.h"

#include "base64.h"
#include "front.h"

static struct front front;
static char said[65536]; /* all that front has sent since begin() */
static size_t said_size;

static const struct front_config configs[PROTOCOLS] = {
    {.protocol = PROTOCOL_POP3S, .host = "h", .announce = "", .attempts = 3},
    {.protocol = PROTOCOL_IMAP4S, .host = "h", .announce = "", .attempts = 3},
    {.protocol = PROTOCOL_SMTPS, .host = "h", .announce = "", .attempts = 3},
};

static void drain(void)
{
    assert_false(front.out.overflow);
    assert_true(front.out.len < sizeof said - said_size);
    memcpy(said + said_size, front.out.p, front.out.len);
    said_size += front.out.len;
    said[said_size] = '\0';
    buf_consume(&front.out, front.out.len);
}

static void begin(enum protocol p)
{
    said_size = 0;
    front_init(&front, &configs[p]);
    if (p == PROTOCOL_SMTPS)
        buf_puts(&front.in, "EHLO x\r\n");
}

/* Steps until front needs more input, past FRONT_USER and FRONT_FLUSH. */
static enum front_event run(void)
{
    enum front_event e;

    do {
        e = front_step(&front);
        drain();
    } while (e == FRONT_USER || e == FRONT_FLUSH);
    return e;
}

/* Feeds as much as fits at a time. */
static enum front_event feed(struct span s)
{
    enum front_event e = run();

    while (s.n && e == FRONT_MORE) {
        struct span part = span_head(s, buf_room(&front.in));
        assert_true(part.n > 0);
        buf_put(&front.in, part);
        s = span_tail(s, part.n);
        e = run();
    }
    return e;
}

static enum front_event feed_str(const char *s)
{
    return feed(span_str(s));
}

static enum front_event feed_many(char c, size_t n)
{
    char some[1000];
    enum front_event e = FRONT_MORE;

    memset(some, c, sizeof some);
    while (n && e == FRONT_MORE) {
        struct span part = span_head(span_of(some, sizeof some), n);
        e = feed(part);
        n -= part.n;
    }
    return e;
}

/* A line over the limit is one error. It is skipped to its end, and the dialogue goes on. */
static void long_lines_are_one_error(void **unused)
{
    (void)unused;
    static const char *const expected[PROTOCOLS] = {
        "-ERR The line is too long\r\n+OK Goodbye\r\n",
        "* BAD The line is too long\r\n* BYE Goodbye\r\na OK Done\r\n",
        "500 5.5.2 The line is too long\r\n221 2.0.0 Goodbye\r\n",
    };
    for (int p = 0; p < PROTOCOLS; p++) {
        begin((enum protocol)p);
        run();
        said_size = 0;
        assert_int_equal(feed_many('x', 100000), FRONT_MORE);
        assert_int_equal(feed_str(p == PROTOCOL_IMAP4S ? "\r\na LOGOUT\r\n" : "\r\nQUIT\r\n"),
                         FRONT_CLOSE);
        assert_string_equal(said, expected[p]);
    }
}

static void line_at_the_limit_fits(void **unused)
{
    (void)unused;
    for (size_t over = 0; over < 2; over++) {
        begin(PROTOCOL_POP3S);
        feed_str("USER ");
        feed_many('x', LIMIT_AUTH_LINE - 5 + over);
        feed_str("\r");
        feed_str("\n");
        assert_string_equal(said, over ? "-ERR The line is too long\r\n" : "+OK\r\n");
        assert_int_equal(front.name.len, over ? 0 : LIMIT_LOGIN + 1);
    }
}

#define BLANKS_50 "                                                  "

/* A literal has a limit. After a line that is too long, its literal is skipped too. */
static void literals_are_limited(void **unused)
{
    (void)unused;
    begin(PROTOCOL_IMAP4S);
    feed_str("a LOGIN {8192}\r\n");
    feed_many('n', 8192);
    feed_str(" {8192+}\r\n");
    feed_many('p', 8192);
    assert_int_equal(feed_str("\r\n"), FRONT_VERIFY);
    assert_string_equal(said, "+ OK\r\n");
    assert_int_equal(front.name.len, LIMIT_LOGIN + 1);
    assert_int_equal(front.password.len, LIMIT_PASSWORD);
    front_denied(&front, DENIAL_REFUSED, false);
    drain();
    said_size = 0;
    feed_str("b LOGIN ");
    feed_many('x', 20000);
    feed_str(" {11+}\r\nc LOGOUT\r\n\x01{8+}\r\nd LOGOUT\r\ne NOOP\r\n");
    assert_string_equal(said, "b BAD The line is too long\r\ne OK Done\r\n");

    /* Nor does it depend on how a skipped line comes, whatever is behind the announcement. */
    static const char line[] = "f X\n{8+}" BLANKS_50 "\r\ng NOOP\r\n";
    for (int cut = 0; cut < 2; cut++) {
        begin(PROTOCOL_IMAP4S);
        said_size = 0;
        for (size_t i = 0; cut && i + 1 < sizeof line; i++)
            feed(span_of(line + i, 1));
        if (!cut)
            feed_str(line);
        assert_string_equal(said, "f BAD Invalid line ending: expected CRLF\r\ng OK Done\r\n");
    }
}

/* The longest SASL message that a line holds. */
static void longest_sasl_message_fits(void **unused)
{
    (void)unused;
    static const char *const starts[PROTOCOLS] = {"AUTH PLAIN\r\n", "a AUTHENTICATE PLAIN\r\n",
                                                  "AUTH PLAIN\r\n"};
    static const char *const expected[PROTOCOLS] = {
        "-ERR The authentication response is too long\r\n",
        "a BAD The authentication response is too long\r\n",
        "500 5.5.6 The authentication response is too long\r\n"};
    static char message[LIMIT_AUTH_LINE / 4 * 3], text_room[LIMIT_AUTH_LINE + 4];

    memset(message, 'x', sizeof message);
    message[0] = message[1001] = '\0';
    for (int p = 0; p < PROTOCOLS; p++) {
        struct buf text = BUF(text_room);
        begin((enum protocol)p);
        feed_str(starts[p]);
        assert_true(base64_encode(span_of(message, sizeof message), &text));
        assert_int_equal(text.len, LIMIT_AUTH_LINE);
        feed(buf_span(&text));
        assert_int_equal(feed_str("\r\nBEHIND"), FRONT_VERIFY);
        assert_int_equal(front.name.len, 1000);
        assert_int_equal(front.password.len, LIMIT_PASSWORD + 1 < sizeof message - 1002
                                                 ? LIMIT_PASSWORD + 1
                                                 : sizeof message - 1002);
        front_denied(&front, DENIAL_REFUSED, false);
        assert_true(span_eq(buf_span(&front.in), SPAN("BEHIND")));
        feed_str("\r\n");
        feed_str(starts[p]);
        said_size = 0;
        feed_many('A', LIMIT_AUTH_LINE + 4);
        assert_string_equal(said, expected[p]);
    }
}

/* However often a login is repeated, it is one attempt; another login is the next. */
static void repeats_are_no_attempts(void **unused)
{
    (void)unused;
    for (int p = 0; p < PROTOCOLS; p++) {
        static const char *const logins[PROTOCOLS] = {"USER jo\r\nPASS pw\r\n", "a LOGIN jo pw\r\n",
                                                      "AUTH PLAIN AGpvAHB3\r\n"};
        unsigned attempts;

        begin((enum protocol)p);
        attempts = front.config->attempts;
        for (unsigned i = 0; i < 3 * attempts; i++) {
            assert_int_equal(feed_str(logins[p]), FRONT_VERIFY);
            assert_int_equal(front_denied(&front, DENIAL_REFUSED, i % 3 != 0),
                             i / 3 + 1 < attempts ? FRONT_MORE : FRONT_CLOSE);
            drain();
            if (i / 3 + 1 == attempts)
                break;
        }
    }
}

static void too_many_commands_end_it(void **unused)
{
    (void)unused;
    static const char *const noops[PROTOCOLS] = {"CAPA\r\n", "a NOOP\r\n", "NOOP\r\n"};
    static const char *const ends[PROTOCOLS] = {"-ERR Too many commands before login\r\n",
                                                "* BYE Too many commands before login\r\n",
                                                "421 4.7.0 Too many commands before login\r\n"};
    for (int p = 0; p < PROTOCOLS; p++) {
        begin((enum protocol)p);
        run();
        for (unsigned i = front.commands; i < LIMIT_COMMANDS; i++)
            assert_int_equal(feed_str(noops[p]), FRONT_MORE);
        said_size = 0;
        assert_int_equal(feed_str(noops[p]), FRONT_CLOSE);
        assert_string_equal(said, ends[p]);
    }
}

/* If the caller doesn't send the replies, the dialogue stops before they overflow; none is lost. */
static void full_output_stops_the_dialogue(void **unused)
{
    (void)unused;
    struct front_config config = configs[PROTOCOL_POP3S];
    unsigned flushed = 0;
    enum front_event e;

    config.announce = "TOP UIDL PIPELINING EXPIRE=NEVER X-ONE-MORE-WORD-SO-THAT-THE-LIST-IS-LONG";
    begin(PROTOCOL_POP3S);
    front_init(&front, &config);
    for (int i = 0; i < LIMIT_COMMANDS; i++)
        buf_puts(&front.in, "CAPA\r\n");
    while ((e = front_step(&front)) == FRONT_FLUSH) {
        assert_int_equal(front_step(&front), FRONT_FLUSH);
        flushed++;
        drain();
    }
    assert_int_equal(e, FRONT_MORE);
    drain();
    assert_true(flushed > 0);
    assert_int_equal(said_size, LIMIT_COMMANDS * strlen("+OK\r\nUSER\r\nSASL PLAIN LOGIN\r\n"
                                                        "RESP-CODES\r\nAUTH-RESP-CODE\r\n"
                                                        "TOP\r\nUIDL\r\nPIPELINING\r\n"
                                                        "EXPIRE NEVER\r\n"
                                                        "X-ONE-MORE-WORD-SO-THAT-THE-LIST-IS-LONG"
                                                        "\r\n.\r\n"));
}

/* The reply to the login fits even if the caller has not sent anything for long. */
static void longest_grant_fits(void **unused)
{
    (void)unused;
    static char list[LIMIT_CAPABILITY + 1];
    static char alert[LIMIT_ALERT];
    enum front_event e;

    memset(list, 'x', sizeof list);
    memset(alert, 'a', sizeof alert);
    for (int i = 1; i < LIMIT_ALERTS; i++)
        alert[2 * i] = '\n';
    for (size_t over = 0; over < 2; over++) {
        begin(PROTOCOL_IMAP4S);
        for (int i = 0; i < 30; i++)
            buf_puts(&front.in, "a CAPABILITY\r\n");
        for (int i = 0; i < LIMIT_TAG; i++)
            buf_putc(&front.in, 't');
        buf_puts(&front.in, " LOGIN u p\r\n");
        while ((e = front_step(&front)) != FRONT_VERIFY)
            if (e == FRONT_FLUSH)
                drain();
        front_alert(&front, span_of(alert, sizeof alert), true);
        front_granted(&front, span_of(list, LIMIT_CAPABILITY + over));
        drain();
        assert_true((strstr(said, "xxx") != NULL) == (over == 0));
    }
}

static bool holds(const char *what)
{
    const char *p = (const char *)&front;
    size_t n = strlen(what);

    for (size_t i = 0; i + n <= sizeof front; i++)
        if (memcmp(p + i, what, n) == 0)
            return true;
    return false;
}

/* After an attempt nothing of the password is left in the struct, neither in clear nor in
 * base64. */
static void password_is_wiped_after_each_attempt(void **unused)
{
    (void)unused;
    static const struct {
        const char *what;
        enum protocol protocol;
        const char *in;
        enum front_event event;
    } rows[] = {
        {"pass", PROTOCOL_POP3S, "USER me\r\nPASS hunter2\r\n", FRONT_VERIFY},
        {"login", PROTOCOL_IMAP4S, "a LOGIN me hunter2\r\n", FRONT_VERIFY},
        {"literal", PROTOCOL_IMAP4S, "a LOGIN me {7+}\r\nhunter2\r\n", FRONT_VERIFY},
        {"plain", PROTOCOL_SMTPS, "AUTH PLAIN AG1lAGh1bnRlcjI=\r\n", FRONT_VERIFY},
        {"auth login", PROTOCOL_SMTPS, "AUTH LOGIN bWU=\r\naHVudGVyMg==\r\n", FRONT_VERIFY},
        {"cancelled", PROTOCOL_SMTPS, "AUTH LOGIN aHVudGVyMg==\r\n*\r\n", FRONT_MORE},
        {"refused by front", PROTOCOL_POP3S, "AUTH PLAIN eABtZQBodW50ZXIy\r\n", FRONT_MORE},
        {"malformed", PROTOCOL_POP3S, "AUTH PLAIN AG1lAGh1bnRlcjIA\r\n", FRONT_MORE},
        {"malformed name", PROTOCOL_SMTPS, "AUTH LOGIN me\r\naHVudGVyMg==\r\n", FRONT_MORE},
        {"malformed name, not waiting", PROTOCOL_IMAP4S,
         "a AUTHENTICATE LOGIN\r\nme\r\nhunter2\r\n", FRONT_MORE},
        {"invalid arguments", PROTOCOL_IMAP4S, "a LOGIN hunter2 hunter2 x\r\n", FRONT_MORE},
        {"invalid line", PROTOCOL_POP3S, "PASS hunter2\n", FRONT_MORE},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        for (int how = 0; how < 3; how++) {
            ROW(i, rows[i].what);
            memset(&front, 0, sizeof front);
            begin(rows[i].protocol);
            assert_int_equal(feed_str(rows[i].in), rows[i].event);
            if (rows[i].event == FRONT_VERIFY) {
                assert_true(holds("hunter2"));
                if (how == 0)
                    front_denied(&front, DENIAL_REFUSED, false);
                else if (how == 1)
                    front_granted(&front, SPAN_NONE);
                else
                    front_goodbye(&front, GOODBYE_TROUBLE);
            }
            assert_false(holds("hunter2") || holds("unter") || holds("aHVudGVy") ||
                         holds("h1bnRl") || holds("odW50"));
            assert_int_equal(front.name.len + front.password.len, 0);
        }
    }
}

/* front touches only the memory that it uses, because each page costs. */
static void unused_rooms_are_not_touched(void **unused)
{
    (void)unused;
    size_t touched = 0;

    memset(front.in_room, 'U', sizeof front.in_room);
    memset(front.out_room, 'U', sizeof front.out_room);
    memset(front.name_room, 'U', sizeof front.name_room);
    memset(front.password_room, 'U', sizeof front.password_room);
    begin(PROTOCOL_SMTPS);
    assert_int_equal(feed_str("AUTH PLAIN AG1lAGh1bnRlcjI=\r\n"), FRONT_VERIFY);
    front_granted(&front, SPAN_NONE);
    front_wipe(&front);
    for (size_t i = 0; i < sizeof front.in_room; i++)
        touched += front.in_room[i] != 'U';
    for (size_t i = 0; i < sizeof front.out_room; i++)
        touched += front.out_room[i] != 'U';
    for (size_t i = 0; i < sizeof front.password_room; i++)
        touched += front.password_room[i] != 'U';
    assert_true(touched > 0 && touched < 512);
    assert_int_equal(front.helo.len, 0);
}

/* XCLIENT tells the mail server: cleaned, and no longer than Postfix takes it. */
static void helo_is_kept(void **unused)
{
    (void)unused;
    static const struct {
        const char *line, *kept;
    } rows[] = {
        {"EHLO  [IPv6:2001:db8::1] \r\n", "[IPv6:2001:db8::1]"},
        {"HELO my_pc\r\n", "my_pc"},
        {"EHLO my new\tpc\r\n", "my?new?pc"},
        {"EHLO J\xc3\xb6\x7f\x01\r\n", "J????"},
        {"EHLO ~!+=\r\n", "~!+="},
        {"EHLO\r\n", ""},
        {"HELO \r\n", ""},
    };
    char line[600];

    begin(PROTOCOL_SMTPS);
    run();
    assert_true(span_eq(buf_span(&front.helo), SPAN("x")));
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].line);
        feed_str(rows[i].line);
        assert_true(span_eq(buf_span(&front.helo), span_str(rows[i].kept)));
    }
    feed(SPAN("EHLO a\0b\r\n"));
    assert_int_equal(front.helo.len, 0);
    assert_int_equal(front.bad_commands, 1);
    for (int over = 0; over < 2; over++) {
        snprintf(line, sizeof line, "HELO %0*d\r\n", LIMIT_HELO + over, 0);
        feed_str(line);
        assert_int_equal(front.helo.len, LIMIT_HELO);
    }
    for (int over = 0; over < 2; over++) {
        snprintf(line, sizeof line, "HELO %0*d\r\n", 505 + over, 1);
        feed_str(line);
        assert_int_equal(front.helo.len, LIMIT_HELO);
        assert_int_equal(front.bad_commands, 1 + over);
    }
}

/* As many words as a list may have, and as many octets: the reply is whole in each protocol, also
 * while an earlier one waits to be sent. */
static void longest_list_fits(void **unused)
{
    (void)unused;
    static const char *const asks[PROTOCOLS] = {"CAPA\r\n", "a CAPABILITY\r\n", "EHLO y\r\n"};
    static const char *const ends[PROTOCOLS] = {
        "X399-34567890123456\r\n.\r\n", "a OK Done\r\n",
        "X399-34567890123456\r\n250 ENHANCEDSTATUSCODES\r\n"};
    char list[LIMIT_OFFER + 1] = "", word[32];
    struct front_config config;

    for (int i = 0; i < LIMIT_OFFER_WORDS; i++) {
        snprintf(word, sizeof word, "%sX%03d-34567890123456", i ? " " : "", i);
        strcat(list, word);
    }
    for (int p = 0; p < PROTOCOLS; p++) {
        begin((enum protocol)p);
        config = configs[p];
        config.announce = list;
        front_init(&front, &config);
        front_greet(&front);
        for (int i = 0; i < 5; i++)
            buf_puts(&front.in, asks[p]);
        assert_int_equal(run(), FRONT_MORE);
        assert_true(said_size > strlen(ends[p]));
        assert_string_equal(said + said_size - strlen(ends[p]), ends[p]);
    }
}

/* Every farewell works without a greeting and is sent only once. */
static void goodbye_is_sent_once(void **unused)
{
    (void)unused;
    static const char *const begins[PROTOCOLS] = {"-ERR [SYS/TEMP] ", "* BYE ", "421 4."};

    for (int p = 0; p < PROTOCOLS; p++)
        for (enum goodbye g = GOODBYE_EVICTED; g <= GOODBYE_TROUBLE; g++) {
            said_size = 0;
            front_init(&front, &configs[p]);
            front_goodbye(&front, g);
            front_goodbye(&front, g);
            assert_int_equal(run(), FRONT_CLOSE);
            assert_true(span_starts(span_str(said), span_str(begins[p])));
            assert_ptr_equal(strchr(said, '\n'), said + said_size - 1);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_lines_are_one_error),
        cmocka_unit_test(line_at_the_limit_fits),
        cmocka_unit_test(literals_are_limited),
        cmocka_unit_test(longest_sasl_message_fits),
        cmocka_unit_test(repeats_are_no_attempts),
        cmocka_unit_test(too_many_commands_end_it),
        cmocka_unit_test(full_output_stops_the_dialogue),
        cmocka_unit_test(longest_grant_fits),
        cmocka_unit_test(password_is_wiped_after_each_attempt),
        cmocka_unit_test(unused_rooms_are_not_touched),
        cmocka_unit_test(helo_is_kept),
        cmocka_unit_test(longest_list_fits),
        cmocka_unit_test(goodbye_is_sent_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
