/* SPDX-License-Identifier: ISC */
/* Unit tests of a running configuration's lines and words. */
#include "check.h"

#include "asa_line.h"

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t n;
    enum asa_line_kind kind;
    size_t indent;
    bool no;
    const char *words; /* each in [] */
    const char *from;  /* the rest from words[1] on */
} rows[] = {
    {TEXT("imap4s"), ASA_LINE_COMMAND, 0, false, "[imap4s]", ""},
    {TEXT(" enable outside\r"), ASA_LINE_COMMAND, 1, false, "[enable][outside]", "outside"},
    {TEXT(" enable outside  \r\r"), ASA_LINE_COMMAND, 1, false, "[enable][outside]", "outside"},
    {TEXT("\t enable\t outside"), ASA_LINE_COMMAND, 2, false, "[enable][outside]", "outside"},
    {TEXT(" no enable outside"), ASA_LINE_COMMAND, 1, true, "[enable][outside]", "outside"},
    {TEXT("no"), ASA_LINE_COMMAND, 0, false, "[no]", ""},
    {TEXT("no no x"), ASA_LINE_COMMAND, 0, true, "[no][x]", "x"},
    {TEXT("a \"b c\" d"), ASA_LINE_COMMAND, 0, false, "[a][b c][d]", "\"b c\" d"},
    {TEXT("a \"b c\""), ASA_LINE_COMMAND, 0, false, "[a][b c]", "b c"},
    {TEXT("a \"b c"), ASA_LINE_COMMAND, 0, false, "[a][b c]", "b c"},
    {TEXT("a \"b \\\"c\\\" d\" e"), ASA_LINE_COMMAND, 0, false, "[a][b \\\"c\\\" d][e]",
     "\"b \\\"c\\\" d\" e"},
    {TEXT("a \"b\\\""), ASA_LINE_COMMAND, 0, false, "[a][b\\\"]", "b\\\""},
    {TEXT("a \"\""), ASA_LINE_COMMAND, 0, false, "[a][]", ""},
    {TEXT("a \"\" b"), ASA_LINE_COMMAND, 0, false, "[a][][b]", "\"\" b"},
    {TEXT("a \""), ASA_LINE_COMMAND, 0, false, "[a][]", ""},
    {TEXT("a b\"c d\""), ASA_LINE_COMMAND, 0, false, "[a][b\"c][d\"]", "b\"c d\""},
    {TEXT("\"a b\"c"), ASA_LINE_COMMAND, 0, false, "[a b][c]", "c"},
    {TEXT("a b  c "), ASA_LINE_COMMAND, 0, false, "[a][b][c]", "b  c"},
    {TEXT("a 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 x y z"), ASA_LINE_COMMAND, 0, false,
     "[a][1][2][3][4][5][6][7][8][9][0][1][2][3][4][5][6][7][8][9][0][1][2][x]",
     "1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 x y z"},
    {TEXT("<--- More --->\r              \r imap4s"), ASA_LINE_COMMAND, 1, false, "[imap4s]", ""},
    {TEXT("<--- More ---> imap4s"), ASA_LINE_COMMAND, 1, false, "[imap4s]", ""},
    {TEXT("<--- More --->               imap4s"), ASA_LINE_COMMAND, 1, false, "[imap4s]", ""},
    {TEXT("<--- More --->\b\b\b   \b\b\b imap4s"), ASA_LINE_COMMAND, 1, false, "[imap4s]", ""},
    {TEXT("<--- More --->\r   \r<--- More --->\r    \rimap4s"), ASA_LINE_COMMAND, 0, false,
     "[imap4s]", ""},
    {TEXT("> > imap4s"), ASA_LINE_COMMAND, 4, false, "[imap4s]", ""},
    {TEXT("\xc2\xa0 imap4s"), ASA_LINE_COMMAND, 2, false, "[imap4s]", ""},
    {TEXT("\xa0imap4s"), ASA_LINE_COMMAND, 1, false, "[imap4s]", ""},
    {TEXT("gate# show running-config"), ASA_LINE_EMPTY, 0, false, "[gate#][show][running-config]",
     "show running-config"},
    {TEXT("gate(config)# imap4s"), ASA_LINE_COMMAND, 0, false, "[gate(config)#][imap4s]", "imap4s"},
    {TEXT("<--- More --->"), ASA_LINE_EMPTY, 0, false, "", ""},
    {TEXT("\xef\xbb\xbfimap4s"), ASA_LINE_COMMAND, 0, false, "[imap4s]", ""},
    {TEXT("description Gr\xc3\xbc\xc3\x9f"), ASA_LINE_COMMAND, 0, false,
     "[description][Gr\xc3\xbc\xc3\x9f]", "Gr\xc3\xbc\xc3\x9f"},
    {TEXT(""), ASA_LINE_EMPTY, 0, false, "", ""},
    {TEXT(" \t \r"), ASA_LINE_EMPTY, 3, false, "", ""},
    {TEXT("!"), ASA_LINE_EMPTY, 0, false, "", ""},
    {TEXT(" ! x"), ASA_LINE_EMPTY, 1, false, "", ""},
    {TEXT(": Saved"), ASA_LINE_EMPTY, 0, false, "", ""},
    {TEXT("a\0b"), ASA_LINE_UNCLEAN, 0, false, "", ""},
    {TEXT(" a\rb"), ASA_LINE_UNCLEAN, 1, false, "", ""},
    {TEXT("a \x1b[0m"), ASA_LINE_UNCLEAN, 0, false, "", ""},
    {TEXT("a \x7f"), ASA_LINE_UNCLEAN, 0, false, "", ""},
    {TEXT("a \xfc"), ASA_LINE_UNCLEAN, 0, false, "", ""},
    {TEXT("a \xef\xbf\xbe"), ASA_LINE_UNCLEAN, 0, false, "", ""},
    {TEXT("a \xef\xbf\xbf"), ASA_LINE_UNCLEAN, 0, false, "", ""},
};

static void lines_one_by_one(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < ROWS(rows); i++) {
        struct span rest = span_of(rows[i].text, rows[i].n), from;
        struct asa_line l = {0};
        char words[512] = "";

        ROW(i, rows[i].text);
        if (rows[i].n == 0)
            rest = SPAN("\n");
        assert_true(asa_line_next(&rest, &l));
        assert_int_equal(l.kind, rows[i].kind);
        assert_int_equal(l.number, 1);
        assert_int_equal(l.indent, rows[i].indent);
        assert_int_equal(l.no, rows[i].no);
        for (size_t w = 0; w < l.count; w++)
            snprintf(words + strlen(words), sizeof words - strlen(words), "[%.*s]",
                     SPAN_FMT(l.words[w]));
        assert_string_equal(words, rows[i].words);
        from = asa_line_from(&l, 1);
        assert_true(span_eq(from, span_str(rows[i].from)));
        assert_false(asa_line_next(&rest, &l));
    }
}

static const struct {
    const char *text;
    size_t n;
    const char *clean;
    bool latin, controls;
} unclean[] = {
    {TEXT("a b\xfcro"), "a b\xc3\xbcro", true, false},
    {TEXT("a \xa0 b\x80"), "a   b\xc2\x80", true, false},
    {TEXT("a\xc2\xa0"
          "b \xc3\xa0"),
     "a b \xc3\xa0", false, false},
    {TEXT("a b\0c\x7f"),
     "a b\xef\xbf\xbd"
     "c\xef\xbf\xbd",
     false, true},
    {TEXT("a \x1b\xfc"), "a \xef\xbf\xbd\xc3\xbc", true, true},
    {TEXT("a \xef\xbf\xbf"), "a \xef\xbf\xbd", false, true},
    {TEXT("a \xef\xbf\xbf\xfc"), "a \xc3\xaf\xc2\xbf\xc2\xbf\xc3\xbc", true, false},
    {TEXT("!\xc2\xa0"), "", false, false},
};

static void lines_are_cleaned(void **unused)
{
    (void)unused;

    for (size_t i = 0; i < ROWS(unclean); i++) {
        struct span rest = span_of(unclean[i].text, unclean[i].n);
        struct asa_line l = {0};
        char room[64];

        ROW(i, unclean[i].clean);
        assert_true(asa_line_next(&rest, &l));
        if (unclean[i].clean[0] == '\0') {
            assert_int_equal(l.kind, ASA_LINE_EMPTY);
            continue;
        }
        assert_int_equal(l.kind, ASA_LINE_UNCLEAN);
        assert_true(l.text.n * ASA_LINE_GROWTH <= sizeof room);
        asa_line_clean(&l, room);
        assert_int_equal(l.kind, ASA_LINE_COMMAND);
        assert_true(span_eq(l.text, span_str(unclean[i].clean)));
        assert_true(span_eq(l.words[0], SPAN("a")));
        assert_int_equal(l.latin, unclean[i].latin);
        assert_int_equal(l.controls, unclean[i].controls);
    }
}

static void lines_are_counted(void **unused)
{
    (void)unused;
    struct span rest = SPAN("a\n\n\r\n! x\r\n b c\nd");
    struct asa_line l = {0};
    unsigned commands = 0;

    while (asa_line_next(&rest, &l))
        commands += l.kind == ASA_LINE_COMMAND;
    assert_int_equal(l.number, 6);
    assert_int_equal(commands, 3);
}

static void hexadecimal_lines(void **unused)
{
    (void)unused;
    assert_true(asa_line_is_hex(SPAN("308202d2 3082023B\ta0")));
    assert_true(asa_line_is_hex(SPAN_NONE));
    assert_false(asa_line_is_hex(SPAN("308202g2")));
    assert_false(asa_line_is_hex(SPAN("a0\0")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_one_by_one),
        cmocka_unit_test(lines_are_cleaned),
        cmocka_unit_test(lines_are_counted),
        cmocka_unit_test(hexadecimal_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
