/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/proto/line and lib/proto/sasl. */
#include "check.h"

#include "base64.h"
#include "line.h"
#include "sasl.h"

#define LINE_LIMIT 8 /* of the rows */

static const struct {
    const char *in;
    enum line_outcome outcome;
    const char *line;
    size_t used;
} line_rows[] = {
    {.in = "", .outcome = LINE_MORE},
    {.in = "\r", .outcome = LINE_MORE},
    {.in = "NOOP\r", .outcome = LINE_MORE},
    {.in = "\r\n", .outcome = LINE_WHOLE, .line = "", .used = 2},
    {.in = "NOOP\r\nx", .outcome = LINE_WHOLE, .line = "NOOP", .used = 6},
    {.in = "12345678\r\n", .outcome = LINE_WHOLE, .line = "12345678", .used = 10},
    {.in = "12345678\r", .outcome = LINE_MORE},
    {.in = "123456789\r\n", .outcome = LINE_LONG, .line = "12345678", .used = 0},
    {.in = "1234567890", .outcome = LINE_LONG, .line = "12345678", .used = 0},
    {.in = "\n", .outcome = LINE_BARE_LF, .line = "", .used = 1},
    {.in = "a\nb\r\n", .outcome = LINE_BARE_LF, .line = "a", .used = 2},
    {.in = "123456789\n", .outcome = LINE_BARE_LF, .line = "123456789", .used = 10},
    {.in = "a\rb\r\n", .outcome = LINE_BARE_CR, .line = "a\rb", .used = 5},
    {.in = "a\r\r\n", .outcome = LINE_BARE_CR, .line = "a\r", .used = 4},
};

static void lines_end_in_crlf_however_cut(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(line_rows); i++) {
        struct span in = span_str(line_rows[i].in), line = SPAN_NONE;
        size_t used = 77, decided = 0;
        ROW(i, line_rows[i].in);
        assert_int_equal(line_next(in, LINE_LIMIT, &line, &used), line_rows[i].outcome);
        if (line_rows[i].outcome == LINE_MORE)
            continue;
        assert_true(span_eq(line, span_str(line_rows[i].line)));
        assert_int_equal(used, line_rows[i].used);
        /* Byte by byte: MORE until the outcome is known, and the same outcome from then on. */
        while (line_next(span_head(in, decided), LINE_LIMIT, &line, &used) == LINE_MORE)
            decided++;
        for (; decided <= in.n; decided++) {
            assert_int_equal(line_next(span_head(in, decided), LINE_LIMIT, &line, &used),
                             line_rows[i].outcome);
            assert_int_equal(used, line_rows[i].used);
            assert_true(span_eq(line, span_str(line_rows[i].line)));
        }
    }
}

static void mechanisms_are_found_by_name(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        bool external, good;
        enum sasl_step step;
        const char *prompt;
    } rows[] = {
        {.name = "PLAIN", .good = true, .step = SASL_PLAIN, .prompt = ""},
        {.name = "login", .good = true, .step = SASL_LOGIN_NAME, .prompt = "VXNlcm5hbWU6"},
        {.name = "EXTERNAL", .external = true, .good = true, .step = SASL_EXTERNAL, .prompt = ""},
        {.name = "EXTERNAL"},
        {.name = "PLAINER"},
        {.name = "PLAI"},
        {.name = ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        enum sasl_step step = SASL_LOGIN_PASSWORD;
        ROW(i, rows[i].name);
        assert_int_equal(sasl_find(span_str(rows[i].name), rows[i].external, &step), rows[i].good);
        if (rows[i].good) {
            assert_int_equal(step, rows[i].step);
            assert_string_equal(sasl_prompt(step), rows[i].prompt);
        }
    }
    assert_string_equal(sasl_prompt(SASL_LOGIN_PASSWORD), "UGFzc3dvcmQ6");
    assert_string_equal(sasl_prompt(SASL_LOGIN_SPOILT), "UGFzc3dvcmQ6");
}

static void sasl_responses_are_decoded(void **unused)
{
    (void)unused;
    static const struct {
        const char *what;
        enum sasl_step step;
        struct span message;
        enum sasl_outcome outcome;
        const char *name, *password;
    } rows[] = {
        {"plain", SASL_PLAIN, SPAN("\0me\0secret"), SASL_DONE, "me", "secret"},
        {"plain, as the user itself", SASL_PLAIN, SPAN("me\0me\0secret"), SASL_DONE, "me",
         "secret"},
        {"plain, as another user", SASL_PLAIN, SPAN("you\0me\0secret"), SASL_REFUSED, "", ""},
        {"plain, as a user with a longer name", SASL_PLAIN, SPAN("mee\0me\0secret"), SASL_REFUSED,
         "", ""},
        {"plain, name and password empty", SASL_PLAIN, SPAN("\0\0"), SASL_DONE, "", ""},
        {"plain, empty", SASL_PLAIN, SPAN(""), SASL_MALFORMED, "", ""},
        {"plain, one part", SASL_PLAIN, SPAN("me"), SASL_MALFORMED, "", ""},
        {"plain, two parts", SASL_PLAIN, SPAN("me\0secret"), SASL_MALFORMED, "", ""},
        {"plain, ends with NUL", SASL_PLAIN, SPAN("me\0"), SASL_MALFORMED, "", ""},
        {"plain, four parts", SASL_PLAIN, SPAN("\0me\0sec\0ret"), SASL_MALFORMED, "", ""},
        {"login, name", SASL_LOGIN_NAME, SPAN("me"), SASL_MORE, "me", ""},
        {"login, password", SASL_LOGIN_PASSWORD, SPAN("secret"), SASL_DONE, "", "secret"},
        {"login, password behind a malformed name", SASL_LOGIN_SPOILT, SPAN("secret"),
         SASL_MALFORMED, "", ""},
        {"login, no password", SASL_LOGIN_PASSWORD, SPAN(""), SASL_DONE, "", ""},
        {"external, no identity", SASL_EXTERNAL, SPAN(""), SASL_DONE, "", ""},
        {"external, with an identity", SASL_EXTERNAL, SPAN("me"), SASL_DONE, "me", ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text_room[64], name_room[16], password_room[16];
        struct buf text = BUF(text_room), name = BUF(name_room), password = BUF(password_room);
        enum sasl_step step = rows[i].step;
        ROW(i, rows[i].what);
        assert_true(base64_encode(rows[i].message, &text));
        assert_int_equal(sasl_take(&step, &text, &name, &password), rows[i].outcome);
        assert_true(span_eq(buf_span(&name), span_str(rows[i].name)));
        assert_true(span_eq(buf_span(&password), span_str(rows[i].password)));
        assert_true((rows[i].outcome == SASL_MORE) == (step != rows[i].step));
    }
}

static void malformed_responses_give_nothing(void **unused)
{
    (void)unused;
    static const char *const texts[] = {"*", "=", "AAAA=", "AGEAYg", "AGEAYg=", "AG A", "AGEAYh=="};

    for (size_t i = 0; i < ROWS(texts); i++) {
        char text_room[16], room[16];
        struct buf text = BUF(text_room), name = BUF(room), password = BUF(room);
        enum sasl_step step = SASL_PLAIN;
        ROW(i, texts[i]);
        buf_puts(&text, texts[i]);
        assert_int_equal(sasl_take(&step, &text, &name, &password), SASL_MALFORMED);
        assert_int_equal(name.len + password.len, 0);
        step = SASL_LOGIN_NAME; /* the password is asked for in any case */
        buf_clear(&text);
        buf_puts(&text, texts[i]);
        assert_int_equal(sasl_take(&step, &text, &name, &password), SASL_MORE);
        assert_int_equal(step, SASL_LOGIN_SPOILT);
        assert_int_equal(name.len + password.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_end_in_crlf_however_cut),
        cmocka_unit_test(mechanisms_are_found_by_name),
        cmocka_unit_test(sasl_responses_are_decoded),
        cmocka_unit_test(malformed_responses_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
