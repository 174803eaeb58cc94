/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/aaa: which servers of a group are asked, which questions are refused without
 * asking, HTTP answers, and files of secrets. Nothing listens on the servers' ports. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "aaa.h"
#include "http_answer.h"
#include "secret.h"

static struct aaa_server dead_servers[] = {
    {.url = "http://127.0.0.1:1/a",
     .method = "form",
     .user_field = "u",
     .password_field = "p",
     .ca = "",
     .group_policy_header = "",
     .timeout = 5},
    {.url = "http://127.0.0.1:1/b",
     .method = "form",
     .user_field = "u",
     .password_field = "p",
     .ca = "",
     .group_policy_header = "",
     .timeout = 5},
    {.url = "http://127.0.0.1:1/c",
     .method = "form",
     .user_field = "u",
     .password_field = "p",
     .ca = "",
     .group_policy_header = "",
     .timeout = 5},
};
static const struct server_group http_group = {
    .name = "WEB", .type = GROUP_HTTP, .servers = dead_servers, .server_count = 3};

static void dead_servers_are_skipped(void **unused)
{
    (void)unused;
    static const struct {
        uint32_t known, found;
        const char *why;    /* how the reason begins */
        const char *absent; /* not in the reason; NULL: nothing to check */
    } rows[] = {
        {0, 7, "server http://127.0.0.1:1/a: ", NULL},
        {1, 6, "server http://127.0.0.1:1/b: ", "1/a"},
        {6, 1, "server http://127.0.0.1:1/a: ", "1/b"},
        {2, 5, "server http://127.0.0.1:1/a: ", "1/b"},
        {7, 7, "server http://127.0.0.1:1/a: ", NULL}, /* all are dead: all are asked */
        {~7u, 7, "server http://127.0.0.1:1/a: ", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct aaa_question q = {
            .group = &http_group, .user = SPAN("u"), .password = SPAN("p"), .dead = rows[i].known};
        struct aaa_answer a;

        ROW(i, rows[i].why);
        assert_int_equal(aaa_ask(&q, &a), AAA_TEMPORARY);
        assert_int_equal(a.dead, rows[i].found);
        assert_true(span_starts(span_str(a.why.text), span_str(rows[i].why)));
        assert_true(!rows[i].absent || !strstr(a.why.text, rows[i].absent));
        assert_string_equal(a.group_policy, "");
    }
}

static void some_questions_are_refused_unasked(void **unused)
{
    (void)unused;
    static const struct {
        struct span user, password;
        bool authorize;
        enum aaa_outcome outcome;
    } rows[] = {
        {SPAN("u"), SPAN(""), false, AAA_NO},         {SPAN(""), SPAN("p"), false, AAA_NO},
        {SPAN(""), SPAN(""), true, AAA_NO},           {SPAN("u\0v"), SPAN("p"), false, AAA_NO},
        {SPAN("u\0v"), SPAN(""), true, AAA_NO},       {SPAN("u"), SPAN("p\0"), false, AAA_NO},
        {SPAN("u"), SPAN(""), true, AAA_TEMPORARY}, /* asked, but nothing listens */
        {SPAN("u"), SPAN("p"), false, AAA_TEMPORARY},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct aaa_question q = {.group = &http_group,
                                       .user = rows[i].user,
                                       .password = rows[i].password,
                                       .authorize = rows[i].authorize};
        struct aaa_answer a;

        ROW(i, rows[i].user.p);
        assert_int_equal(aaa_ask(&q, &a), rows[i].outcome);
        assert_int_equal(a.dead, rows[i].outcome == AAA_NO ? 0 : 7);
        assert_true(a.why.text[0]);
    }
}

static void basic_needs_a_password(void **unused)
{
    (void)unused;
    static struct aaa_server basic[] = {{.url = "http://127.0.0.1:1/",
                                         .method = "basic",
                                         .ca = "",
                                         .group_policy_header = "",
                                         .timeout = 5}};
    static const struct server_group g = {
        .name = "B", .type = GROUP_HTTP, .servers = basic, .server_count = 1};
    struct aaa_question q = {.group = &g, .user = SPAN("u"), .authorize = true};
    struct aaa_answer a;

    assert_int_equal(aaa_ask(&q, &a), AAA_TEMPORARY);
    assert_non_null(strstr(a.why.text, "without a password"));
    q = (struct aaa_question){.group = &g, .user = SPAN("u:v"), .password = SPAN("p")};
    assert_int_equal(aaa_ask(&q, &a), AAA_NO);
    assert_non_null(strstr(a.why.text, "colon"));
}

static void what_each_http_status_means(void **unused)
{
    (void)unused;
    static const struct {
        long status;
        enum aaa_outcome means;
    } rows[] = {
        {0, AAA_TEMPORARY},   {100, AAA_TEMPORARY}, {199, AAA_TEMPORARY}, {200, AAA_YES},
        {204, AAA_YES},       {299, AAA_YES},       {300, AAA_TEMPORARY}, {302, AAA_TEMPORARY},
        {400, AAA_TEMPORARY}, {401, AAA_NO},        {402, AAA_TEMPORARY}, {403, AAA_NO},
        {404, AAA_TEMPORARY}, {407, AAA_TEMPORARY}, {429, AAA_TEMPORARY}, {500, AAA_TEMPORARY},
        {503, AAA_TEMPORARY}, {999, AAA_TEMPORARY},
    };
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_int_equal(http_status_means(rows[i].status), rows[i].means);
}

#define POLICY64 "0123456789012345678901234567890123456789012345678901234567890123"

static void http_headers_name_the_group_policy(void **unused)
{
    (void)unused;
    static const struct {
        const char *lines[6];
        const char *value; /* NULL: bad */
    } rows[] = {
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: Staff\r\n", "\r\n"}, "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "x-group-policy:Staff\t \r\n", "\r\n"}, "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: OU=Staff;\r\n", "\r\n"}, "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: ou=\"Staff\"\r\n", "\r\n"}, "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: OU=Sta ff;\r\n", "\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy:\r\n", "\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy-X: a\r\n", "X-Group: b\r\n", "\r\n"}, ""},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy\r\n", "\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: " POLICY64 "\r\n"}, POLICY64},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: " POLICY64 "4\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: Staff two\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: St\xc3\xa4\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: Staff\r\n", "X-Group-Policy: Staff\r\n"},
         "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: Staff\r\n", "X-Group-Policy: Admins\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Group-Policy: Staff\r\n", " more\r\n", "\r\n"}, NULL},
        {{"HTTP/1.1 200 OK\r\n", "X-Other: Staff\r\n", " more\r\n", "\r\n"}, ""},
        /* The header does not count in an interim answer or a trailer. */
        {{"HTTP/1.1 103 Early\r\n", "X-Group-Policy: Admins\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
          "A: b\r\n", "\r\n"},
         ""},
        {{"HTTP/1.1 103 Early\r\n", "X-Group-Policy: a b\r\n", "\r\n", "HTTP/1.1 200 OK\r\n",
          "X-Group-Policy: Staff\r\n", "\r\n"},
         "Staff"},
        {{"HTTP/1.1 200 OK\r\n", "\r\n", "X-Group-Policy: Admins\r\n", "\r\n"}, ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct http_answer a = {.wanted = "X-Group-Policy"}, nothing = {.wanted = ""};

        ROW(i, rows[i].lines[1]);
        for (size_t k = 0; k < ROWS(rows[i].lines) && rows[i].lines[k]; k++) {
            assert_true(http_answer_take(&a, span_str(rows[i].lines[k])));
            assert_true(http_answer_take(&nothing, span_str(rows[i].lines[k])));
        }
        assert_int_equal(a.bad, rows[i].value == NULL);
        if (rows[i].value)
            assert_string_equal(a.choice.name, rows[i].value);
        assert_true(!nothing.bad && !nothing.choice.name[0]);
    }
}

static void http_headers_have_a_limit(void **unused)
{
    (void)unused;
    struct http_answer a = {.wanted = ""};
    size_t n = 0;

    while (http_answer_take(&a, SPAN("X: y\r\n")) && n < 2 * LIMIT_HTTP_HEADER)
        n += 6;
    assert_in_range(n, LIMIT_HTTP_HEADER - 6, LIMIT_HTTP_HEADER);
}

#define SECRET256 POLICY64 POLICY64 POLICY64 POLICY64

static void secrets_are_read_from_files(void **unused)
{
    (void)unused;
    static const struct {
        struct span text;
        const char *secret; /* NULL: none */
    } rows[] = {
        {SPAN("geheim\n"), "geheim"},
        {SPAN("geheim"), "geheim"},
        {SPAN("geheim\r\n"), "geheim"},
        {SPAN(" g h \n"), " g h "},
        {SPAN("geheim\nmore\n"), "geheim"},
        {SPAN(SECRET256), SECRET256},
        {SPAN(SECRET256 "\r\n"), SECRET256},
        {SPAN(SECRET256 "\r\nmore"), SECRET256},
        {SPAN(SECRET256 "x"), NULL},
        {SPAN(SECRET256 "xyz"), NULL},
        {SPAN(""), NULL},
        {SPAN("\n"), NULL},
        {SPAN("\r\n"), NULL},
        {SPAN("a\0b\n"), NULL},
    };
    char file[] = "/tmp/mailwicket-secret.XXXXXX", room[LIMIT_SECRET + 1];
    int fd = mkstemp(file);
    struct err e;

    assert_true(fd >= 0);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].secret ? rows[i].secret : "none");
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, rows[i].text.p, rows[i].text.n, 0), rows[i].text.n);
        assert_int_equal(secret_read(file, room, &e), rows[i].secret ? 0 : -1);
        assert_string_equal(room, rows[i].secret ? rows[i].secret : "");
    }
    close(fd);
    unlink(file);
    assert_int_equal(secret_read(file, room, &e), -1);
    assert_non_null(strstr(e.text, "No such file"));
    assert_int_equal(secret_read("/tmp", room, &e), -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(dead_servers_are_skipped),
        cmocka_unit_test(some_questions_are_refused_unasked),
        cmocka_unit_test(basic_needs_a_password),
        cmocka_unit_test(what_each_http_status_means),
        cmocka_unit_test(http_headers_name_the_group_policy),
        cmocka_unit_test(http_headers_have_a_limit),
        cmocka_unit_test(secrets_are_read_from_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
