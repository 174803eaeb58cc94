/* SPDX-License-Identifier: ISC */
/* Unit tests of the helper in trouble: no users file, a full state file, more logins than workers.
 */
#include "check.h"

#include "verify_play.h"

/* A users file that can't be read is a temporary failure, with the reason in the log. */
static void no_users_file(void **unused)
{
    (void)unused;
    struct player p;

    bed_make();
    unlink(bed.users);
    start_helper(-1, -1, NULL, NULL);
    p = played("H-VTVTVTVT");
    assert_true(logged("denial=temporary reason=\"users file /tmp/"));
    close_all(&p);
    EVENTUALLY(entries() == 0);
    end_helper(SIGTERM);
    bed_remove();
}

/* Enters connections until the file is full; returns how many. */
static unsigned fill(void)
{
    struct err e;
    struct entry entry = {.protocol = PROTOCOL_IMAP4S}, evicted;
    struct state *s = state_open(bed.directory, bed.state_size, &e);
    unsigned n = 0;

    assert_non_null(s);
    assert_int_equal(process_of(getpid(), &entry.process), 0);
    entry.helper = entry.process;
    for (; n < 100000 && state_enter(s, &entry, 0, 0, &evicted) == 0; n++)
        ;
    assert_int_equal(errno, ENOSPC);
    state_close(s);
    return n;
}

static void empty(unsigned n)
{
    struct err e;
    struct state *s = state_open(bed.directory, bed.state_size, &e);

    assert_non_null(s);
    for (unsigned id = 1; id <= n; id++)
        assert_int_equal(state_end(s, id, NULL), 0);
    state_close(s);
}

/* A full state file means trouble, but no half entry; logins work again once there is room. */
static void full(void **unused)
{
    (void)unused;
    struct player p;
    unsigned n;

    bed_make();
    bed.state_size = 256 * 1024;
    bed.policy.protocols[PROTOCOL_IMAP4S].outstanding = 0;
    n = fill();
    start_helper(-1, -1, NULL, NULL);
    p = join('H');
    assert_int_equal(reply(&p), 'Q');
    EVENTUALLY(logged("event=state-failed"));
    assert_int_equal(entries(), n);
    close_all(&p);
    empty(n);
    p = played("H-VGRE");
    close_all(&p);
    end_helper(SIGTERM);
    bed.state_size = 0;
    bed_remove();
}

/* More logins at once than workers: all are answered. */
static void many(void **unused)
{
    (void)unused;
    enum { MANY = 3 * LIMIT_WORKERS };
    static struct player p[MANY];

    bed_make();
    bed.policy.protocols[PROTOCOL_IMAP4S].outstanding = 0;
    start_helper(-1, -1, NULL, NULL);
    for (int i = 0; i < MANY; i++) {
        p[i] = join('H');
        request(&p[i], i % 3 ? 'V' : 'w');
    }
    for (int i = 0; i < MANY; i += 7) /* some leave early */
        close_all(&p[i]);
    for (int i = 0; i < MANY; i++)
        if (p[i].filter >= 0)
            assert_int_equal(reply(&p[i]), i % 3 ? 'G' : 'R');
    for (int i = 0; i < MANY; i++)
        close_all(&p[i]);
    EVENTUALLY(entries() == 0);
    end_helper(SIGTERM);
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many),
        cmocka_unit_test(no_users_file),
        cmocka_unit_test(full),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
