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
        cmocka_unit_test(capability_list_is_limited),
        cmocka_unit_test(full_input_ends_the_dialogue),
        cmocka_unit_test(longest_login_fits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
