/* SPDX-License-Identifier: ISC */
/* Unit tests of replace_files: what is replaced, with which rights, and that a failure changes
 * nothing. */
#include "check.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "replace_files.h"

static char directory[] = "/tmp/mailwicket-replace-XXXXXX";
static char key[64], chain[64], full[64], in_full[64];

static void write_file(const char *name, const char *text, mode_t mode)
{
    FILE *f = fopen(name, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static void assert_file(const char *name, const char *text, mode_t mode)
{
    char room[64] = "";
    struct stat st;
    FILE *f = fopen(name, "r");

    assert_non_null(f);
    room[fread(room, 1, sizeof room - 1, f)] = '\0';
    fclose(f);
    assert_string_equal(room, text);
    assert_int_equal(stat(name, &st), 0);
    assert_int_equal(st.st_mode & 07777, mode);
}

/* No file is left beside the three. */
static void assert_tidy(void)
{
    DIR *d = opendir(directory);
    struct dirent *one;

    assert_non_null(d);
    while ((one = readdir(d)))
        if (strcmp(one->d_name, ".") != 0 && strcmp(one->d_name, "..") != 0)
            assert_true(one->d_name[0] != '.');
    closedir(d);
}

static int make(void **unused)
{
    (void)unused;
    if (!mkdtemp(directory))
        return -1;
    snprintf(key, sizeof key, "%s/key", directory);
    snprintf(chain, sizeof chain, "%s/chain", directory);
    snprintf(full, sizeof full, "%s/full", directory);
    snprintf(in_full, sizeof in_full, "%s/full/file", directory);
    return mkdir(full, 0755);
}

static int clear(void **unused)
{
    (void)unused;
    unlink(key);
    unlink(chain);
    unlink(in_full);
    rmdir(full);
    return rmdir(directory);
}

static void test_replace(void **unused)
{
    struct replacement list[] = {
        {.file = key, .data = {"new ", "key"}, .size = {4, 3}, .mode = 0600},
        {.file = chain, .data = {"new chain"}, .size = {9}, .mode = 0644},
    };
    struct err e;

    (void)unused;
    write_file(key, "old key", 0640);
    assert_int_equal(replace_files(list, 2, &e), 0);
    assert_file(key, "new key", 0640);
    assert_file(chain, "new chain", 0644);
    assert_true(list[0].changed && list[1].changed);
    assert_tidy();
    assert_int_equal(replace_files(list, 2, &e), 0);
    assert_false(list[0].changed || list[1].changed);
}

/* A directory can't be replaced by a file. */
static void test_failure(void **unused)
{
    struct replacement list[] = {
        {.file = key, .data = {"another"}, .size = {7}, .mode = 0600},
        {.file = full, .data = {"x"}, .size = {1}, .mode = 0644},
    };
    struct err e;

    (void)unused;
    write_file(key, "old key", 0640);
    write_file(in_full, "", 0644);
    assert_int_equal(replace_files(list, 2, &e), -1);
    assert_non_null(strstr(e.text, full));
    assert_file(key, "old key", 0640);
    assert_tidy();
    assert_int_equal(unlink(key), 0);
    assert_int_equal(replace_files(list, 2, &e), -1);
    assert_int_equal(access(key, F_OK), -1); /* there was none before */
    assert_tidy();
    list[1].file = "/nonexistent/directory/file";
    write_file(key, "old key", 0640);
    assert_int_equal(replace_files(list, 2, &e), -1);
    assert_file(key, "old key", 0640);
    assert_tidy();
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_replace),
                                       cmocka_unit_test(test_failure)};

    return cmocka_run_group_tests(tests, make, clear);
}
