/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/aaa: the users file, and asking a local server group. */
#include "check.h"

#include <crypt.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aaa.h"
#include "users.h"

static char directory[] = "/tmp/mailwicket-aaa-XXXXXX";
static char file[64];

/* Hashes of "secret", cheap: MD5 and SHA-512 with few rounds. */
static char md5[CRYPT_OUTPUT_SIZE], sha[CRYPT_OUTPUT_SIZE];

static void write_file(const char *text)
{
    FILE *f = fopen(file, "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static const char *read_file(void)
{
    static char text[4096];
    FILE *f = fopen(file, "r");

    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    fclose(f);
    return text;
}

static int set_up(void **unused)
{
    struct crypt_data d = {0};

    (void)unused;
    if (!mkdtemp(directory))
        return -1;
    snprintf(file, sizeof file, "%s/users", directory);
    snprintf(md5, sizeof md5, "%s", crypt_rn("secret", "$1$abcdefgh$", &d, sizeof d));
    snprintf(sha, sizeof sha, "%s", crypt_rn("secret", "$6$rounds=1000$abcdefgh$", &d, sizeof d));
    return 0;
}

static int tear_down(void **unused)
{
    (void)unused;
    unlink(file);
    return rmdir(directory); /* fails if a temporary file is left */
}

static void users_file_decides(void **unused)
{
    (void)unused;
    static const struct {
        struct span user, password;
        enum aaa_outcome outcome;
        const char *group_policy, *why;
        bool authorize;
    } rows[] = {
        {SPAN("jo"), SPAN("secret"), AAA_YES, "Staff", "", false},
        {SPAN("jo"), SPAN("Secret"), AAA_NO, "", "wrong password", false},
        {SPAN("jo"), SPAN("secret "), AAA_NO, "", "wrong password", false},
        {SPAN("jo"), SPAN(""), AAA_NO, "", "wrong password", false},
        {SPAN("jo"), SPAN("secret\0x"), AAA_NO, "", "wrong password", false},
        {SPAN("Jo"), SPAN("secret"), AAA_YES, "Staff", "", false},
        {SPAN("JO"), SPAN("secret"), AAA_YES, "Capitals", "", false}, /* before "jo" */
        {SPAN("\xc3\x84"), SPAN("secret"), AAA_YES, "Staff", "", false},
        {SPAN("jo:"), SPAN("secret"), AAA_NO, "", "unknown user", false},
        {SPAN(""), SPAN("secret"), AAA_NO, "", "unknown user", false},
        {SPAN("# no"), SPAN("secret"), AAA_NO, "", "unknown user", false},
        {SPAN("al"), SPAN("secret"), AAA_YES, "", "", false},
        {SPAN("short"), SPAN("secret"), AAA_YES, "", "", false},
        {SPAN("locked"), SPAN("secret"), AAA_NO, "", "locked user", false},
        {SPAN("star"), SPAN("*0"), AAA_NO, "", "locked user", false},
        {SPAN("empty"), SPAN(""), AAA_NO, "", "locked user", false},
        {SPAN("plain"), SPAN("secret"), AAA_NO, "", "wrong password", false},
        {SPAN("nobody"), SPAN("secret"), AAA_NO, "", "unknown user", false},
        {SPAN("long"), SPAN("secret"), AAA_UNFIT, "", "invalid group policy", false},
        {SPAN("\xc3\xa4"), SPAN("secret"), AAA_YES, "Staff", "", false},
        {SPAN("jo"), SPAN(""), AAA_YES, "Staff", "", true},
        {SPAN("nobody"), SPAN(""), AAA_NO, "", "unknown user", true},
    };
    struct server_group group = {.name = "LOCAL", .type = GROUP_LOCAL, .users = file};
    char text[4096];

    snprintf(text, sizeof text,
             "# no:%s:X\n\nnobody\njo:%s: Staff \r\njo:%s:Second\nal:%s:\nshort:%s\n"
             "locked:!%s:\nstar:*0:\nempty::\nplain:secret:\n"
             "long:%s:0123456789012345678901234567890123456789012345678901234567890123456789\n"
             "JO:%s:Capitals\n"
             "\xc3\xa4:%s:Staff",
             sha, sha, md5, md5, sha, sha, md5, sha, md5);
    write_file(text);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct aaa_question q = {.group = &group,
                                 .user = rows[i].user,
                                 .password = rows[i].password,
                                 .authorize = rows[i].authorize,
                                 .client = "192.0.2.7"};
        struct aaa_answer a = {0};

        ROW(i, rows[i].user.p);
        assert_int_equal(aaa_ask(&q, &a), rows[i].outcome);
        assert_string_equal(a.group_policy, rows[i].group_policy);
        assert_non_null(strstr(a.why.text, rows[i].why));
        assert_int_equal(a.why.text[0] != '\0', rows[i].outcome != AAA_YES);
    }
    struct aaa_question q = {.group = &group,
                             .user = SPAN("Jo"),
                             .password = SPAN("secret"),
                             .user_case = USER_CASE_EXACT,
                             .client = "192.0.2.7"};
    struct aaa_answer a = {0};
    assert_int_equal(aaa_ask(&q, &a), AAA_NO);
    assert_string_equal(a.why.text, "unknown user");
}

/* A file that cannot be read is a temporary failure, and there is a reason. */
static void unreadable_files_are_temporary_failures(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *users;
        enum group_type type;
    } rows[] = {
        {"missing", "/nonexistent/users", GROUP_LOCAL},
        {"a directory", "/tmp", GROUP_LOCAL},
        {"a device", "/dev/zero", GROUP_LOCAL},
        {"too large", NULL, GROUP_LOCAL},
        {"another type", "/nonexistent/users", GROUP_RADIUS},
        {"another type", "/nonexistent/users", GROUP_HTTP},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct server_group group = {.name = "G", .type = rows[i].type};
        struct aaa_question q = {.group = &group, .user = SPAN("jo"), .password = SPAN("secret")};
        struct aaa_answer a = {0};
        char users[64];

        ROW(i, rows[i].name);
        snprintf(users, sizeof users, "%s", rows[i].users ? rows[i].users : file);
        group.users = users;
        if (!rows[i].users)
            assert_int_equal(truncate(file, LIMIT_USERS_FILE + 1), 0);
        assert_int_equal(aaa_ask(&q, &a), AAA_TEMPORARY);
        assert_true(a.why.text[0] != '\0');
    }
}

static void which_names_are_valid(void **unused)
{
    (void)unused;
    static const struct {
        struct span name;
        bool valid;
    } rows[] = {
        {SPAN("jo"), true},    {SPAN("jo@example.org"), true},
        {SPAN("j o"), true},   {SPAN("\xc3\xa4"), true},
        {SPAN(""), false},     {SPAN("jo:x"), false},
        {SPAN("#jo"), false},  {SPAN(" jo"), false},
        {SPAN("jo\t"), false}, {SPAN("jo\n"), false},
        {SPAN("j\0o"), false}, {SPAN("j\x7fo"), false},
        {SPAN("\xc3"), false},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name.p);
        assert_int_equal(users_name_valid(rows[i].name), rows[i].valid);
    }
}

static void entries_are_written(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *before, *after;
        struct users_entry e;
    } rows[] = {
        {"a new file", NULL, "jo:H:\n", {SPAN("jo"), SPAN("H"), SPAN("")}},
        {"a new file with a policy", NULL, "jo:H:Staff\n", {SPAN("jo"), SPAN("H"), SPAN("Staff")}},
        {"appended", "# c\nal:A:X\n", "# c\nal:A:X\njo:H:\n", {SPAN("jo"), SPAN("H"), SPAN("")}},
        {"appended to a last line without newline",
         "al:A",
         "al:A\njo:H:\n",
         {SPAN("jo"), SPAN("H"), SPAN("")}},
        {"replaced, policy kept",
         "jo:O:Staff\nal:A:X\n",
         "jo:H:Staff\nal:A:X\n",
         {SPAN("jo"), SPAN("H"), SPAN("")}},
        {"replaced with its policy",
         "al:A:X\njo:O:Staff\n\n",
         "al:A:X\njo:H:New\n\n",
         {SPAN("jo"), SPAN("H"), SPAN("New")}},
        {"only the first", "jo:O:\njo:P:\n", "jo:H:\njo:P:\n", {SPAN("jo"), SPAN("H"), SPAN("")}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct err e;
        struct stat st;

        ROW(i, rows[i].name);
        unlink(file);
        if (rows[i].before) {
            write_file(rows[i].before);
            assert_int_equal(chmod(file, 0604), 0);
        }
        assert_int_equal(users_put(file, &rows[i].e, NULL, &e), 0);
        assert_string_equal(read_file(), rows[i].after);
        assert_int_equal(stat(file, &st), 0);
        assert_int_equal(st.st_mode & 07777, rows[i].before ? 0604 : 0640);
    }
}

static void a_failed_write_names_the_file(void **unused)
{
    (void)unused;
    static const struct users_entry entry = {SPAN("jo"), SPAN("H"), SPAN("")};
    struct err e = {""};

    assert_int_equal(users_put("/nonexistent/users", &entry, NULL, &e), -1);
    assert_non_null(strstr(e.text, "/nonexistent/users"));
    assert_int_equal(users_put(directory, &entry, NULL, &e), -1); /* not a regular file */
}

/* Ten processes write at once: all entries are in the file. */
static void concurrent_writes_all_count(void **unused)
{
    (void)unused;
    unlink(file);
    for (int i = 0; i < 10; i++) {
        if (fork() == 0) {
            char name[8];
            struct err e;
            snprintf(name, sizeof name, "user%d", i);
            struct users_entry entry = {span_str(name), SPAN("H"), SPAN("")};
            _exit(users_put(file, &entry, NULL, &e) ? 1 : 0);
        }
    }
    for (int i = 0; i < 10; i++) {
        int status;
        assert_true(wait(&status) > 0);
        assert_int_equal(status, 0);
    }
    for (int i = 0; i < 10; i++) {
        char line[16];
        snprintf(line, sizeof line, "user%d:H:\n", i);
        assert_non_null(strstr(read_file(), line));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_file_decides),
        cmocka_unit_test(unreadable_files_are_temporary_failures),
        cmocka_unit_test(which_names_are_valid),
        cmocka_unit_test(entries_are_written),
        cmocka_unit_test(a_failed_write_names_the_file),
        cmocka_unit_test(concurrent_writes_all_count),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
