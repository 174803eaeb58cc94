/* SPDX-License-Identifier: ISC */
/* Unit tests of mailwicketctl's tables and JSON, with names that strangers could choose. */
#include "check.h"

#include <locale.h>
#include <stdlib.h>
#include <time.h>

#include "ctl_entry.h"

static char *text;
static size_t size;

static FILE *start_text(void)
{
    free(text);
    text = NULL;
    return open_memstream(&text, &size);
}

/* Closes f and compares what was written to it. */
static void assert_text(FILE *f, const char *want)
{
    fclose(f);
    assert_string_equal(text, want);
}

static void json_text_is_escaped(void **unused)
{
    (void)unused;
    static const struct {
        const char *in, *out;
    } rows[] = {
        {"", "\"\""},
        {"jo", "\"jo\""},
        {"a\"b\\c/", "\"a\\\"b\\\\c/\""},
        {"\x01\n\r\t\x1b[2J\x7f", "\"\\u0001\\u000a\\u000d\\u0009\\u001b[2J\\u007f\""},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7", "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x93\xa7\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xc3\"", "\"\xef\xbf\xbd\\\"\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        FILE *f = start_text();
        json_text(f, rows[i].in);
        assert_text(f, rows[i].out);
    }
}

static void amounts_are_short(void **unused)
{
    (void)unused;
    static const struct {
        uint64_t n;
        const char *bytes, *duration;
    } rows[] = {
        {0, "0", "0s"},
        {59, "59", "59s"},
        {60, "60", "1m"},
        {1023, "1023", "17m"},
        {1024, "1.0K", "17m"},
        {3600, "3.5K", "1h"},
        {10239, "9.9K", "2h"},
        {10240, "10K", "2h"},
        {86400, "84K", "1d"},
        {1 << 20, "1.0M", "12d"},
        {UINT64_MAX, "15E", "213503982334601d"},
    };
    char room[AMOUNT_MAX];
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(table_bytes(room, rows[i].n), rows[i].bytes);
        assert_string_equal(table_duration(room, rows[i].n), rows[i].duration);
    }
}

static void narrow_tables_are_folded_and_cut(void **unused)
{
    (void)unused;
    static const struct table_column columns[] = {
        {.title = "N", .right = true},
        {.title = "Name", .least = 4},
        {.title = "Server", .second = true, .least = 2},
    };
    static const char *const cells[] = {"1",  "jo\x1b[2J",         "",
                                        "12", "B\xc3\xa4rbel\xff", "abcdefghijk"};
    static const struct {
        size_t width;
        const char *out;
    } rows[] = {
        {0, " N  Name     Server\n 1  jo?[2J   -\n12  B\xc3\xa4rbel?  abcdefghijk\n"},
        {24, " N  Name     Server\n 1  jo?[2J   -\n12  B\xc3\xa4rbel?  abcdefghijk\n"},
        {23, " N  Name\n    Server\n 1  jo?[2J\n    -\n12  B\xc3\xa4rbel?\n    abcdefghijk\n"},
        {9, " N  Name\n    Serv+\n 1  jo?[+\n    -\n12  B\xc3\xa4rb+\n    abcd+\n"},
        {7, " N\n    Se+\n 1\n    -\n12\n    ab+\n"},
        {1, " N\n    S+\n 1\n    -\n12\n    a+\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct table t = {columns, ROWS(columns), NULL, 0};
        ROW(i, "width");
        for (size_t k = 0; k < ROWS(cells); k++)
            table_cell(&t, cells[k]);
        FILE *f = start_text();
        table_print(&t, rows[i].width, f);
        assert_text(f, rows[i].out);
        table_free(&t);
    }
}

/* Characters of two columns, of none, and those that would reverse the line. */
static void wide_characters_fit_their_columns(void **unused)
{
    (void)unused;
    static const struct table_column columns[] = {{.title = "Name", .least = 4}, {.title = "X"}};
    static const struct {
        const char *name;
        size_t width;
        const char *out;
    } rows[] = {
        {"\u5c71\u7530\u592a\u90ce", 0, "\u5c71\u7530\u592a\u90ce  x\n"}, /* 8 columns */
        {"\u5c71\u7530\u592a\u90ce", 7, "\u5c71\u7530\u592a+\n    x\n"},
        {"\u5c71\u7530\u592a\u90ce", 6, "\u5c71\u7530 +\n    x\n"},
        {"ja\u0308n", 0, "ja\u0308n   x\n"},
        {"a\u202e\u200bb\ufeff", 0, "a??b?  x\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct table t = {columns, ROWS(columns), NULL, 0};
        struct table_column two[] = {columns[0], columns[1]};

        ROW(i, rows[i].name);
        two[1].second = rows[i].width > 0;
        t.columns = two;
        table_cell(&t, rows[i].name);
        table_cell(&t, "x");
        FILE *f = start_text();
        table_print(&t, rows[i].width, f);
        fclose(f);
        char *rest = strchr(text, '\n') + 1;
        assert_string_equal(rows[i].width > 0 ? strchr(rest, '\n') + 1 : rest, rows[i].out);
        table_free(&t);
    }
}

static const struct entry sample = {
    .id = 12,
    .protocol = PROTOCOL_IMAP4S,
    .state = ENTRY_AUTHENTICATED,
    .process = {4711, 1},
    .started = 1700000000,
    .address = "2001:db8::1",
    .port = 1025,
    .login = "jo:joan@mail.example.org",
    .vpn_user = "jo",
    .mail_user = "joan",
    .server = "mail.example.org",
    .tls = "TLS1.3 AES-256-GCM",
    .group_policy = "Staff",
    .bytes_in = 2048,
    .bytes_out = 5,
    .active = 1000,
};

static void entry_as_json(void **unused)
{
    (void)unused;
    static struct entry e;
    FILE *f = start_text();

    entry_json(f, &sample, 62999);
    assert_text(
        f,
        "{\"index\": 12, \"state\": \"authenticated\", \"protocol\": \"imap4s\", "
        "\"login\": \"jo:joan@mail.example.org\", \"vpn_user\": \"jo\", \"mail_user\": \"joan\", "
        "\"client_address\": \"2001:db8::1\", \"client_port\": 1025, "
        "\"server\": \"mail.example.org\", \"tls\": \"TLS1.3 AES-256-GCM\", "
        "\"group_policy\": \"Staff\", \"piggyback\": false, \"bytes_in\": 2048, "
        "\"bytes_out\": 5, \"login_time\": \"2023-11-14T22:13:20Z\", \"idle\": 61, "
        "\"pid\": 4711}");
    e = sample;
    e.state = ENTRY_AUTHENTICATING;
    f = start_text();
    entry_json(f, &e, 0);
    fclose(f);
    assert_non_null(strstr(text, "\"login_time\": null, \"idle\": 0"));
}

static void entries_as_rows(void **unused)
{
    (void)unused;
    static struct entry e;
    struct table t = {entry_columns, ENTRY_COLUMNS, NULL, 0};

    e = (struct entry){.id = 13, .state = ENTRY_AUTHENTICATING, .login = "jo", .address = "::1"};
    entry_row(&t, &sample, 62999);
    entry_row(&t, &e, 4000);
    FILE *f = start_text();
    table_print(&t, 80, f);
    assert_text(
        f, "Index  State           VPN user  Mail user  Client       Protocol\n"
           "    Server        TLS            Group policy    In  Out  Login             Idle\n"
           "   12  authenticated   jo        joan       2001:db8::1  imap4s\n"
           "    mail.exampl+  TLS1.3 AES-2+  Staff         2.0K    5  2023-11-14 22:13    1m\n"
           "   13  authenticating  -         jo         ::1          pop3s\n"
           "    -             -              -                0    0  -                   4s\n");
    table_free(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_text_is_escaped),
        cmocka_unit_test(amounts_are_short),
        cmocka_unit_test(narrow_tables_are_folded_and_cut),
        cmocka_unit_test(entry_as_json),
        cmocka_unit_test(entries_as_rows),
        cmocka_unit_test(wide_characters_fit_their_columns),
    };
    setlocale(LC_CTYPE, "C.UTF-8");
    setenv("TZ", "UTC", 1);
    int failed = cmocka_run_group_tests_name("ctl", tests, NULL, NULL);
    free(text);
    return failed;
}
