/* SPDX-License-Identifier: ISC */
/* Unit tests of the helper's life: eviction, limits, reports, signals, restarts. */
#include "check.h"

#include "verify_play.h"

/* The mail program sees the end of its connection, and the filter that of the conversation. */
static void check_shut(struct player *p)
{
    struct pollfd f = {.fd = p->far, .events = POLLIN};
    char c;

    assert_int_equal(poll(&f, 1, WAIT_MS), 1);
    assert_int_equal(read(p->far, &c, 1), 0);
    assert_int_equal(reply(p), 'X');
}

/* imap4s has room for two connections that are not logged in: the oldest unauthenticated one is
 * evicted, else the oldest authenticating one, never a session. */
static void evicts(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *first, *second;
        int out; /* the evicted one */
    } cases[] = {
        {"the oldest", "H-", "H-", 0},
        {"the unauthenticated one", "H-U-", "H-", 1},
        {"the oldest authenticating", "H-U-", "H-U-", 0},
        {"one that was granted", "H-VG", "H-U-", 0},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct player p[2], third;

        ROW(i, cases[i].name);
        bed_make();
        start_helper(-1, -1, NULL, NULL);
        p[0] = played(cases[i].first);
        EVENTUALLY(entries() == 1);
        p[1] = played(cases[i].second);
        EVENTUALLY(entries() == 2);
        third = join('H');
        assert_int_equal(reply(&p[cases[i].out]), 'V');
        assert_int_equal(entries(), 2);
        check_shut(&p[cases[i].out]);
        assert_true(logged("event=evicted"));
        play(&third, "VG RE", 2); /* the other goes on */
        end_helper(SIGKILL);
        close_all(&p[0]);
        close_all(&p[1]);
        close_all(&third);
        bed_remove();
    }
}

/* An evicted filter may go at once, or go on sending: neither does harm. */
static void evicted_ones(void **unused)
{
    (void)unused;
    bed_make();
    start_helper(-1, -1, NULL, NULL);
    for (int rude = 0; rude < 2; rude++) {
        struct player a = join('H'), b, c;

        EVENTUALLY(entries() == 1);
        b = join('H');
        EVENTUALLY(entries() == 2);
        c = join('H');
        assert_int_equal(reply(&a), 'V');
        if (rude) {
            request(&a, 'U');
            request(&a, 'V');
        }
        close_all(&a);
        close_all(&b);
        close_all(&c);
        EVENTUALLY(entries() == 0);
    }
    end_helper(SIGTERM);
    bed_remove();
}

/* The evicted connection has a helper of its own: that helper is told. */
static void evicts_elsewhere(void **unused)
{
    (void)unused;
    struct player a = NOBODY, b, c;
    pid_t other;

    bed_make();
    start_connection(&a, NULL);
    other = bed.helper;
    connect_client(&a);
    request(&a, 'H');
    EVENTUALLY(entries() == 1);
    start_helper(-1, -1, NULL, NULL);
    b = join('H');
    EVENTUALLY(entries() == 2);
    c = join('H');
    assert_int_equal(reply(&a), 'V');
    check_shut(&a);
    assert_int_equal(waitpid(other, NULL, 0), other);
    assert_int_equal(entries(), 2);
    end_helper(SIGTERM);
    assert_int_equal(reply(&b), 'Q');
    assert_int_equal(reply(&c), 'Q');
    close_all(&a);
    close_all(&b);
    close_all(&c);
    assert_int_equal(entries(), 0);
    bed_remove();
}

static void limits(void **unused)
{
    (void)unused;
    struct player a, b;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    a = join('S'); /* smtps has one session in all */
    EVENTUALLY(entries() == 1);
    b = join('S');
    assert_int_equal(reply(&b), 'B');
    assert_true(logged("event=limit-reached"));
    close_all(&a);
    close_all(&b);
    EVENTUALLY(entries() == 0);
    a = played("H-oGRE"); /* its group policy has one mail session a user */
    b = played("H-oGRLoGRL");
    assert_true(logged("reason=mail-sessions"));
    assert_int_equal(entries(), 2);
    end_helper(SIGKILL);
    close_all(&a);
    close_all(&b);
    bed_remove();
}

/* One process can't fill the helper by connecting, nor by saying nothing. */
static void mute(void **unused)
{
    (void)unused;
    int fds[LIMIT_MUTE + 1], fds_of[MESSAGE_FDS];
    size_t count;
    struct wire w;
    struct player p;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    for (size_t i = 0; i < ROWS(fds); i++)
        fds[i] = connect_verify();
    assert_int_equal(hear(fds[ROWS(fds) - 1], &w, fds_of, &count), 0);
    assert_true(logged("event=talk-refused"));
    for (size_t i = 0; i + 1 < ROWS(fds); i++) {
        assert_int_equal(hear(fds[i], &w, fds_of, &count), 0);
        close(fds[i]);
    }
    close(fds[ROWS(fds) - 1]);
    assert_true(logged("says nothing"));
    p = join('H');
    EVENTUALLY(entries() == 1);
    close_all(&p);
    end_helper(SIGTERM);
    bed_remove();
}

static void say_end(int fd, uint64_t id, enum wire_type type)
{
    struct wire w = {.type = type, .end = {.id = id, .bytes_in = 11, .bytes_out = 12}};

    if (type == WIRE_END)
        w.end.cause = WIRE_SERVER_CLOSED;
    say(fd, &w, NULL, 0);
}

/* Only the session's own process may report, and only reports. */
static void reports(void **unused)
{
    (void)unused;
    struct player p;
    int status;

    bed_make();
    start_helper(-1, -1, NULL, NULL);
    p = played("H-VGRE");
    if (fork() == 0) {
        say_end(p.report, p.id, WIRE_END);
        _exit(0);
    }
    wait(&status);
    EVENTUALLY(logged("event=report-ignored"));
    assert_int_equal(entries(), 1);
    say_end(p.report, p.id + 1, WIRE_END); /* nobody's */
    assert_int_equal(message_send(p.report, SPAN("nonsense"), NULL, 0), 0);
    EVENTUALLY(logged("sent an invalid report"));
    say_end(p.report, p.id, WIRE_INTERIM);
    assert_int_equal(entries(), 1);
    say_end(p.report, p.id, WIRE_END);
    EVENTUALLY(entries() == 0);
    EVENTUALLY(logged("cause=server-closed bytes-in=11 bytes-out=12"));
    end_helper(SIGTERM);
    close_all(&p);
    bed_remove();
}

/* A filter and its relay that are gone while no helper runs: the next one finds the entry; what the
 * relay said meanwhile still counts. */
static void restarts(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        bool says;
        const char *log;
    } cases[] = {
        {"killed", false, "cause=lost"},
        {"reported while the helper was away", true, "cause=server-closed bytes-in=11"},
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        int go[2], ready[2], status;
        char c;
        pid_t filter;

        ROW(i, cases[i].name);
        bed_make();
        assert_int_equal(pipe(go) | pipe(ready), 0);
        start_helper(-1, -1, NULL, NULL);
        filter = fork();
        if (filter == 0) {
            struct player p = played("H-VGRE");
            (void)!write(ready[1], "x", 1);
            (void)!read(go[0], &c, 1);
            if (cases[i].says)
                say_end(p.report, p.id, WIRE_END);
            _exit(0);
        }
        assert_int_equal(read(ready[0], &c, 1), 1);
        end_helper(SIGTERM);
        assert_int_equal(entries(), 1); /* the session lives on */
        assert_int_equal(write(go[1], "x", 1), 1);
        assert_int_equal(waitpid(filter, &status, 0), filter);
        start_helper(-1, -1, NULL, NULL);
        EVENTUALLY(logged(cases[i].log));
        assert_int_equal(entries(), 0);
        assert_false(cases[i].says && logged("cause=lost"));
        end_helper(SIGTERM);
        for (int f = 0; f < 2; f++) {
            close(go[f]);
            close(ready[f]);
        }
        bed_remove();
    }
}

/* Broken first; then one without imap4s. */
static struct policy *reload(void *context)
{
    static unsigned times;
    static struct policy second;

    (void)context;
    if (times++ == 0) {
        log_say(LOG_ERR, "policy-rejected", "broken");
        return NULL;
    }
    second = bed.policy;
    second.protocols[PROTOCOL_IMAP4S].present = false;
    log_say(LOG_INFO, "policy-loaded", "second");
    return &second;
}

static void reloads(void **unused)
{
    (void)unused;
    struct player before, after;

    bed_make();
    start_helper(-1, -1, NULL, reload);
    before = played("H-U-");
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("event=policy-rejected"));
    after = played("H-VGRE");
    close_all(&after);
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("event=policy-loaded"));
    after = join('H');
    assert_int_equal(reply(&after), 'Q');
    play(&before, "VG RE", 2); /* under the policy that it began with */
    end_helper(SIGTERM);
    close_all(&before);
    close_all(&after);
    bed_remove();
}

/* Told to go: whoever logs in now can still do so, a login under way ends well, and who only stands
 * there is told so in the end. */
static void finishes(void **unused)
{
    (void)unused;
    struct player idle, busy, late;

    bed_make();
    bed.policy.protocols[PROTOCOL_IMAP4S].outstanding = 3;
    start_helper(-1, -1, NULL, NULL);
    busy = played("H-VG");
    idle = played("H-U-");
    late = played("H-U-");
    kill(bed.helper, SIGTERM);
    play(&busy, "RE", 1);
    play(&late, "VGRE", 2);
    assert_int_equal(reply(&idle), 'Q');
    close_all(&idle);
    end_helper(0);
    assert_int_equal(entries(), 2);
    close_all(&busy);
    close_all(&late);
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(evicts),   cmocka_unit_test(evicted_ones),     cmocka_unit_test(limits),
        cmocka_unit_test(mute),     cmocka_unit_test(evicts_elsewhere), cmocka_unit_test(reports),
        cmocka_unit_test(restarts), cmocka_unit_test(reloads),          cmocka_unit_test(finishes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
