/* SPDX-License-Identifier: ISC */
/* in_force: what is written is compared; other files, dead helpers, junk and links tell nothing. */
#include "in_force.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static char directory[] = "/tmp/mailwicket-in-force.XXXXXX";
static const unsigned char one[IN_FORCE_HASH] = {1, 0xff}, other[IN_FORCE_HASH] = {2};
static struct process me;

static char *name_of(const char *file)
{
    static char name[128];

    snprintf(name, sizeof name, "%s/%s", directory, file);
    return name;
}

static void put(const char *text)
{
    FILE *f = fopen(name_of("policy"), "w");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void a_change_is_seen(void **state)
{
    struct stat st;

    (void)state;
    assert_int_equal(in_force_compare(directory, one, "/p"), IN_FORCE_UNKNOWN);
    assert_int_equal(in_force_write(directory, &me, one, "/p"), 0);
    assert_int_equal(in_force_compare(directory, one, "/p"), IN_FORCE_THIS);
    assert_int_equal(in_force_compare(directory, other, "/p"), IN_FORCE_OLDER);
    assert_int_equal(in_force_compare(directory, one, "/q"), IN_FORCE_UNKNOWN);
    assert_int_equal(in_force_write(directory, &me, other, "/p"), 0);
    assert_int_equal(in_force_compare(directory, other, "/p"), IN_FORCE_THIS);
    assert_int_equal(stat(name_of("policy"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0644);
}

static void a_helper_that_is_gone_tells_nothing(void **state)
{
    struct process gone;
    pid_t child = fork();

    (void)state;
    if (child == 0)
        for (;;)
            pause();
    assert_int_equal(process_of(child, &gone), 0);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    assert_int_equal(in_force_write(directory, &gone, one, "/p"), 0);
    assert_int_equal(in_force_compare(directory, other, "/p"), IN_FORCE_UNKNOWN);
}

static void junk_tells_nothing(void **state)
{
    static const char *const junk[] = {
        "", "\n", "x", "1", "0 0 aa /p\n", "1 x aa /p\n", "-1 0 aa /p\n"};

    (void)state;
    for (size_t i = 0; i < sizeof junk / sizeof *junk; i++) {
        put(junk[i]);
        assert_int_equal(in_force_compare(directory, one, "/p"), IN_FORCE_UNKNOWN);
    }
}

/* The directory is the helper's: root follows nothing there, and is overwritten nothing. */
static void links_are_not_followed(void **state)
{
    (void)state;
    assert_int_equal(in_force_write(directory, &me, one, "/p"), 0);
    assert_int_equal(
        rename(name_of("policy"), strcat(strcpy((char[128]){0}, directory), "/target")), 0);
    assert_int_equal(symlink("target", name_of("policy")), 0);
    assert_int_equal(in_force_compare(directory, other, "/p"), IN_FORCE_UNKNOWN);
    assert_int_equal(symlink("target", name_of("policy.new")), 0);
    assert_int_equal(in_force_write(directory, &me, other, "/p"), 0);
    assert_int_equal(
        rename(name_of("target"), strcat(strcpy((char[128]){0}, directory), "/policy")), 0);
    assert_int_equal(in_force_compare(directory, one, "/p"), IN_FORCE_THIS);
    assert_int_equal(in_force_write("/nonexistent", &me, one, "/p"), -1);
    assert_int_equal(errno, ENOENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_seen), cmocka_unit_test(a_helper_that_is_gone_tells_nothing),
        cmocka_unit_test(junk_tells_nothing), cmocka_unit_test(links_are_not_followed)};

    if (!mkdtemp(directory) || process_of(getpid(), &me))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(name_of("policy"));
    unlink(name_of("policy.new"));
    unlink(name_of("target"));
    rmdir(directory);
    return failed;
}
