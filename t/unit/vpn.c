/* SPDX-License-Identifier: ISC */
/* Unit tests of the state file's VPN sessions: who counts, the document's counting story with its
 * three ways out, addresses, expiry, removal. */
#include "check.h"

#include "vpn_bed.h"

static void addresses(void **unused)
{
    (void)unused;
    static const struct {
        const char *text, *is; /* NULL: none */
    } rows[] = {
        {"192.0.2.7", "192.0.2.7"},
        {"::ffff:192.0.2.7", "192.0.2.7"},
        {"::FFFF:c000:207", "192.0.2.7"},
        {"2001:db8::1", "2001:db8::1"},
        {"2001:0DB8:0::0001", "2001:db8::1"},
        {"fe80::1%eth0", "fe80::1"},
        {"fe80::1%", "fe80::1"},
        {"127.0.0.1", "127.0.0.1"},
        {"::1", "::1"},
        {"", NULL},
        {"0.0.0.0", NULL},
        {"::", NULL},
        {"::ffff:0.0.0.0", NULL},
        {"192.0.2", NULL},
        {"192.0.2.7 ", NULL},
        {"192.0.2.7%eth0", NULL},
        {"192.0.2.007", NULL},
        {"[2001:db8::1]", NULL},
        {"2001:db8::1/64", NULL},
        {"2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0001", NULL},
        {"mail.example.org", NULL},
        {"%eth0", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct in6_addr a;
        char room[INET6_ADDRSTRLEN];
        ROW(i, rows[i].text);
        assert_int_equal(vpn_address_parse(span_str(rows[i].text), &a), rows[i].is != NULL);
        if (rows[i].is)
            assert_string_equal(vpn_address_text(&a, room), rows[i].is);
    }
}

/* One after the other, on one file. */
static void additions(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *user, *id, *addresses;
        unsigned limit;
        enum vpn_added added;
        unsigned vpn, displaced; /* that it met */
    } rows[] = {
        {"blocked", "jo", "1", "192.0.2.1", 0, VPN_REFUSED, 0, 0},
        {"the first", "jo", "1", "192.0.2.1 +10.0.0.1", 1, VPN_ADDED, 0, 0},
        {"the same again", "jo", "1", "192.0.2.1 +10.0.0.1", 1, VPN_RENEWED, 0, 0},
        {"in another order", "jo", "1", "+10.0.0.1 ::ffff:192.0.2.1", 1, VPN_RENEWED, 0, 0},
        {"the same, blocked", "jo", "1", "192.0.2.1 +10.0.0.1", 0, VPN_REFUSED, 0, 0},
        {"a second", "jo", "2", "192.0.2.1 +10.0.0.2", 1, VPN_REFUSED, 1, 0},
        {"the id of another user", "al", "1", "192.0.2.1 +10.0.0.3", 1, VPN_ADDED, 0, 0},
        {"a second, of two", "jo", "2", "192.0.2.1 +10.0.0.2", 2, VPN_ADDED, 1, 0},
        {"the id again from elsewhere", "jo", "2", "192.0.2.9 +10.0.0.4", 2, VPN_REPLACED, 1, 0},
        {"and where the limit was lowered", "jo", "2", "192.0.2.8 +10.0.0.5", 1, VPN_REFUSED, 1, 0},
        {"the same, and the limit lowered", "jo", "2", "192.0.2.9 +10.0.0.4", 1, VPN_RENEWED, 1, 0},
        {"come back from elsewhere", "jo", "3", "192.0.2.7 +10.0.0.4", 1, VPN_REPLACED, 1, 0},
        {"a lease that another has", "al", "2", "192.0.2.7 +10.0.0.4", 9, VPN_ADDED, 1, 1},
        {"an address, leased elsewhere", "jo", "4", "192.0.2.1 10.0.0.4", 2, VPN_ADDED, 1, 0},
        {"two leases of two", "ed", "1", "+10.0.0.4 +10.0.0.1", 1, VPN_ADDED, 0, 2},
        {"two come back as one", "ed", "2", "+fd00::2", 2, VPN_ADDED, 1, 0},
        {"two come back as one", "ed", "3", "+fd00::2 +10.0.0.4", 1, VPN_REPLACED, 0, 0},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        int added = add(rows[i].user, rows[i].id, rows[i].addresses, rows[i].limit);
        assert_int_equal(added, rows[i].added);
        assert_int_equal(met.vpn, rows[i].vpn);
        assert_int_equal(met.displaced, rows[i].displaced);
        audit();
    }
    assert_true(finds("ed", "fd00::2") && finds("ed", "10.0.0.4") && !finds("ed", "10.0.0.1"));
    assert_true(finds("jo", "10.0.0.4") && finds("al", "10.0.0.3") && !finds("al", "10.0.0.4"));
}

static void not_right(void **unused)
{
    (void)unused;
    const struct vpn_limit limit = {9, 0};
    struct vpn_session rows[] = {vpn("", "1", "::1"),   vpn("jo", "", "::1"),
                                 vpn("jo", "1", ""),    vpn("jo", "1", "::1 ::1"),
                                 vpn("jo", "1", "::1"), vpn("jo", "1", "::1"),
                                 vpn("jo", "1", "::1"), vpn("jo", "1", "::1")};

    rows[4].lifetime = LIMIT_VPN_LIFETIME + 1;
    rows[5].address_count = LIMIT_VPN_ADDRESSES + 1;
    memset(rows[6].user, 'a', sizeof rows[6].user);
    memset(rows[7].group_policy, 'a', sizeof rows[7].group_policy);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, "");
        assert_int_equal(state_vpn_add(bed.s, &rows[i], &limit, &met), -1);
        assert_int_equal(errno, EINVAL);
    }
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 0);
    struct vpn_session v;
    assert_int_equal(state_vpn_find(bed.s, "jo", "nowhere", &v), -1);
    assert_int_equal(errno, EINVAL);
}

static void matches(void **unused)
{
    (void)unused;
    static const struct {
        const char *user, *address;
        bool found;
    } rows[] = {
        {"jo", "192.0.2.1", true},   {"jo", "::ffff:192.0.2.1", true},
        {"jo", "10.0.0.1", true},    {"jo", "fe80::1%eth1", true},
        {"jo", "192.0.2.2", false},  {"jo", "::192.0.2.1", false},
        {"JO", "192.0.2.1", true},   {"j", "192.0.2.1", false},
        {"jo ", "192.0.2.1", false}, {"joe", "192.0.2.1", false},
        {"", "192.0.2.1", false},
    };
    assert_int_equal(add("jo", "1", "::ffff:192.0.2.1 +10.0.0.1 fe80::1%eth0", 3), VPN_ADDED);
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].user);
        assert_int_equal(finds(rows[i].user, rows[i].address), rows[i].found);
    }
}

/* One user in two cases, or two users: also when the rule changes meanwhile. */
static void case_of_users(void **unused)
{
    (void)unused;
    uint64_t week = 7 * 86400;

    assert_int_equal(add("J\303\226rg", "1", "192.0.2.1", 1), VPN_ADDED);
    assert_int_equal(add("j\303\266RG", "1", "192.0.2.1", 1), VPN_RENEWED);
    assert_int_equal(add("j\303\266rg", "2", "192.0.2.2", 1), VPN_REFUSED);
    assert_int_equal(met.vpn, 1);
    assert_true(finds("J\303\226RG", "192.0.2.1"));
    assert_int_equal(state_vpn_touch(bed.s, "J\303\226RG", "1", &week), 1);
    assert_int_equal(listed(), 1);
    mail("J\303\226RG", PROTOCOL_IMAP4S, true, me());
    assert_int_equal(add("j\303\266rg", "2", "192.0.2.2", 2), VPN_REFUSED);
    assert_true(met.vpn == 1 && met.mail == 1);

    state_compare_users(bed.s, USER_CASE_EXACT);
    assert_int_equal(state_user_case(bed.s), USER_CASE_EXACT);
    assert_false(finds("J\303\226RG", "192.0.2.1"));
    assert_true(finds("j\303\266RG", "192.0.2.1")); /* as it was added last */
    assert_int_equal(state_vpn_remove(bed.s, "J\303\226RG", NULL), 0);
    assert_int_equal(add("j\303\266rg", "1", "192.0.2.2 +10.0.0.1", 1), VPN_ADDED);
    assert_true(met.vpn == 0 && met.mail == 0);
    assert_int_equal(add("J\303\226RG", "1", "192.0.2.3 +10.0.0.1", 2), VPN_ADDED);
    assert_true(met.displaced == 1 && met.mail == 1);
    assert_int_equal(listed(), 2);
    audit();

    state_compare_users(bed.s, USER_CASE_IGNORE); /* two sessions of one user, of one id */
    audit();
    assert_true(finds("j\303\266rg", "192.0.2.1") && finds("j\303\266rg", "192.0.2.3"));
    assert_int_equal(state_vpn_remove(bed.s, "j\303\266rg", "1"), 2);
    assert_int_equal(listed(), 0);
}

/* Of several that match it is the last one's group policy that counts. */
static void the_last_one(void **unused)
{
    (void)unused;
    const struct vpn_limit limit = {3, 0};
    struct vpn_session v = vpn("jo", "a", "192.0.2.1"), found;

    memcpy(v.group_policy, "First", 6);
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    memcpy(v.id, "b", 2);
    memcpy(v.group_policy, "Later", 6);
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    assert_int_equal(state_vpn_find(bed.s, "jo", "192.0.2.1", &found), 0);
    assert_string_equal(found.group_policy, "Later");
    assert_string_equal(found.id, "b");
    assert_true(found.started > 0 && found.index == v.index && found.expires == 0);
}

static void counting(void **unused)
{
    (void)unused;
    struct process self = me();
    uint64_t imap = mail("jo", PROTOCOL_IMAP4S, true, self);

    mail("jo", PROTOCOL_IMAP4S, false, self); /* not by piggyback */
    mail("jo", PROTOCOL_POP3S, true, self);   /* the policy has turned it off */
    mail("joe", PROTOCOL_IMAP4S, true, self); /* another user */
    assert_int_equal(add("jo", "1", "::1", 1), VPN_REFUSED);
    assert_int_equal(met.mail, 1);
    assert_int_equal(add("jo", "1", "::1", 2), VPN_ADDED);
    mail("jo", PROTOCOL_SMTPS, true, self);
    assert_int_equal(add("jo", "2", "::2", 3), VPN_REFUSED);
    assert_true(met.vpn == 1 && met.mail == 2);
    assert_int_equal(add("jo", "2", "::2", 2), VPN_REFUSED);
    assert_true(met.vpn == 1 && met.mail == 2); /* the true count, whatever the limit */
    assert_int_equal(add("jo", "2", "::2", 0), VPN_REFUSED);
    assert_true(met.vpn == 1 && met.mail == 2);
    assert_int_equal(state_end(bed.s, imap, NULL), 0);
    assert_int_equal(add("jo", "2", "::2", 3), VPN_ADDED);
    audit();
}

/* More dead ones than one call removes: they count neither at first nor in the refusal. */
static void counting_past_the_dead(void **unused)
{
    (void)unused;
    struct process child = start_child();

    for (int i = 0; i < 2 * STATE_DEAD; i++)
        mail("jo", PROTOCOL_IMAP4S, true, i < 2 * STATE_DEAD - 3 ? child : me());
    for (int i = 0; i < 3; i++)
        mail("jo", PROTOCOL_SMTPS, true, me());
    kill_child(child);
    assert_int_equal(add("jo", "1", "::1", 3), VPN_REFUSED);
    assert_true(met.vpn == 0 && met.mail == 6);
    assert_int_equal(add("jo", "1", "::1", 7), VPN_ADDED);
}

/* The document's story: three mail sessions outlast the VPN session; the limit is three. */
static void story(void)
{
    assert_int_equal(add("jo", "1", "::1", 3), VPN_ADDED);
    for (int i = 0; i < 5; i++) /* mail sessions are never refused by this limit */
        mail("jo", PROTOCOL_IMAP4S, true, me());
    assert_int_equal(state_vpn_remove(bed.s, "jo", "1"), 1);
    assert_int_equal(add("jo", "2", "::1", 3), VPN_REFUSED);
    assert_true(met.vpn == 0 && met.mail == 5);
    assert_false(finds("jo", "::1"));
}

static bool end_mail(void *context, const struct entry *s)
{
    uint64_t *ids = context;

    while (*ids)
        ids++;
    *ids = s->id;
    return true;
}

static void ways_out(void **unused)
{
    (void)unused;
    uint64_t ids[16] = {0};
    struct vpn_session v = vpn("jo", "2", "::1");

    story();
    assert_int_equal(state_each(bed.s, end_mail, ids), 0);
    assert_int_equal(state_end(bed.s, ids[0], NULL), 0); /* four, three left: still too many */
    assert_int_equal(state_end(bed.s, ids[1], NULL), 0);
    assert_int_equal(add("jo", "2", "::1", 3), VPN_REFUSED);
    assert_int_equal(state_end(bed.s, ids[2], NULL), 0); /* mail sessions are closed: */
    assert_int_equal(add("jo", "2", "::1", 3), VPN_ADDED);
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 1);
    mail("jo", PROTOCOL_IMAP4S, true, me());
    assert_int_equal(add("jo", "2", "::1", 3), VPN_REFUSED);
    assert_int_equal(add("jo", "2", "::1", 4), VPN_ADDED); /* the limit is raised */
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 1);
    assert_int_equal(add("jo", "2", "::1", 3), VPN_REFUSED);
    const struct vpn_limit off = {3, 1u << PROTOCOL_SMTPS}; /* piggyback is off for imap4s */
    assert_int_equal(state_vpn_add(bed.s, &v, &off, &met), VPN_ADDED);
    audit();
}

/* Makes it as if the lifetime were over. */
static void let_expire(const char *user, const char *address)
{
    struct change c;
    struct vpn_session v;

    assert_int_equal(state_vpn_find(bed.s, user, address, &v), 0);
    assert_true(v.lifetime > 0 && v.expires > clock_ms());
    v.expires = 1;
    assert_int_equal(change_open(&c, bed.s), 0);
    const struct vpn_walk w = {.s = bed.s, .txn = c.txn};
    assert_int_equal(vpn_put(&w, &v), 0);
    assert_int_equal(change_close(&c, 0), 0);
}

static void expiry(void **unused)
{
    (void)unused;
    const struct vpn_limit limit = {1, 0};
    struct vpn_session v = vpn("jo", "1", "192.0.2.1 +10.0.0.1"),
                       other = vpn("al", "1", "+10.0.0.1");
    struct vpn_session found;
    static const uint64_t never = 0, week = 604800;

    v.lifetime = 60;
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    let_expire("jo", "192.0.2.1");
    assert_false(finds("jo", "192.0.2.1"));
    assert_int_equal(listed(), 0);
    assert_int_equal(state_vpn_touch(bed.s, "jo", NULL, NULL), 0);
    audit();
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED); /* a new one */
    let_expire("jo", "192.0.2.1");
    assert_int_equal(state_vpn_add(bed.s, &other, &limit, &met), VPN_ADDED); /* has its lease */
    assert_int_equal(met.displaced, 0);
    audit();
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    let_expire("jo", "192.0.2.1");
    assert_int_equal(state_vpn_remove(bed.s, "jo", "1"), 0); /* gone, but it was none any more */
    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    let_expire("jo", "192.0.2.1");
    assert_int_equal(state_vpn_sweep(bed.s), 1);
    assert_int_equal(state_vpn_sweep(bed.s), 0);
    audit();

    assert_int_equal(state_vpn_add(bed.s, &v, &limit, &met), VPN_ADDED);
    assert_int_equal(state_vpn_touch(bed.s, "jo", "1", &week), 1);
    assert_int_equal(state_vpn_find(bed.s, "jo", "10.0.0.1", &found), 0);
    assert_true(found.lifetime == week && found.expires > clock_ms() + 604000000);
    assert_true(found.index == v.index && found.started == v.started);
    assert_int_equal(state_vpn_touch(bed.s, "jo", NULL, NULL), 1);
    assert_int_equal(state_vpn_find(bed.s, "jo", "10.0.0.1", &found), 0);
    assert_true(found.lifetime == week && found.expires > clock_ms() + 604000000);
    assert_int_equal(state_vpn_touch(bed.s, "jo", NULL, &never), 1);
    assert_int_equal(state_vpn_find(bed.s, "jo", "10.0.0.1", &found), 0);
    assert_true(found.lifetime == 0 && found.expires == 0);
    assert_int_equal(state_vpn_touch(bed.s, "jo", "2", NULL), 0);
    audit();
}

static void removal(void **unused)
{
    (void)unused;
    assert_int_equal(state_vpn_remove(bed.s, "jo", "1"), 0);
    for (int i = 0; i < 5; i++) {
        char id[] = {(char)('1' + i), '\0'}, from[64];
        snprintf(from, sizeof from, "192.0.2.1 +10.0.0.%d", i + 1);
        assert_int_equal(add("jo", id, from, 9), VPN_ADDED);
        snprintf(from, sizeof from, "+10.0.1.%d", i + 1);
        assert_int_equal(add("joe", id, from, 9), VPN_ADDED);
    }
    audit();
    assert_int_equal(state_vpn_remove(bed.s, "jo", "3"), 1);
    assert_int_equal(state_vpn_remove(bed.s, "jo", "3"), 0);
    assert_int_equal(state_vpn_remove(bed.s, "j", NULL), 0);
    audit();
    assert_int_equal(state_vpn_remove(bed.s, "jo", NULL), 4);
    assert_int_equal(listed(), 5);
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 5);
    assert_int_equal(state_vpn_remove(bed.s, NULL, NULL), 0);
    audit();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(addresses),    TEST(additions),     TEST(not_right), TEST(matches),
        TEST(the_last_one), TEST(case_of_users), TEST(counting),  TEST(counting_past_the_dead),
        TEST(ways_out),     TEST(expiry),        TEST(removal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
