/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/accounting/spool.c and of what lost_sessions.c does to its files. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "lost_sessions.h"
#include "spool.h"
#include "state_bed.h"

static struct spool spool;
static char top[80];

static int make_spool(void **unused)
{
    struct err e;

    (void)unused;
    if (bed_make(0))
        return -1;
    snprintf(top, sizeof top, "%s/spool", bed.directory);
    return spool_open(&spool, top, true, &e);
}

static int remove_spool(void **unused)
{
    char command[128];

    spool_close(&spool);
    snprintf(command, sizeof command, "rm -rf '%s'", top);
    return system(command) || unmake(unused) ? -1 : 0;
}

static const struct spool_record session = {
    .started = 1000, .interim = 60, .group = "RAD", .user = "jo", .client = "192.0.2.7"};

static struct spool_key key_of(uint64_t id)
{
    return (struct spool_key){state_era(bed.s), id};
}

static unsigned files(int directory)
{
    struct spool_item *items;
    unsigned n = (unsigned)spool_list(directory, &items);

    free(items);
    return n;
}

/* All files of a directory, also those that are no sessions. */
static unsigned all_files(const char *below)
{
    char command[128];
    unsigned n = 0;

    snprintf(command, sizeof command, "ls -A '%s/%s' | wc -l", top, below);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%u", &n), 1);
    pclose(f);
    return n;
}

static void write_old(const char *below, const char *name, const char *text, int64_t age)
{
    char path[160];
    struct timespec times[2] = {{.tv_nsec = UTIME_OMIT}, {.tv_sec = time(NULL) - age}};

    snprintf(path, sizeof path, "%s/%s/%s", top, below, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void told(struct spool_key key, enum spool_due what, int64_t updated)
{
    assert_int_equal(spool_told(&spool, key, what, updated), 0);
}

static void a_session(void **unused)
{
    (void)unused;
    struct spool_key key = key_of(7);
    struct spool_record r;

    assert_int_equal(spool_start(&spool, key, &session), 0);
    assert_true(files(spool.due) == 1 && files(spool.open) == 0);
    assert_int_equal(spool_start(&spool, key, &session), -1);
    assert_int_equal(errno, EEXIST);
    assert_int_equal(spool_read(&spool, key, &r), 0);
    assert_true(r.due == SPOOL_START && !r.ended && r.updated == 1000);
    assert_string_equal(r.user, "jo");

    told(key, SPOOL_START, 0);
    assert_true(files(spool.due) == 0 && files(spool.open) == 1);
    assert_int_equal(spool_update(&spool, key, &(struct spool_event){.at = 1060, .in = 5}), 0);
    assert_true(files(spool.due) == 1 && files(spool.open) == 0);
    told(key, SPOOL_UPDATE, 1000); /* another one: this one still waits */
    assert_int_equal(files(spool.due), 1);
    told(key, SPOOL_UPDATE, 1060);
    assert_int_equal(files(spool.open), 1);

    /* only the first end counts, and one before the start is none */
    assert_int_equal(spool_stop(&spool, key, &(struct spool_event){.at = 900, .cause = 1}), 0);
    assert_int_equal(spool_stop(&spool, key, &(struct spool_event){.at = 2000, .cause = 2}), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(spool_update(&spool, key, &(struct spool_event){.at = 2000}), -1);
    assert_int_equal(spool_read(&spool, key, &r), 0);
    assert_true(r.due == SPOOL_STOP && r.ended && r.stopped == 1000 && r.cause == 1);
    told(key, SPOOL_STOP, 0);
    assert_true(all_files("due") == 0 && all_files("open") == 0);
    assert_int_equal(spool_read(&spool, key, &r), -1);
    assert_int_equal(errno, ENOENT);
}

/* A writer killed before its rename, or (0.1.0) before its write. */
static void torn(void **unused)
{
    (void)unused;
    struct spool_record r;
    char name[SPOOL_NAME], aside[SPOOL_NAME + 8];

    for (uint64_t id = 1; id <= 4; id++) {
        spool_name(name, key_of(id));
        snprintf(aside, sizeof aside, "%s.new", name);
        write_old("open", id & 1 ? name : aside, id > 2 ? "torn" : "", 90);
    }
    spool_name(name, key_of(5));
    write_old("open", name, "being written", 0);
    spool_name(name, key_of(6));
    snprintf(aside, sizeof aside, "%s.new", name);
    write_old("open", aside, "", 0);
    write_old("open", "README", "nothing of ours", 90);
    assert_int_equal(spool_start(&spool, key_of(8), &session), 0);
    told(key_of(8), SPOOL_START, 0);

    lost_sessions(&spool, bed.s);
    assert_int_equal(all_files("open"), 3); /* 5, 6 and README; 8 is lost: it has ended */
    assert_int_equal(all_files("due"), 3);  /* 1, 3, which deliver drops, and 8 */
    assert_int_equal(spool_read(&spool, key_of(1), &r), -1);
    assert_int_equal(errno, EBADMSG);
    assert_int_equal(spool_read(&spool, key_of(8), &r), 0);
    assert_true(r.ended && r.due == SPOOL_STOP);
}

/* A full disk leaves no file. */
static void no_room(void **unused)
{
    (void)unused;
    struct rlimit was, none = {0, RLIM_INFINITY};

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
    none.rlim_max = was.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    assert_int_equal(spool_start(&spool, key_of(9), &session), -1);
    assert_int_equal(errno, EFBIG);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
    signal(SIGXFSZ, SIG_DFL);
    assert_true(all_files("due") == 0 && all_files("open") == 0);
    assert_int_equal(spool_start(&spool, key_of(9), &session), 0);
}

static void names(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        bool right;
    } rows[] = {
        {"00000000000000ff-1", true},
        {"ffffffffffffffff-ffffffffffffffff", true},
        {"00000000000000ff-", false},
        {"00000000000000ff-01", false},
        {"00000000000000FF-1", false},
        {"00000000000000ff_1", false},
        {"ff-1", false},
        {"00000000000000ff-1.new", false},
        {".", false},
        {"", false},
    };
    struct spool_key key;
    char again[SPOOL_NAME];

    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(spool_parse(rows[i].name, &key), rows[i].right);
        if (rows[i].right) {
            spool_name(again, key);
            assert_string_equal(again, rows[i].name);
        }
    }
}

#define SPOOL_TEST(f) cmocka_unit_test_setup_teardown(f, make_spool, remove_spool)

int main(void)
{
    const struct CMUnitTest tests[] = {
        SPOOL_TEST(a_session),
        SPOOL_TEST(torn),
        SPOOL_TEST(no_room),
        cmocka_unit_test(names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
