/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state: snapshots. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

#include "denials.h"
#include "file.h"
#include "state_bed.h"
#include "vpn.h"

static uint64_t enter_as(struct process p)
{
    static struct entry e, evicted;

    e = (struct entry){.process = p, .helper = p, .address = "192.0.2.7"};
    return state_enter(bed.s, &e, 0, 0, &evicted) == 0 ? e.id : 0;
}

static bool count_entry(void *context, const struct entry *e)
{
    assert_true(e->id > 0);
    ++*(unsigned *)context;
    return true;
}

static unsigned entries(struct state *s)
{
    unsigned n = 0;

    assert_int_equal(state_each(s, count_entry, &n), 0);
    return n;
}

static struct state *snapshot(void)
{
    struct err error = {""};
    int fd = state_snapshot(bed.s);

    assert_true(fd >= 0);
    struct state *s = state_open_snapshot(fd, &error);
    if (!s)
        fail_msg("%s", error.text);
    assert_int_equal(fcntl(fd, F_GETFD), -1);
    return s;
}

static void it_shows_the_state_as_it_was(void **unused)
{
    (void)unused;
    struct state_counts counts;
    struct state_usage usage;
    struct entry e;
    struct err error = {""};
    uint64_t id = enter_as(me());
    struct state *s = snapshot();

    assert_int_equal(state_end(bed.s, id, NULL), 0);
    assert_true(enter_as(me()) > id && enter_as(me()) > id);
    assert_int_equal(entries(s), 1);
    assert_int_equal(state_get(s, id, &e), 0);
    assert_string_equal(e.address, "192.0.2.7");
    assert_int_equal(state_counts(s, &counts), 0);
    assert_int_equal(counts.cumulative[0][ENTRY_UNAUTHENTICATED], 1);
    assert_int_equal(state_usage(s, &usage), 0);
    assert_int_equal(state_audit(s, &error), 0);
    assert_true(state_era(s) == state_era(bed.s));
    state_close(s);
    s = snapshot();
    assert_int_equal(entries(s), 2);
    state_close(s);
}

static void it_is_never_changed(void **unused)
{
    (void)unused;
    struct entry e = {.process = me(), .helper = me(), .address = "192.0.2.7"}, evicted;
    uint64_t id = enter_as(me());
    struct state *s = snapshot();

    assert_true(state_enter(s, &e, 0, 0, &evicted) != 0 && errno == EACCES);
    assert_true(state_end(s, id, NULL) != 0 && errno == EACCES);
    assert_true(state_failed(s, "x") != 0 && errno == EACCES);
    assert_true(state_tally(s, "x") != 0 && errno == EACCES);
    assert_int_equal(entries(s), 1);
    state_close(s);
    int fd = state_snapshot(bed.s);
    assert_true(write(fd, "x", 1) < 0 && errno == EPERM);
    assert_true(ftruncate(fd, 0) < 0 && errno == EPERM);
    assert_true(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE) < 0 && errno == EPERM);
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    close(fd);
}

static void dead_entries_are_passed_over(void **unused)
{
    (void)unused;
    struct process child = start_child();
    struct entry e;
    uint64_t dead = enter_as(child);

    assert_true(enter_as(me()) > 0);
    struct state *s = snapshot();
    assert_int_equal(entries(s), 2);
    kill_child(child);
    assert_int_equal(state_sweep(s), 0);
    assert_int_equal(state_vpn_sweep(s), 0);
    assert_int_equal(entries(s), 1);
    assert_true(state_get(s, dead, &e) != 0 && errno == ENOENT);
    assert_int_equal(state_peek(s, dead, &e), 0);
    state_close(s);
    assert_int_equal(entries(bed.s), 1); /* where the sweep removes it */
}

static void what_is_none_is_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *says;
        size_t n, length;
    } rows[] = {
        {"", "state file", 0, 0},
        {"x", "state file", 1, 1},
        {"x", "state file", 1, 65536},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct err error = {""};
        int fd = memfd_create("x", MFD_CLOEXEC);

        assert_int_equal(write(fd, rows[i].text, rows[i].n), (ssize_t)rows[i].n);
        assert_int_equal(ftruncate(fd, (off_t)rows[i].length), 0);
        assert_null(state_open_snapshot(fd, &error));
        assert_non_null(strstr(error.text, "/proc/self/fd/"));
        assert_int_equal(fcntl(fd, F_GETFD), -1);
    }
    struct err error = {""};
    assert_null(state_open_snapshot(-1, &error));
    assert_true(*error.text);
}

/* One whose pages are missing would end the reader by SIGBUS. */
static void a_short_one_is_refused(void **unused)
{
    (void)unused;
    struct err error = {""};
    char room[8192];
    int whole, fd = memfd_create("x", MFD_CLOEXEC);

    assert_true(enter_as(me()) > 0);
    whole = state_snapshot(bed.s);
    assert_int_equal(pread(whole, room, sizeof room, 0), sizeof room);
    assert_int_equal(write(fd, room, sizeof room), sizeof room);
    close(whole);
    assert_null(state_open_snapshot(fd, &error));
    assert_true(*error.text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_shows_the_state_as_it_was), TEST(it_is_never_changed),
        TEST(dead_entries_are_passed_over), TEST(what_is_none_is_refused),
        TEST(a_short_one_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
