/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/log: the text of a line. t/e2e tests where it goes. */
#include "check.h"

#include "log.h"

static void values_are_escaped(void **unused)
{
    (void)unused;
    static const struct {
        struct span value;
        const char *line;
    } rows[] = {
        {SPAN("jo"), "event=x v=jo"},
        {SPAN("jo@example.org"), "event=x v=jo@example.org"},
        {SPAN(""), "event=x v=\"\""},
        {SPAN("a b"), "event=x v=\"a b\""},
        {SPAN("a=\"b\"\\"), "event=x v=\"a=\\x22b\\x22\\x5c\""},
        {SPAN("a\r\nevent=y"), "event=x v=\"a\\x0d\\x0aevent=y\""},
        {SPAN("\0\x7f"), "event=x v=\"\\x00\\x7f\""},
        {SPAN("\xc3\xa4"), "event=x v=\"\xc3\xa4\""},
        {SPAN("\xc3"), "event=x v=\"\\xc3\""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct log_line l;
        log_start(&l, LOG_INFO, "x");
        log_text(&l, "v", rows[i].value);
        l.text[l.len] = '\0';
        assert_string_equal(l.text, rows[i].line);
    }
}

static void long_lines_are_cut(void **unused)
{
    (void)unused;
    struct log_line l;
    static char value[3 * LOG_LINE_MAX];

    memset(value, '\n', sizeof value);
    log_start(&l, LOG_INFO, "x");
    log_text(&l, "v", span_of(value, sizeof value));
    log_num(&l, "n", 7);
    assert_true(l.cut && l.len < LOG_LINE_MAX - 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(values_are_escaped),
                                       cmocka_unit_test(long_lines_are_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
