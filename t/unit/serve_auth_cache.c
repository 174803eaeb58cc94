/* SPDX-License-Identifier: ISC */
/* Unit tests of when the helper remembers a server group's success, and when not. The test plays
 * the group, a web server. */
#include "check.h"

#include "web_group.h"

static int make(void **unused)
{
    (void)unused;
    bed_make();
    web_make(60);
    return 0;
}

static int unmake(void **unused)
{
    (void)unused;
    close(web_fd);
    bed_remove();
    return 0;
}

static struct policy *reload(void *context)
{
    static struct policy next;

    (void)context;
    next = bed.policy;
    log_say(LOG_INFO, "policy-loaded", "again");
    return &next;
}

static void log_in(bool is_cached)
{
    struct player p = join('H');
    int asked;

    request(&p, 'V');
    if (!is_cached) {
        assert_true(is_asked(&asked, WAIT_MS));
        say_status(asked, 204);
    }
    assert_int_equal(reply(&p), 'G');
    if (is_cached)
        assert_false(is_asked(&asked, 0));
    close_all(&p);
}

static void remembered(void **unused)
{
    (void)unused;
    start_helper(-1, -1, NULL, reload);
    log_in(false);
    log_in(true);
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("event=policy-loaded"));
    log_in(false);
    log_in(true);
    end_helper(SIGTERM);
}

/* The policy is reloaded between the question and its answer. */
static void reload_under_way(void **unused)
{
    (void)unused;
    struct player before;
    int asked;

    start_helper(-1, -1, NULL, reload);
    before = join('H');
    request(&before, 'V');
    assert_true(is_asked(&asked, WAIT_MS));
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("event=policy-loaded"));
    say_status(asked, 204);
    assert_int_equal(reply(&before), 'G'); /* let in under the policy it began with */
    log_in(false);
    log_in(true);
    end_helper(SIGTERM);
    close_all(&before);
}

/* A login that began before the reload does not use what is remembered since. */
static void begun_before_reload(void **unused)
{
    (void)unused;
    struct player before;
    int asked;

    start_helper(-1, -1, NULL, reload);
    before = join('H');
    EVENTUALLY(entries() == 1);
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("event=policy-loaded"));
    log_in(false);
    request(&before, 'V');
    assert_true(is_asked(&asked, WAIT_MS));
    say_status(asked, 204);
    assert_int_equal(reply(&before), 'G');
    end_helper(SIGTERM);
    close_all(&before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(remembered, make, unmake),
        cmocka_unit_test_setup_teardown(reload_under_way, make, unmake),
        cmocka_unit_test_setup_teardown(begun_before_reload, make, unmake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
