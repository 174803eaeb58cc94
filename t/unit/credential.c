/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/policy/credential.c: which file is read instead of the policy's. */
#include "check.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "credential.h"

static char bed[64], handed[80];

static void touch(const char *directory, const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", directory, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    close(fd);
}

static void credential_instead_of_the_file(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;       /* in the policy, below the bed */
        const char *credential; /* NULL: the file itself is used */
    } rows[] = {
        {"keys/server.key", "keys_server.key"}, /* one of a whole directory */
        {"secrets/server.key", "server.key"},   /* a single one */
        {"server.key", "server.key"},
        {"keys/other.key", NULL},    /* neither exists */
        {"keys/readable.key", NULL}, /* the file itself comes first */
        {"keys/", NULL},
        {"", NULL},
    };
    char room[512], file[256], wanted[256];

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        strcpy(room, "unchanged");
        snprintf(file, sizeof file, "%s/%s", bed, rows[i].name);
        assert_int_equal(credential_of(file, room, sizeof room), rows[i].credential != NULL);
        snprintf(wanted, sizeof wanted, "%s/%s", handed,
                 rows[i].credential ? rows[i].credential : "");
        assert_string_equal(room, rows[i].credential ? wanted : "unchanged");
    }
}

static void no_credential(void **unused)
{
    (void)unused;
    char room[512] = "unchanged", file[256];

    snprintf(file, sizeof file, "%s/keys/server.key", bed);
    assert_false(credential_of(file, room, strlen(handed) + strlen("/server.key")));
    assert_false(credential_of("server.key", room, sizeof room)); /* not an absolute name */
    setenv("CREDENTIALS_DIRECTORY", "", 1);
    assert_false(credential_of(file, room, sizeof room));
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_false(credential_of(file, room, sizeof room));
    assert_string_equal(room, "unchanged");
}

static int make(void **unused)
{
    (void)unused;
    char keys[80];

    strcpy(bed, "/tmp/mailwicket-credential.XXXXXX");
    if (!mkdtemp(bed))
        return -1;
    snprintf(handed, sizeof handed, "%s/handed", bed);
    snprintf(keys, sizeof keys, "%s/keys", bed);
    if (mkdir(handed, 0700) || mkdir(keys, 0700))
        return -1;
    touch(handed, "keys_server.key");
    touch(handed, "server.key");
    touch(handed, "keys_readable.key");
    touch(keys, "readable.key");
    return setenv("CREDENTIALS_DIRECTORY", handed, 1);
}

static int clean_up(void **unused)
{
    (void)unused;
    char command[128];

    snprintf(command, sizeof command, "rm -rf %s", bed);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(credential_instead_of_the_file),
                                       cmocka_unit_test(no_credential)};

    return cmocka_run_group_tests(tests, make, clean_up);
}
