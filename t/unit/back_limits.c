/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/back: limits on what a mail server sends and on the login. */
#include "check.h"

#include "back.h"

static void endless_lines_and_lists_fail(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct back_config c = {.user = SPAN("a"), .password = SPAN("b")};

    back_init(&b, &c); /* a line without an end */
    memset(buf_end(&b.in), '+', buf_room(&b.in));
    buf_grew(&b.in, buf_room(&b.in));
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);
    assert_non_null(strstr(b.why, "line that is too long"));

    static const struct back_config eight = {.user = SPAN("\xc3\xb6"), .password = SPAN("b")};
    back_init(&b, &eight); /* a list without an end */
    buf_puts(&b.in, "+OK\r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    buf_puts(&b.in, "+OK\r\n");
    for (int i = 0; i < LIMIT_SERVER_LINES; i++)
        buf_puts(&b.in, "TOP\r\n");
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);
    assert_non_null(strstr(b.why, "too many lines"));
}

/* The last word of a long list counts: the policy announces it, and programs may ask for it. */
static void long_lists_are_taken(void **unused)
{
    (void)unused;
    static const struct {
        enum protocol protocol;
        const char *begin, *before, *end;
    } rows[] = {
        {PROTOCOL_POP3S, "+OK\r\n+OK\r\n", "", ".\r\n"},
        {PROTOCOL_IMAP4S, "* OK [CAPABILITY IMAP4rev1", " ", "] ready\r\n"},
        {PROTOCOL_SMTPS, "220 x\r\n250-x\r\n", "250-", "250 HELP\r\n"},
    };
    static struct back b;
    char word[32];

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct back_config c = {.protocol = rows[i].protocol, .helo = "x", .announced = "X399-456"};
        struct span script = span_str(rows[i].begin);

        ROW(i, rows[i].begin);
        back_init(&b, &c);
        while (script.n) { /* in step with what back asks */
            buf_put(&b.in, span_cut(&script, '\n'));
            if (rows[i].protocol != PROTOCOL_IMAP4S)
                buf_putc(&b.in, '\n');
            assert_int_equal(back_step(&b), BACK_MORE);
        }
        for (int n = 0; n < LIMIT_OFFER_WORDS; n++) {
            buf_puts(&b.in, rows[i].before);
            snprintf(word, sizeof word, "X%03d-456", n);
            buf_puts(&b.in, word);
            if (rows[i].protocol != PROTOCOL_IMAP4S)
                buf_puts(&b.in, "\r\n");
        }
        buf_puts(&b.in, rows[i].end);
        assert_int_equal(back_step(&b), BACK_DONE);
        assert_true(b.offer.len > 3500);
    }
}

static void capability_list_is_limited(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct back_config c = {
        .protocol = PROTOCOL_IMAP4S, .user = SPAN("a"), .password = SPAN("b")};

    back_init(&b, &c);
    buf_puts(&b.in, "* OK [CAPABILITY");
    for (size_t i = 0; i <= LIMIT_CAPABILITY / 9; i++)
        buf_puts(&b.in, " CAPACITY");
    buf_puts(&b.in, "]\r\n");
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);
}

/* When b->in is full of bytes kept for the client, the dialogue fails instead of waiting. */
static void full_input_ends_the_dialogue(void **unused)
{
    (void)unused;
    static struct back b;
    static const struct back_config c = {
        .protocol = PROTOCOL_IMAP4S, .user = SPAN("a"), .password = SPAN("b")};

    back_init(&b, &c);
    buf_puts(&b.in, "* OK\r\nW1 OK\r\n* X {16384}\r\n");
    while (buf_room(&b.in) > 0) {
        buf_putc(&b.in, 'x');
        if (back_step(&b) != BACK_MORE)
            break;
    }
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_TEMPORARY);
}

static void longest_login_fits(void **unused)
{
    (void)unused;
    static struct back b;
    static char longest[LIMIT_PASSWORD];
    struct back_config c = {.protocol = PROTOCOL_SMTPS, .authenticate = true, .helo = "x"};

    memset(longest, 'x', sizeof longest);
    c.user = span_of(longest, LIMIT_LOGIN - 1);
    c.password = span_of(longest, LIMIT_PASSWORD);
    back_init(&b, &c);
    buf_puts(&b.in, "220 x\r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    buf_puts(&b.in, "250-x\r\n250-SIZE\r\n250 AUTH PLAIN\r\n");
    assert_int_equal(back_step(&b), BACK_FAILED);
    assert_int_equal(b.failure, DENIAL_ADMIN);

    c.user = span_of(longest, LIMIT_NAME); /* the longest mail name fits */
    back_init(&b, &c);
    buf_puts(&b.in, "220 x\r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    buf_clear(&b.out);
    buf_puts(&b.in, "250-x\r\n250-SIZE\r\n250 AUTH PLAIN\r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    buf_puts(&b.in, "334 \r\n");
    assert_int_equal(back_step(&b), BACK_MORE);
    assert_true(b.out.len > LIMIT_PASSWORD * 4 / 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endless_lines_and_lists_fail),
        cmocka_unit_test(long_lists_are_taken),
        cmocka_unit_test(capability_list_is_limited),
        cmocka_unit_test(full_input_ends_the_dialogue),
        cmocka_unit_test(longest_login_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
