/* SPDX-License-Identifier: ISC */
/* Unit tests of the state file's VPN sessions: names that keys have no room for, damage, processes
 * that are gone, a reboot, many at once. */
#include "check.h"

#include "vpn_bed.h"

#define NAME_90                                                                                    \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
#define NAME_511                                                                                   \
    NAME_90 NAME_90 NAME_90 NAME_90 NAME_90                                                        \
        "01234567890123456789012345678901234567890123456789012345"

/* Mail sessions whose process is gone don't count, however many; each is reported once. */
static void count_gone(void *context, const struct entry *dead)
{
    (void)dead;
    ++*(unsigned *)context;
}

static void dead_mail(void **unused)
{
    (void)unused;
    unsigned gone = 0;
    struct process child = start_child();

    for (int i = 0; i < 40; i++)
        mail("jo", PROTOCOL_IMAP4S, true, child);
    assert_int_equal(add("jo", "1", "::1", 3), VPN_REFUSED);
    kill_child(child);
    state_on_gone(bed.s, count_gone, &gone);
    assert_int_equal(add("jo", "1", "::1", 3), VPN_ADDED);
    assert_int_equal(gone, STATE_DEAD);
    assert_int_equal(state_sweep(bed.s), 40 - STATE_DEAD);
    assert_int_equal(gone, 40);
    audit();
}

/* Names that agree in all that a key has room for. */
static void long_names(void **unused)
{
    (void)unused;
    assert_int_equal(strlen(NAME_511 "a"), LIMIT_NAME);
    assert_int_equal(add(NAME_511 "a", "1", "192.0.2.1 +10.0.0.1", 1), VPN_ADDED);
    assert_int_equal(add(NAME_511 "b", "1", "192.0.2.2 +10.0.0.2", 1), VPN_ADDED);
    assert_int_equal(add(NAME_511, "1", "192.0.2.3", 1), VPN_ADDED);
    assert_true(finds(NAME_511 "a", "192.0.2.1") && finds(NAME_511 "b", "10.0.0.2"));
    assert_true(!finds(NAME_511 "b", "192.0.2.1") && !finds(NAME_511, "192.0.2.1"));
    assert_int_equal(add(NAME_511 "a", "2", "192.0.2.4", 1), VPN_REFUSED);
    mail(NAME_511 "b", PROTOCOL_IMAP4S, true, me());
    assert_int_equal(add(NAME_511 "a", "2", "192.0.2.4", 2), VPN_ADDED);
    assert_int_equal(met.mail, 0);
    audit();
    assert_int_equal(state_vpn_remove(bed.s, NAME_511 "a", NULL), 2);
    assert_true(finds(NAME_511 "b", "192.0.2.2") && finds(NAME_511, "192.0.2.3"));
    audit();
}

static void put_raw(enum table table, const void *key_data, size_t key_size, const void *value,
                    size_t n)
{
    struct change c;
    MDB_val key = {key_size, (void *)(uintptr_t)key_data}, data = {n, (void *)(uintptr_t)value};

    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(mdb_put(c.txn, bed.s->dbi[table], &key, &data, 0), 0);
    assert_int_equal(change_close(&c, 0), 0);
}

/* A record cut anywhere, and one with more addresses than there can be. */
static void records(void **unused)
{
    (void)unused;
    struct vpn_session v = vpn("jo", "1", "192.0.2.1 +fd00::1"), back;
    char room[VPN_PACKED_MAX + 1];
    uint32_t many = LIMIT_VPN_ADDRESSES + 1;

    memcpy(v.group_policy, "Staff", 6);
    v.started = 1234567890;
    v.lifetime = 60;
    v.expires = 99999;
    v.index = 7;
    size_t n = vpn_pack(room, &v);
    assert_true(vpn_unpack(span_of(room, n), 7, &back));
    assert_memory_equal(&v.addresses, &back.addresses, 2 * sizeof *v.addresses);
    assert_true(back.leased == 2 && back.address_count == 2 && back.started == v.started &&
                back.lifetime == 60 && back.expires == 99999 && back.index == 7);
    assert_string_equal(back.group_policy, "Staff");
    for (size_t cut = 0; cut < n; cut++) {
        char *exact = malloc(cut ? cut : 1); /* for the sanitizers */
        memcpy(exact, room, cut);
        assert_false(vpn_unpack(span_of(exact, cut), 7, &back));
        free(exact);
    }
    assert_false(vpn_unpack(span_of(room, n + 1), 7, &back));
    memcpy(room + 3 * sizeof(uint64_t), &many, sizeof many);
    assert_false(vpn_unpack(span_of(room, n), 7, &back));
}

static void damaged(void **unused)
{
    (void)unused;
    struct key k = key_name("jo", 1);
    struct err error = {""};
    struct vpn_session v;
    unsigned n = 0;

    assert_int_equal(add("al", "1", "192.0.2.1 +10.0.0.1", 3), VPN_ADDED);
    put_raw(TABLE_VPN, k.p, k.n, "x", 1);
    assert_int_equal(state_vpn_find(bed.s, "jo", "::1", &v), -1);
    assert_int_equal(errno, EBADMSG);
    assert_int_equal(add("jo", "1", "::1", 3), -1);
    assert_int_equal(errno, EBADMSG);
    assert_int_equal(state_vpn_each(bed.s, count_one, &n), -1);
    assert_int_equal(state_audit(bed.s, &error), -1);
    assert_true(finds("al", "192.0.2.1")); /* others have no part in it */
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 2);
    assert_int_equal(add("jo", "1", "::1", 3), VPN_ADDED);
    audit();
    put_raw(TABLE_LEASES, "0123456789abcdef", 16, "x", 1); /* of nobody */
    assert_int_equal(state_audit(bed.s, &error), -1);
    assert_int_equal(add("jo", "2", "+3031:3233:3435:3637:3839:6162:6364:6566", 3), -1);
    assert_int_equal(errno, EBADMSG);
}

static void after_a_reboot(void **unused)
{
    (void)unused;
    struct change c;
    struct file_record file = bed.s->file;

    assert_int_equal(add("jo", "1", "192.0.2.1 +10.0.0.1", 1), VPN_ADDED);
    file.boot[0] ^= 1;
    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(meta_save(bed.s, c.txn, "file", &file, sizeof file), 0);
    assert_int_equal(change_close(&c, 0), 0);
    state_close(bed.s);
    bed.s = bed_open(bed.directory, 0);
    assert_false(finds("jo", "192.0.2.1"));
    assert_int_equal(add("jo", "2", "192.0.2.1", 1), VPN_ADDED);
    audit();
}

#define USERS 5000

/* Many users: each is found, counted and removed on his own. */
static void many(void **unused)
{
    (void)unused;
    char user[16], from[64];

    for (int i = 0; i < USERS; i++) {
        snprintf(user, sizeof user, "user%d", i);
        snprintf(from, sizeof from, "192.0.2.1 +10.0.%d.%d", i / 250, i % 250 + 1);
        assert_int_equal(add(user, "1", from, 1), VPN_ADDED);
    }
    assert_int_equal(listed(), USERS);
    audit();
    for (int i = 0; i < USERS; i += 2) {
        snprintf(user, sizeof user, "user%d", i);
        assert_true(finds(user, "192.0.2.1"));
        assert_int_equal(state_vpn_remove(bed.s, user, "1"), 1);
    }
    assert_int_equal(listed(), USERS / 2);
    audit();
    assert_true(finds("user1", "10.0.0.2") && !finds("user2", "10.0.0.3"));
}

/* Several processes at once: no more get in than may. */
static void at_once(void **unused)
{
    (void)unused;
    pid_t pids[8];
    int in = 0, status;

    for (size_t i = 0; i < ROWS(pids); i++) {
        pids[i] = fork();
        if (pids[i] == 0) {
            struct bed own = bed;
            char id[] = {(char)('a' + i), '\0'};
            bed.s = bed_open(own.directory, 0);
            int added = add("jo", id, "192.0.2.1", 3);
            state_close(bed.s);
            _exit(added == VPN_ADDED ? 0 : added == VPN_REFUSED ? 1 : 2);
        }
    }
    for (size_t i = 0; i < ROWS(pids); i++) {
        waitpid(pids[i], &status, 0);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        in += WEXITSTATUS(status) == 0;
    }
    assert_int_equal(in, 3);
    assert_int_equal(listed(), 3);
    audit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(dead_mail), TEST(long_names),     TEST(records), TEST_DAMAGED(damaged),
        TEST(many),      TEST(after_a_reboot), TEST(at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
