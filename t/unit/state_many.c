/* SPDX-License-Identifier: ISC */
/* Tests of lib/state with many processes at once, killed at random moments and at the worst one. */
#include "check.h"

#include <errno.h>
#include <sys/prctl.h>

#include "file.h"
#include "state_bed.h"

#define HAMMERS     6
#define KILLS       400
#define OUTSTANDING 10
#define USER_LIMIT  20

static bool visit(void *context, const struct entry *entry)
{
    (void)context;
    (void)entry;
    return true;
}

/* One connection's life, or some of it. */
static void live(struct state *s, unsigned *seed, struct process self)
{
    static struct entry e, evicted;

    e = (struct entry){
        .protocol = (uint8_t)(rand_r(seed) % PROTOCOLS), .process = self, .helper = self};
    if (state_enter(s, &e, OUTSTANDING, 0, &evicted) != 0)
        _exit(3);
    if (rand_r(seed) % 4 == 0)
        return;
    state_user(s, e.id, SPAN("jo@example.org"));
    if (rand_r(seed) % 4 == 0)
        return;
    snprintf(e.vpn_user, sizeof e.vpn_user, "user%d", rand_r(seed) % 5);
    bool in = state_authenticate(s, &e, USER_LIMIT) == 0;
    if (!in && errno != EBUSY && errno != ENOENT)
        _exit(4);
    if (in && state_interim(s, e.id, &(struct state_report){1, 2, 3, 3}) != 0)
        _exit(5);
    if (rand_r(seed) % 8 == 0 && state_each(s, visit, NULL) != 0)
        _exit(6);
    if (rand_r(seed) % 8 != 0 && state_end(s, e.id, NULL) != 0 && errno != ENOENT)
        _exit(7);
}

static pid_t start_hammer(unsigned seed)
{
    pid_t pid = fork();

    if (pid != 0)
        return pid;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct err error;
    struct state *s = state_open(bed.directory, 0, &error);
    if (!s)
        _exit(2);
    struct process self = me();
    for (;;)
        live(s, &seed, self);
}

/* It must have been the kill that ended it. */
static void kill_hammer(pid_t pid)
{
    int status;

    kill(pid, SIGKILL);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGKILL);
}

static void all_at_once(void **unused)
{
    (void)unused;
    struct err error = {""};
    struct state_counts n;
    unsigned seed = 1;
    pid_t hammer[HAMMERS];

    alarm(600); /* a lock that stays would hang us */
    for (unsigned i = 0; i < HAMMERS; i++)
        hammer[i] = start_hammer(++seed);
    for (unsigned k = 0; k < KILLS; k++) {
        unsigned victim = (unsigned)rand_r(&seed) % HAMMERS;
        usleep((unsigned)rand_r(&seed) % 8000);
        kill_hammer(hammer[victim]);
        hammer[victim] = start_hammer(++seed);
        if (k % 10 == 0 && state_audit(bed.s, &error) != 0)
            fail_msg("after %u: %s", k, error.text);
        assert_int_equal(state_counts(bed.s, &n), 0);
        for (int p = 0; p < PROTOCOLS; p++)
            assert_true(n.active[p][ENTRY_UNAUTHENTICATED] + n.active[p][ENTRY_AUTHENTICATING] <=
                        OUTSTANDING);
    }
    for (unsigned i = 0; i < HAMMERS; i++)
        kill_hammer(hammer[i]);
    assert_true(state_sweep(bed.s) >= 0);
    if (state_audit(bed.s, &error) != 0)
        fail_msg("at the end: %s", error.text);
    assert_int_equal(state_counts(bed.s, &n), 0);
    for (int p = 0; p < PROTOCOLS; p++) {
        for (int i = 0; i < ENTRY_STATES; i++) {
            assert_int_equal(n.active[p][i], 0);
            assert_true(n.cumulative[p][i] > 0);
        }
        assert_true(n.peak[p][ENTRY_AUTHENTICATED] > 0);
    }
    alarm(0);
}

/* Killed with the lock held and half of a change made. */
static void in_the_middle(void **unused)
{
    (void)unused;
    static struct entry e, evicted;
    struct err error = {""};
    int to[2];
    char c;

    alarm(600);
    for (unsigned i = 0; i < 20; i++) {
        assert_int_equal(pipe(to), 0);
        pid_t pid = fork();
        if (pid == 0) {
            struct change change;
            struct state *s = bed_open(bed.directory, 0);
            static struct entry half;
            half = (struct entry){.id = 1000, .process = me()};
            if (change_open(&change, s) != 0 || entry_add(&change, &half) != 0)
                _exit(1);
            if (write(to[1], "x", 1) != 1)
                _exit(1);
            for (;;)
                pause();
        }
        assert_int_equal(read(to[0], &c, 1), 1);
        kill_hammer(pid);
        close(to[0]);
        close(to[1]);
        e = (struct entry){.process = me()};
        assert_int_equal(state_enter(bed.s, &e, 0, 0, &evicted), 0);
        assert_int_equal(e.id, i + 1);
        assert_int_equal(state_get(bed.s, 1000, &e), -1);
        assert_int_equal(state_audit(bed.s, &error), 0);
    }
    alarm(0);
}

/* Killed while they read: their places are given back, and old pages used again. */
static void readers(void **unused)
{
    (void)unused;
    static struct entry e, evicted;
    MDB_txn *txn;
    MDB_envinfo info;
    int to[2], dead = 0;
    char c;

    assert_int_equal(pipe(to), 0);
    pid_t pid = fork();
    if (pid == 0) {
        struct state *s = bed_open(bed.directory, 0);
        if (look_open(s, &txn) != 0 || write(to[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    assert_int_equal(read(to[0], &c, 1), 1);
    close(to[0]);
    close(to[1]);
    kill_hammer(pid);
    assert_int_equal(state_sweep(bed.s), 0);
    assert_int_equal(mdb_reader_check(bed.s->env, &dead), 0);
    assert_int_equal(dead, 0);
    for (int i = 0; i < 2000; i++) {
        e = (struct entry){.process = me()};
        assert_int_equal(state_enter(bed.s, &e, 0, 0, &evicted), 0);
        assert_int_equal(state_end(bed.s, e.id, NULL), 0);
    }
    assert_int_equal(mdb_env_info(bed.s->env, &info), 0);
    assert_true(info.me_last_pgno < 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(all_at_once),
        TEST(in_the_middle),
        TEST(readers),
    };
    return cmocka_run_group_tests_name("state_many", tests, NULL, NULL);
}
