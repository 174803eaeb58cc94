/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state when a write fails: one call fails, and the next one works. */
#include "check.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "state_bed.h"

/* LMDB writes pages by write and pwrite, or by writev, and last its meta page by pwrite. */
static unsigned writes;  /* since the count began */
static unsigned failing; /* the number of the write that fails; 0: none */
static int failure;      /* its errno; 0: it writes half */

static size_t to_write(size_t n)
{
    if (++writes != failing)
        return n;
    errno = failure;
    return failure ? 0 : n / 2;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
    size_t some = to_write(n);

    return some ? (ssize_t)syscall(SYS_pwrite64, fd, p, some, at) : -1;
}

ssize_t write(int fd, const void *p, size_t n)
{
    size_t some = to_write(n);

    return some || n == 0 ? (ssize_t)syscall(SYS_write, fd, p, some) : -1;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
    size_t some = to_write((size_t)count);

    return some ? (ssize_t)syscall(SYS_writev, fd, parts, some) : -1;
}

static uint64_t enter(void)
{
    static struct entry e, evicted;

    e = (struct entry){.process = me(), .helper = me(), .address = "192.0.2.7"};
    return state_enter(bed.s, &e, 0, 0, &evicted) == 0 ? e.id : 0;
}

static unsigned counted(void)
{
    struct state_counts counts;
    unsigned n = 0;

    assert_int_equal(state_counts(bed.s, &counts), 0);
    for (int i = 0; i < PROTOCOLS; i++)
        n += (unsigned)counts.active[i][ENTRY_UNAUTHENTICATED];
    return n;
}

/* Each write of a change in turn. */
static void each_write(void **unused)
{
    (void)unused;
    static const int failures[] = {ENOSPC, EIO, EDQUOT, 0};
    unsigned failed = 0, entries = 1;
    struct err e;

    assert_true(enter() != 0);
    for (size_t f = 0; f < ROWS(failures); f++) {
        for (unsigned n = 1;; n++) {
            writes = 0;
            failing = n;
            failure = failures[f];
            uint64_t id = enter();
            bool all = writes < failing;
            failing = 0;
            if (id)
                entries++;
            else
                failed++;
            assert_int_equal(counted(), entries);
            assert_int_equal(state_audit(bed.s, &e), 0);
            id = enter();
            assert_true(id != 0);
            assert_int_equal(state_end(bed.s, id, NULL), 0);
            if (all)
                break;
        }
    }
    assert_true(failed >= 2 * ROWS(failures)); /* a page's, and the meta page's */
}

/* Where the file can't be opened anew either, the first call that finds it does so. */
static void twice(void **unused)
{
    (void)unused;
    char path[128], away[128];
    unsigned shut = 0;

    snprintf(path, sizeof path, "%s", bed.directory);
    snprintf(away, sizeof away, "%s.away", bed.directory);
    assert_true(enter() != 0);
    for (failing = 1; failing < 20; failing++) { /* one of them is the meta page's */
        writes = 0;
        failure = ENOSPC;
        if (enter())
            break;
        assert_int_equal(rename(path, away), 0);
        unsigned at = failing;
        failing = 0;
        shut += enter() == 0;
        assert_int_equal(rename(away, path), 0);
        assert_true(enter() != 0);
        failing = at;
    }
    failing = 0;
    assert_true(shut > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(each_write), TEST(twice)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
