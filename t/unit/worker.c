/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/verify/worker.c: which worker runs next. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "clock.h"
#include "limits.h"
#include "worker.h"

#define PATIENCE_MS 120000
#define MANY        (2 * LIMIT_WORKERS)

static struct loop loop;
static struct workers all;
static struct worker workers[MANY], other;
static char order[MANY + 2], yes[] = "y", other_says[] = "o";
static size_t done_count;

static void hang(void *owner, void *answer)
{
    (void)owner, (void)answer;
    for (;;)
        pause();
}

static void say(void *owner, void *answer)
{
    *(char *)answer = *(const char *)owner;
}

static void take(void *owner, const void *answer)
{
    order[done_count++] = answer ? *(const char *)answer : '-';
    (void)owner;
}

static const struct worker_job hangs = {hang, 1, PATIENCE_MS, take},
                               says = {say, 1, PATIENCE_MS, take};

/* Runs the loop until so many are done. false: it takes too long. */
static bool turn_until(size_t count)
{
    uint64_t end = clock_ms() + PATIENCE_MS;

    while (done_count < count)
        if (clock_ms() >= end || loop_turn(&loop))
            return false;
    return true;
}

static unsigned count(enum worker_state state)
{
    unsigned n = 0;

    for (size_t i = 0; i < MANY; i++)
        n += workers[i].state == state;
    return n;
}

static void nothing(void *owner)
{
    (void)owner;
}

static int make(void **unused)
{
    static struct loop_timer tick;

    (void)unused;
    tick = (struct loop_timer){.fire = nothing};
    assert_int_equal(loop_open(&loop), 0);
    loop_arm(&loop, &tick, clock_ms() + PATIENCE_MS); /* a turn ends */
    workers_init(&all, &loop);
    memset(order, 0, sizeof order);
    done_count = 0;
    return 0;
}

static int unmake(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < MANY; i++)
        worker_cancel(&workers[i]);
    worker_cancel(&other);
    assert_null(all.running);
    assert_null(all.first);
    assert_null(all.last);
    loop_close(&loop);
    return 0;
}

/* A silent server takes some of the places, not all: other servers are still asked. */
static void others_go_on(void **unused)
{
    (void)unused;
    static const char silent, living;

    for (size_t i = 0; i < MANY; i++)
        worker_start(&all, &workers[i], &hangs, NULL, &silent);
    assert_int_equal(count(WORKER_RUNNING), LIMIT_WORKERS_OF);
    assert_int_equal(count(WORKER_WAITING), MANY - LIMIT_WORKERS_OF);
    worker_start(&all, &other, &says, other_says, &living);
    assert_true(turn_until(1));
    assert_string_equal(order, "o");
    assert_int_equal(count(WORKER_RUNNING), LIMIT_WORKERS_OF);
    worker_cancel(&workers[0]); /* one ends, the next begins */
    worker_cancel(&workers[MANY - 1]);
    assert_int_equal(count(WORKER_RUNNING), LIMIT_WORKERS_OF);
    assert_int_equal(workers[LIMIT_WORKERS_OF].state, WORKER_RUNNING);
    worker_start(&all, &workers[MANY - 1], &hangs, NULL, &silent); /* queued last */
    assert_ptr_equal(all.last, &workers[MANY - 1]);
}

/* Never more than the limit run at once. */
static void no_more_than(void **unused)
{
    (void)unused;
    static const char asked[MANY];

    for (size_t i = 0; i < MANY; i++)
        worker_start(&all, &workers[i], &hangs, NULL, &asked[i]);
    assert_int_equal(count(WORKER_RUNNING), LIMIT_WORKERS);
    for (size_t i = 0; i < LIMIT_WORKERS; i++)
        worker_cancel(&workers[i]);
    assert_int_equal(count(WORKER_RUNNING), LIMIT_WORKERS);
    assert_int_equal(count(WORKER_WAITING), 0);
}

static void all_are_answered(void **unused)
{
    (void)unused;
    static const char asked[3];

    for (size_t i = 0; i < MANY; i++)
        worker_start(&all, &workers[i], &says, yes, &asked[i % 3 != 0]);
    assert_true(turn_until(MANY));
    for (size_t i = 0; i < MANY; i++)
        assert_int_equal(order[i], 'y');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(others_go_on, make, unmake),
        cmocka_unit_test_setup_teardown(no_more_than, make, unmake),
        cmocka_unit_test_setup_teardown(all_are_answered, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
