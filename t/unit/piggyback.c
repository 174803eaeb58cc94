/* SPDX-License-Identifier: ISC */
/* Unit tests of piggyback: whole conversations with the real helper, whose state file holds VPN
 * sessions. */
#include "check.h"

#include "verify_play.h"

#include "file.h"

#define MAIL (METHOD_PIGGYBACK | METHOD_MAILHOST)
#define BOTH (METHOD_AAA | METHOD_PIGGYBACK | METHOD_MAILHOST)

static const struct {
    const char *name;
    unsigned methods;
    const char *user, *from, *group_policy; /* the one VPN session; user NULL: none */
    const char *pairs;                      /* verify_play.h */
    const char *log;
} rows[] = {
    {"let in", MAIL, "jo", "127.0.0.1", "", "H- U- VG RE", "group-policy=Default"},
    {"by an IPv4-mapped address", MAIL, "jo", "::ffff:127.0.0.1", "", "H- VG RE", ""},
    {"the mail name is the VPN name", MAIL, "jo", "127.0.0.1", "", "H- jG RE", ""},
    {"the VPN session's group policy", MAIL, "jo", "127.0.0.1", "Staff", "H- VG RE",
     "user=jo mail-user=jane server=127.0.0.1 group-policy=Staff"},
    {"no VPN session", MAIL, NULL, NULL, NULL, "H- VR", "event=piggyback-failed"},
    {"from elsewhere", MAIL, "jo", "127.0.0.2", "", "H- VR", "client=127.0.0.1 login=jo:jane"},
    {"another user's", MAIL, "joe", "127.0.0.1", "", "H- VR", "event=piggyback-failed"},
    {"the mail user's is not the VPN user's", MAIL, "jane", "127.0.0.1", "", "H- VR", ""},
    {"refused, and another name", MAIL, "jo", "127.0.0.1", "", "H- kR VG RE", ""},
    {"a group policy that is gone", MAIL, "jo", "127.0.0.1", "Nowhere", "H- VR",
     "no group policy of the VPN session's name"},
    {"refused by the mail server", MAIL, "jo", "127.0.0.1", "", "H- VG FR VR jG RE", ""},
    {"AAA too", BOTH, "jo", "127.0.0.1", "Once", "H- VG RE", "group-policy=Once"},
    {"AAA's name counts", BOTH, "staff", "127.0.0.1", "Once", "H- lG RE",
     "user=staff mail-user=jo server=localhost group-policy=Staff"},
    {"without a VPN session AAA is not asked", BOTH, NULL, NULL, NULL, "H- wR",
     "no VPN session of this user"},
    {"AAA says no", BOTH, "jo", "127.0.0.1", "", "H- wR VG RE", "reason=\"wrong password\""},
};

static void vpn(struct state *s, const char *user, const char *from, const char *group_policy)
{
    const struct vpn_limit limit = {9, 0};
    struct vpn_session v = {.id = "1", .address_count = 1};
    struct vpn_met met;

    assert_true(span_copy(v.user, sizeof v.user, span_str(user)));
    assert_true(span_copy(v.group_policy, sizeof v.group_policy, span_str(group_policy)));
    assert_true(vpn_address_parse(span_str(from), &v.addresses[0]));
    assert_int_equal(state_vpn_add(s, &v, &limit, &met), VPN_ADDED);
}

static struct state *open_state(void)
{
    struct err e;
    struct state *s = state_open(bed.directory, 0, &e);

    assert_non_null(s);
    return s;
}

static size_t length(const char *pairs)
{
    size_t n = 0;

    for (; *pairs; pairs++)
        n += *pairs != ' ';
    return n / 2;
}

static bool is_piggyback(void *context, const struct entry *s)
{
    *(bool *)context = s->state == ENTRY_AUTHENTICATED && s->piggyback == 1;
    return true;
}

/* Each row has a helper of its own, so that no refusal slows another row. */
static void conversations(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct player p = NOBODY;
        bool flagged = false;

        ROW(i, rows[i].name);
        bed_make();
        bed.policy.protocols[PROTOCOL_IMAP4S].methods = rows[i].methods;
        start_helper(-1, -1, NULL, NULL);
        struct state *s = open_state();
        if (rows[i].user)
            vpn(s, rows[i].user, rows[i].from, rows[i].group_policy);
        p.filter = connect_verify();
        connect_client(&p);
        play(&p, rows[i].pairs, length(rows[i].pairs));
        assert_int_equal(state_each(s, is_piggyback, &flagged), 0);
        assert_int_equal(flagged, p.id != 0);
        EVENTUALLY(logged(rows[i].log));
        assert_false(logged("secret") || logged("Wr0ng"));
        close_all(&p);
        state_close(s);
        end_helper(SIGTERM);
        bed_remove();
    }
}

/* SMTPS with piggyback alone: no password is needed, and none goes to the mail server. */
static void without_password(void **unused)
{
    (void)unused;
    static const struct span passwords[] = {SPAN(""), SPAN("secret"), SPAN("a:b:c")};

    bed_make();
    bed.policy.protocols[PROTOCOL_SMTPS].methods = METHOD_PIGGYBACK;
    start_helper(-1, -1, NULL, NULL);
    struct state *s = open_state();
    vpn(s, "jo", "127.0.0.1", "");
    for (size_t i = 0; i < ROWS(passwords); i++) {
        struct player p = NOBODY;
        struct wire w = {.type = WIRE_VERIFY,
                         .verify = {.login = SPAN("jo:jane"), .password = passwords[i]}};
        int fds[MESSAGE_FDS];
        size_t count;

        ROW(i, passwords[i].p);
        p.filter = connect_verify();
        connect_client(&p);
        request(&p, 'S');
        say(p.filter, &w, NULL, 0);
        assert_int_equal(hear(p.filter, &w, fds, &count), WIRE_GRANT);
        assert_true(w.grant.authenticate == 0 && w.grant.mail_password.n == 0);
        assert_true(span_eq(w.grant.mail_user, SPAN("jane")));
        close(fds[0]);
        close(fds[1]);
        play(&p, "RE", 1);
        assert_int_equal(state_end(s, p.id, NULL), 0); /* max-sessions is 1 */
        close_all(&p);
    }
    state_close(s);
    end_helper(SIGTERM);
    bed_remove();
}

/* A client that comes over IPv6 from an IPv4 address. */
static void mapped_client(void **unused)
{
    (void)unused;
    struct sockaddr_in6 a = {.sin6_family = AF_INET6};
    socklen_t size = sizeof a;
    struct player p = NOBODY;
    int listener = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0), no = 0;

    if (listener < 0 || setsockopt(listener, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) ||
        bind(listener, (struct sockaddr *)&a, size))
        skip(); /* no IPv6 here */
    assert_int_equal(listen(listener, 1), 0);
    assert_int_equal(getsockname(listener, (struct sockaddr *)&a, &size), 0);
    bed_make();
    bed.policy.protocols[PROTOCOL_IMAP4S].methods = MAIL;
    start_helper(-1, -1, NULL, NULL);
    struct state *s = open_state();
    vpn(s, "jo", "127.0.0.1", "");
    struct sockaddr_in to = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = a.sin6_port};
    p.filter = connect_verify();
    p.far = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(connect(p.far, (struct sockaddr *)&to, sizeof to), 0);
    p.client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    assert_true(p.client >= 0);
    play(&p, "H- VG RE", 3);
    close(listener);
    close_all(&p);
    state_close(s);
    end_helper(SIGTERM);
    bed_remove();
}

/* A damaged record is trouble, not a refusal. */
static void damaged(void **unused)
{
    (void)unused;
    struct player p = NOBODY;
    struct change c;
    struct key k = key_name("jo", 1);
    MDB_val key = key_val(&k), value = {1, (void *)(uintptr_t) "x"};

    bed_make();
    bed.policy.protocols[PROTOCOL_IMAP4S].methods = MAIL;
    start_helper(-1, -1, NULL, NULL);
    struct state *s = open_state();
    assert_int_equal(change_open(&c, s), 0);
    assert_int_equal(mdb_put(c.txn, s->dbi[TABLE_VPN], &key, &value, 0), 0);
    assert_int_equal(change_close(&c, 0), 0);
    p.filter = connect_verify();
    connect_client(&p);
    play(&p, "H- VT", 2);
    EVENTUALLY(logged("event=state-failed"));
    close_all(&p);
    state_close(s);
    end_helper(SIGTERM);
    bed_remove();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conversations),
        cmocka_unit_test(without_password),
        cmocka_unit_test(mapped_client),
        cmocka_unit_test(damaged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
