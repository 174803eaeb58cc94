/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/state: one process, every call, every state; its beginning is state_open.c's.
 */
#include "check.h"

#include <errno.h>
#include <sys/prctl.h>

#include "clock.h"
#include "pack.h"
#include "state_bed.h"

static const struct entry full = {
    .id = 7,
    .protocol = PROTOCOL_SMTPS,
    .state = ENTRY_AUTHENTICATED,
    .process = {42, 1234567},
    .helper = {43, 7654321},
    .since = 99,
    .started = 1700000000,
    .address = "2001:db8::1",
    .port = 65535,
    .login = "jo:joan@mail.example.org",
    .vpn_user = "jo",
    .mail_user = "joan",
    .server = "mail.example.org",
    .tls = "TLS1.3 AES-256-GCM",
    .group_policy = "Staff",
    .bytes_in = 1,
    .bytes_out = UINT64_MAX,
    .active = 100,
    .reported = 110,
    .piggyback = 1,
};

static void packing(void **unused)
{
    (void)unused;
    static char room[ENTRY_PACKED_MAX + 1];
    static struct entry out, zero;

    size_t n = entry_pack(room, &full);
    assert_in_range(n, 100, 250);
    assert_true(entry_unpack(span_of(room, n), 7, &out));
    assert_memory_equal(&out, &full, sizeof out);
    for (size_t cut = 0; cut < n; cut++)
        assert_false(entry_unpack(span_of(room, cut), 7, &out));
    room[n] = '\0';
    assert_false(entry_unpack(span_of(room, n + 1), 7, &out));
    room[0] = PROTOCOLS;
    assert_false(entry_unpack(span_of(room, n), 7, &out));

    memset(&zero, 'x', sizeof zero); /* texts without their end are cut, not overrun */
    zero.protocol = zero.state = 0;
    n = entry_pack(room, &zero);
    assert_true(n <= ENTRY_PACKED_MAX);
    assert_true(entry_unpack(span_of(room, n), zero.id, &out));
    assert_int_equal(strlen(out.login), LIMIT_LOGIN);
}

static void processes(void **unused)
{
    (void)unused;
    struct process self = me(), p;

    assert_true(process_lives(&self));
    assert_int_not_equal(self.start, 0);
    assert_int_equal(prctl(PR_SET_NAME, ") Z 1 (\n) Z"), 0);
    assert_true(process_lives(&self));
    assert_int_equal(process_of(getpid(), &p), 0);
    assert_int_equal(p.start, self.start);

    static const pid_t nobody[] = {0, -1, 0x7ffffff0};
    for (size_t i = 0; i < ROWS(nobody); i++) {
        assert_int_equal(process_of(nobody[i], &p), -1);
        assert_int_equal(errno, ESRCH);
        assert_false(process_lives(&(struct process){nobody[i], 1}));
        assert_int_equal(process_signal(&(struct process){nobody[i], 1}, 0), -1);
        assert_int_equal(errno, ESRCH);
    }
}

static void signals(void **unused)
{
    (void)unused;
    struct process child = start_child(), p;
    struct process other = {child.pid, child.start + 1}; /* its pid, used again */
    siginfo_t info;

    assert_false(process_lives(&other));
    assert_int_equal(process_signal(&other, SIGKILL), -1);
    assert_int_equal(errno, ESRCH);
    assert_true(process_lives(&child));
    assert_int_equal(process_signal(&child, SIGTERM), 0);
    assert_int_equal(waitid(P_PID, (id_t)child.pid, &info, WEXITED | WNOWAIT), 0);
    assert_int_equal(info.si_status, SIGTERM);
    assert_false(process_lives(&child)); /* a zombie */
    assert_int_equal(process_of(child.pid, &p), -1);
    assert_int_equal(process_signal(&child, SIGTERM), -1);
    assert_int_equal(errno, ESRCH);
    waitpid(child.pid, NULL, 0);
    assert_false(process_lives(&child));
}

/* Enters one; returns its id, or 0 with errno. */
static uint64_t enter(struct process p, enum protocol protocol, unsigned outstanding, unsigned max,
                      uint64_t *evicted)
{
    static struct entry e, gone;

    e = (struct entry){.protocol = (uint8_t)protocol,
                       .process = p,
                       .helper = me(),
                       .address = "192.0.2.7",
                       .port = 1025};
    int rc = state_enter(bed.s, &e, outstanding, max, &gone);
    if (evicted)
        *evicted = gone.id;
    return rc == 0 ? e.id : 0;
}

static int authenticate(uint64_t id, const char *user, unsigned limit)
{
    static struct entry e;

    e = (struct entry){.id = id, .tls = "TLS1.3", .server = "mail.example.org", .piggyback = 1};
    snprintf(e.vpn_user, sizeof e.vpn_user, "%s", user);
    snprintf(e.mail_user, sizeof e.mail_user, "mail-%s", user);
    return state_authenticate(bed.s, &e, limit);
}

static void states(void **unused)
{
    (void)unused;
    static struct entry e, before;
    struct state_counts n;
    uint64_t id = enter(me(), PROTOCOL_IMAP4S, 0, 0, NULL);

    assert_int_equal(id, 1);
    assert_int_equal(state_get(bed.s, id, &before), 0);
    assert_int_equal(before.state, ENTRY_UNAUTHENTICATED);
    assert_string_equal(before.address, "192.0.2.7");
    assert_int_equal(state_user(bed.s, id, SPAN("jo@a")), 0);
    assert_int_equal(state_get(bed.s, id, &before), 0);
    assert_int_equal(before.state, ENTRY_AUTHENTICATING);
    for (uint64_t then = clock_ms(); clock_ms() == then;)
        continue;
    assert_int_equal(state_user(bed.s, id, SPAN("joan@a")), 0);
    assert_int_equal(state_get(bed.s, id, &e), 0);
    assert_string_equal(e.login, "joan@a");
    assert_int_equal(e.since, before.since);
    assert_int_equal(authenticate(id, "jo", 0), 0);
    assert_int_equal(state_get(bed.s, id, &e), 0);
    assert_int_equal(e.reported, e.since);
    assert_int_equal(e.active, e.since);
    assert_int_equal(state_interim(bed.s, id, &(struct state_report){5, 6, 70, 60}), 0);
    assert_int_equal(state_get(bed.s, id, &e), 0);
    assert_int_equal(e.reported, 70);
    assert_int_equal(e.active, 60);
    assert_int_equal(e.state, ENTRY_AUTHENTICATED);
    assert_string_equal(e.login, "joan@a");
    assert_string_equal(e.mail_user, "mail-jo");
    assert_int_equal(e.port, 1025);
    assert_int_equal(e.process.pid, getpid());
    assert_int_equal(e.bytes_in, 5);
    assert_int_equal(e.bytes_out, 6);
    assert_true(e.since > before.since);
    assert_int_equal(state_counts(bed.s, &n), 0);
    assert_int_equal(n.active[PROTOCOL_IMAP4S][ENTRY_AUTHENTICATED], 1);
    assert_int_equal(n.active[PROTOCOL_IMAP4S][ENTRY_AUTHENTICATING], 0);
    assert_int_equal(state_end(bed.s, id, &e), 0);
    assert_int_equal(e.bytes_out, 6);
    assert_int_equal(state_counts(bed.s, &n), 0);
    for (int i = 0; i < ENTRY_STATES; i++) {
        assert_int_equal(n.active[PROTOCOL_IMAP4S][i], 0);
        assert_int_equal(n.peak[PROTOCOL_IMAP4S][i], 1);
        assert_int_equal(n.cumulative[PROTOCOL_IMAP4S][i], 1);
        assert_int_equal(n.cumulative[PROTOCOL_POP3S][i], 0);
    }
}

static void wrong(void **unused)
{
    (void)unused;
    static struct entry e;
    static char name[LIMIT_LOGIN + 1];
    uint64_t id = enter(me(), PROTOCOL_POP3S, 0, 0, NULL);

    memset(name, 'a', sizeof name);
    assert_int_equal(state_user(bed.s, id, span_of(name, sizeof name)), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(state_user(bed.s, id, SPAN("a\0b")), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(state_user(bed.s, id, span_of(name, LIMIT_LOGIN)), 0);
    assert_int_equal(authenticate(id, "jo", 0), 0);
    assert_int_equal(authenticate(id, "jo", 0), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(state_user(bed.s, id, SPAN("jo")), -1);
    assert_int_equal(errno, EINVAL);
    assert_int_equal(enter(me(), (enum protocol)PROTOCOLS, 0, 0, NULL), 0);
    assert_int_equal(errno, EINVAL);

    const int results[] = {
        state_user(bed.s, 99, SPAN("jo")),
        authenticate(99, "jo", 0),
        state_interim(bed.s, 99, &(struct state_report){0}),
        state_end(bed.s, 99, NULL),
        state_get(bed.s, 99, &e),
    };
    for (size_t i = 0; i < ROWS(results); i++)
        assert_int_equal(results[i], -1);
    assert_int_equal(errno, ENOENT);
}

/* Each row: what four connections have done before the fifth comes, and who goes for it. */
static void eviction(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *did; /* u: nothing, a: presented a user, A: authenticated, x: other */
        unsigned outstanding;   /* protocol, -: dead, =: dead, its pid used again */
        int evicted;            /* index, -1: nobody */
    } rows[] = {
        {"a pid used again at the head", "=uuu", 4, -1},
        {"no limit", "uuuu", 0, -1},
        {"within", "uuuu", 5, -1},
        {"oldest", "uuuu", 4, 0},
        {"one for one", "uuuu", 1, 0},
        {"authenticated never", "AAAA", 1, -1},
        {"authenticated don't count", "AAuu", 3, -1},
        {"authenticated go past", "AAuu", 2, 2},
        {"unauthenticated first", "aaau", 4, 3},
        {"unauthenticated before older", "auau", 4, 1},
        {"then authenticating", "aaaa", 4, 0},
        {"other protocol doesn't count", "xxuu", 3, -1},
        {"other protocol is spared", "xxuu", 2, 2},
        {"a dead one's place is free", "uu-u", 4, -1},
        {"dead ones in number", "---u", 4, -1},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct process dead = {0x7ffffff0, 1}, reused = {getpid(), 1};
        uint64_t id[4], evicted, last;
        ROW(i, rows[i].name);
        for (int k = 0; k < 4; k++) {
            char did = rows[i].did[k];
            id[k] = enter(did == '-'   ? dead
                          : did == '=' ? reused
                                       : me(),
                          did == 'x' ? PROTOCOL_POP3S : PROTOCOL_IMAP4S, 0, 0, NULL);
            if (did == 'a')
                assert_int_equal(state_user(bed.s, id[k], SPAN("jo")), 0);
            if (did == 'A')
                assert_int_equal(authenticate(id[k], "jo", 0), 0);
        }
        last = enter(me(), PROTOCOL_IMAP4S, rows[i].outstanding, 0, &evicted);
        assert_int_not_equal(last, 0);
        assert_int_equal(evicted, rows[i].evicted < 0 ? 0 : id[rows[i].evicted]);
        if (evicted) {
            assert_int_equal(state_user(bed.s, evicted, SPAN("jo")), -1);
            assert_int_equal(errno, ENOENT);
        }
        for (int k = 0; k < 4; k++)
            state_end(bed.s, id[k], NULL);
        assert_int_equal(state_end(bed.s, last, NULL), 0);
    }
}

static uint64_t gone_id;
static unsigned gone_count;

static void on_gone(void *context, const struct entry *dead)
{
    assert_ptr_equal(context, &bed);
    gone_id = dead->id;
    gone_count++;
}

static void most_sessions(void **unused)
{
    (void)unused;
    struct process child = start_child();
    uint64_t evicted, id[3];

    state_on_gone(bed.s, on_gone, &bed);
    id[0] = enter(me(), PROTOCOL_IMAP4S, 0, 2, NULL);
    id[1] = enter(child, PROTOCOL_IMAP4S, 0, 2, NULL);
    assert_int_not_equal(id[1], 0);
    assert_int_equal(authenticate(id[0], "jo", 0), 0);
    assert_int_equal(enter(me(), PROTOCOL_IMAP4S, 0, 2, NULL), 0);
    assert_int_equal(errno, EBUSY);
    assert_int_not_equal(enter(me(), PROTOCOL_POP3S, 0, 2, NULL), 0);
    id[2] = enter(me(), PROTOCOL_IMAP4S, 1, 2, &evicted); /* one goes: one may come */
    assert_int_not_equal(id[2], 0);
    assert_int_equal(evicted, id[1]);
    assert_int_equal(enter(me(), PROTOCOL_IMAP4S, 1, 1, &evicted), 0); /* refused: nobody goes */
    assert_int_equal(evicted, 0);
    assert_int_equal(state_end(bed.s, id[2], NULL), 0);

    id[1] = enter(child, PROTOCOL_IMAP4S, 0, 2, NULL);
    assert_int_equal(enter(me(), PROTOCOL_IMAP4S, 0, 2, NULL), 0);
    kill_child(child);
    gone_count = 0;
    assert_int_not_equal(enter(me(), PROTOCOL_IMAP4S, 0, 2, NULL), 0);
    assert_int_equal(gone_count, 1);
    assert_int_equal(gone_id, id[1]);
}

static void user_sessions(void **unused)
{
    (void)unused;
    struct process child = start_child();
    uint64_t id[6];

    for (size_t i = 0; i < ROWS(id); i++)
        id[i] = enter(i == 1 ? child : me(), (enum protocol)(i % PROTOCOLS), 0, 0, NULL);
    assert_int_equal(authenticate(id[0], "jo", 2), 0);
    assert_int_equal(authenticate(id[1], "jo", 2), 0);
    assert_int_equal(authenticate(id[2], "jo", 2), -1);
    assert_int_equal(errno, EBUSY);
    assert_int_equal(authenticate(id[2], "j", 1), 0);
    assert_int_equal(authenticate(id[3], "jo2", 1), 0);
    assert_int_equal(authenticate(id[4], "jo", 2), -1);
    kill_child(child);
    assert_int_equal(authenticate(id[4], "jo", 2), 0);
    assert_int_equal(authenticate(id[5], "jo", 2), -1);
    assert_int_equal(state_end(bed.s, id[0], NULL), 0);
    assert_int_equal(authenticate(id[5], "jo", 2), 0);
}

static void user_sessions_by_case(void **unused)
{
    (void)unused;
    struct entry e = {.vpn_user = "JO"};
    uint64_t id[5];
    unsigned n;

    for (size_t i = 0; i < ROWS(id); i++)
        id[i] = enter(me(), PROTOCOL_IMAP4S, 0, 0, NULL);
    assert_int_equal(authenticate(id[0], "Jo", 2), 0);
    assert_int_equal(authenticate(id[1], "jo", 2), 0);
    assert_int_equal(authenticate(id[2], "jO", 2), -1);
    assert_int_equal(errno, EBUSY);
    assert_int_equal(state_sessions_of(bed.s, &e, &n), 0);
    assert_int_equal(n, 2);
    assert_int_equal(state_get(bed.s, id[0], &e), 0);
    assert_string_equal(e.vpn_user, "Jo"); /* as presented */

    state_compare_users(bed.s, USER_CASE_EXACT);
    assert_int_equal(authenticate(id[2], "jO", 1), 0);
    assert_int_equal(authenticate(id[3], "Jo", 1), -1);
    assert_int_equal(authenticate(id[3], "Jo", 2), 0);
    assert_int_equal(state_sessions_of(bed.s, &e, &n), 0);
    assert_int_equal(n, 2);
    state_compare_users(bed.s, USER_CASE_IGNORE);
    assert_int_equal(authenticate(id[4], "jo", 4), -1);
    assert_int_equal(authenticate(id[4], "jo", 5), 0);
    assert_int_equal(state_end(bed.s, id[0], NULL), 0); /* under the other rule's key */
}

static bool visit(void *context, const struct entry *entry)
{
    unsigned *ids = context;

    *ids = *ids * 10 + (unsigned)entry->id;
    return entry->id != 5;
}

static void ghosts(void **unused)
{
    (void)unused;
    static struct entry e;
    struct process child = start_child();
    struct state_counts n;
    unsigned ids = 0;

    for (unsigned i = 1; i <= 6; i++)
        assert_int_equal(enter(i % 2 ? me() : child, PROTOCOL_SMTPS, 0, 0, NULL), i);
    kill_child(child);
    state_on_gone(bed.s, on_gone, &bed);
    gone_count = 0;
    assert_int_equal(state_get(bed.s, 2, &e), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(gone_count, 1);
    assert_int_equal(gone_id, 2);
    assert_int_equal(state_user(bed.s, 4, SPAN("jo")), -1);
    assert_int_equal(errno, ENOENT);
    assert_int_equal(gone_id, 4);
    assert_int_equal(state_each(bed.s, visit, &ids), 0);
    assert_int_equal(ids, 135);
    assert_int_equal(gone_count, 3);
    assert_int_equal(state_counts(bed.s, &n), 0);
    assert_int_equal(n.active[PROTOCOL_SMTPS][ENTRY_UNAUTHENTICATED], 3);
    for (unsigned i = 0; i < 100; i++)
        enter(child, PROTOCOL_SMTPS, 0, 0, NULL);
    assert_int_equal(state_sweep(bed.s), 100);
    assert_int_equal(gone_count, 103);
    assert_int_equal(state_sweep(bed.s), 0);

    for (unsigned i = 0; i < 5; i++)
        enter(child, PROTOCOL_SMTPS, 0, 0, NULL);
    const struct {
        unsigned look;
        int removed;
        bool done;
    } steps[] = {{3, 0, false}, {1, 1, false}, {2, 2, false},
                 {2, 2, true},  {2, 0, false}, {2, 0, true}};
    for (size_t i = 0; i < ROWS(steps); i++) { /* three live, five don't */
        bool done;
        assert_int_equal(state_sweep_step(bed.s, steps[i].look, &done), steps[i].removed);
        assert_int_equal(done, steps[i].done);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packing),
        cmocka_unit_test(processes),
        cmocka_unit_test(signals),
        TEST(states),
        TEST(wrong),
        TEST(eviction),
        TEST(most_sessions),
        TEST(user_sessions),
        TEST(user_sessions_by_case),
        TEST(ghosts),
    };
    return cmocka_run_group_tests_name("state", tests, NULL, NULL);
}
