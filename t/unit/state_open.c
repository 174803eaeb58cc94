/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state: how the file begins, stays, is full, is not ours. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "file.h"
#include "state_bed.h"

static void path_of(char path[128])
{
    snprintf(path, 128, "%s/state", bed.directory);
}

static uint64_t enter_as(struct process p)
{
    static struct entry e, evicted;

    e = (struct entry){.process = p, .helper = p, .address = "192.0.2.7"};
    return state_enter(bed.s, &e, 0, 0, &evicted) == 0 ? e.id : 0;
}

static void write_file(const char *path, const void *p, size_t n)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, p, n), (ssize_t)n);
    close(fd);
}

static void cannot_open(const char *directory, const char *says)
{
    struct err error = {""};

    assert_null(state_open(directory, 0, &error));
    if (!strstr(error.text, says))
        fail_msg("\"%s\" lacks \"%s\"", error.text, says);
}

static void no_directory(void **unused)
{
    (void)unused;
    static char longest[LIMIT_PATH + 8];

    memset(longest, 'x', sizeof longest - 1);
    cannot_open(longest, "longer than");
    cannot_open("/nonexistent/mw", "systemd-tmpfiles --create");
    cannot_open("/proc/self/stat", "to a directory");
    cannot_open("/proc/self/stat/x", "to a directory");
}

static void a_link(void **unused)
{
    (void)unused;
    char path[128];

    path_of(path);
    state_close(bed.s);
    bed.s = NULL;
    unlink(path);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    cannot_open(bed.directory, "plain file");
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    cannot_open(bed.directory, "plain file");
}

static void foreign(void **unused)
{
    (void)unused;
    char path[128], text[] = "not a state file", zeroes[8192] = "";

    path_of(path);
    state_close(bed.s);
    bed.s = NULL;
    write_file(path, text, sizeof text);
    cannot_open(bed.directory, "remove it");
    write_file(path, zeroes, sizeof zeroes);
    cannot_open(bed.directory, "remove it");
}

/* The file as another program of LMDB's, or another version of ours, would leave it. */
static void put_raw(const char *table, const char *name, const void *p, size_t n)
{
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    MDB_val key = {strlen(name), (void *)(uintptr_t)name}, value = {n, (void *)(uintptr_t)p};
    char path[128];

    path_of(path);
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_set_maxdbs(env, 8), 0);
    assert_int_equal(mdb_env_open(env, path, MDB_NOSUBDIR, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, table, MDB_CREATE, &dbi), 0);
    assert_int_equal(mdb_put(txn, dbi, &key, &value, 0), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

static void another_program(void **unused)
{
    (void)unused;
    char path[128];

    path_of(path);
    state_close(bed.s);
    bed.s = NULL;
    unlink(path);
    put_raw("theirs", "a", "b", 1);
    cannot_open(bed.directory, "isn't a state file");
    put_raw("meta", "file", "b", 1);
    cannot_open(bed.directory, "damaged");
}

static void another_version(void **unused)
{
    (void)unused;
    struct file_record file = bed.s->file;

    file.schema = STATE_SCHEMA + 1;
    state_close(bed.s);
    bed.s = NULL;
    put_raw("meta", "file", &file, sizeof file);
    cannot_open(bed.directory, "another version of Mailwicket (schema 4");
    file.magic++;
    put_raw("meta", "file", &file, sizeof file);
    cannot_open(bed.directory, "isn't a state file");
}

/* Cut at every page: an error or an empty table, but never SIGBUS. */
static void cut_short(void **unused)
{
    (void)unused;
    char path[128];
    struct err error;
    struct stat st;

    for (unsigned i = 0; i < 200; i++)
        assert_int_not_equal(enter_as(me()), 0);
    path_of(path);
    state_close(bed.s);
    bed.s = NULL;
    assert_int_equal(stat(path, &st), 0);
    unsigned refused = 0;
    for (off_t size = st.st_size - 4096; size >= 8192; size -= 4096) {
        assert_int_equal(truncate(path, size), 0);
        bed.s = state_open(bed.directory, 0, &error);
        refused += !bed.s;
        if (bed.s)
            refused += state_audit(bed.s, &error) != 0;
        state_close(bed.s);
        bed.s = NULL;
    }
    assert_true(refused > 0);
}

static void again(void **unused)
{
    (void)unused;
    static struct entry e;
    char path[128];
    struct stat st;
    uint64_t era = state_era(bed.s), id = enter_as(me());

    assert_int_not_equal(era, 0);
    state_close(bed.s);
    bed.s = bed_open(bed.directory, 0);
    assert_int_equal(state_era(bed.s), era);
    assert_int_equal(state_get(bed.s, id, &e), 0);
    assert_int_equal(enter_as(me()), id + 1);
    path_of(path);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
    strcat(path, "-lock");
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0600);
}

static void after_a_reboot(void **unused)
{
    (void)unused;
    static struct entry e;
    struct file_record file = bed.s->file;
    uint64_t old = enter_as(me());

    state_close(bed.s);
    file.boot[0] ^= 1;
    put_raw("meta", "file", &file, sizeof file);
    bed.s = bed_open(bed.directory, 0);
    uint64_t id = enter_as(me());
    assert_int_equal(id, old + 1);
    assert_int_equal(state_sweep(bed.s), 1);
    assert_int_equal(state_get(bed.s, old, &e), -1);
    assert_int_equal(state_get(bed.s, id, &e), 0);
}

static void owner(void **unused)
{
    (void)unused;
    char path[128];
    struct stat st;

    if (geteuid() != 0)
        skip();
    path_of(path);
    state_close(bed.s);
    unlink(path);
    assert_int_equal(chown(bed.directory, 1, 2), 0);
    bed.s = bed_open(bed.directory, 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_uid, 1);
    assert_int_equal(st.st_gid, 2);
}

static void full(void **unused)
{
    (void)unused;
    struct err error;
    uint64_t id, last = 0;

    state_close(bed.s);
    bed.s = bed_open(bed.directory, 1 << 20);
    while ((id = enter_as(me())) != 0)
        last = id;
    assert_int_equal(errno, ENOSPC);
    assert_true(last > 1000);
    assert_int_equal(state_audit(bed.s, &error), 0);
    for (id = 1; id <= last; id++) /* who is in goes on */
        assert_int_equal(state_user(bed.s, id, SPAN("jo@example.org")), 0);
    assert_int_equal(enter_as(me()), 0);
    for (id = 1; id <= last; id++)
        assert_int_equal(state_end(bed.s, id, NULL), 0);
    assert_int_equal(state_audit(bed.s, &error), 0);
    assert_int_equal(enter_as(me()), last + 1);
}

static void in_a_child(void **unused)
{
    (void)unused;
    struct err error;
    int status;
    pid_t pid = fork();

    if (pid == 0) {
        bool refused = state_end(bed.s, 1, NULL) == -1 && errno == ECHILD &&
                       state_sweep(bed.s) == -1 && errno == ECHILD;
        state_close(bed.s);
        _exit(refused ? 0 : 1);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
    assert_int_equal(enter_as(me()), 1);
    assert_int_equal(state_audit(bed.s, &error), 0);
}

/* Processes that open and close the file all at once don't disturb each other. */
static void at_once(void **unused)
{
    (void)unused;
    bool good = true;
    int status;

    state_close(bed.s);
    for (int i = 0; i < 4; i++)
        if (fork() == 0) {
            for (int n = 0; n < 1000; n++)
                state_close(bed_open(bed.directory, 0));
            _exit(0);
        }
    while (wait(&status) > 0)
        good = good && status == 0;
    bed.s = bed_open(bed.directory, 0);
    assert_true(good);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_directory),
        TEST_DAMAGED(a_link),
        TEST_DAMAGED(foreign),
        TEST_DAMAGED(another_program),
        TEST_DAMAGED(another_version),
        TEST_DAMAGED(cut_short),
        TEST(again),
        TEST(after_a_reboot),
        TEST(owner),
        TEST(full),
        TEST(in_a_child),
        TEST(at_once),
    };
    return cmocka_run_group_tests_name("state_open", tests, NULL, NULL);
}
