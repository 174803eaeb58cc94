/* SPDX-License-Identifier: ISC */
/* Unit tests of mailwicketctl show's filters and sort keys. */
#include "check.h"

#include <stdlib.h>

#include "ctl_list.h"
#include "ctl_pick.h"

static const struct entry samples[] = {
    {.id = 9,
     .protocol = PROTOCOL_IMAP4S,
     .state = ENTRY_AUTHENTICATED,
     .address = "10.0.0.9",
     .login = "jo:joan",
     .vpn_user = "jo",
     .mail_user = "joan",
     .started = 200,
     .active = 3000,
     .bytes_in = 5,
     .bytes_out = 70},
    {.id = 10, .protocol = PROTOCOL_POP3S, .address = "2001:db8:1::1", .active = 5000},
    {.id = 11,
     .protocol = PROTOCOL_SMTPS,
     .state = ENTRY_AUTHENTICATING,
     .address = "9.9.9.9",
     .login = "joan",
     .active = 4000},
    {.id = 12,
     .protocol = PROTOCOL_IMAP4S,
     .state = ENTRY_AUTHENTICATED,
     .address = "10.0.1.10",
     .login = "al",
     .mail_user = "al",
     .started = 100,
     .active = 9000,
     .bytes_in = 6,
     .bytes_out = 7},
};

/* Returns the indexes of the picked samples, as text. */
static const char *picked(const struct pick *p)
{
    static char text[64];
    size_t n = 0;

    text[0] = '\0';
    for (size_t i = 0; i < ROWS(samples); i++)
        if (pick_is(p, &samples[i]))
            n += (size_t)snprintf(text + n, sizeof text - n, "%u ", (unsigned)samples[i].id);
    return text;
}

static void each_filter(void **unused)
{
    (void)unused;
    static const struct {
        bool (*take)(struct pick *p, const char *argument);
        const char *argument, *picks; /* NULL: the argument is invalid */
    } rows[] = {
        {pick_user, "jo", "9 "},
        {pick_user, "joan", "9 11 "},
        {pick_user, "AL", "12 "},
        {pick_user, "jo:joan", ""}, /* authenticated: the login name does not count */
        {pick_user, "j", ""},
        {pick_user, "", NULL},
        {pick_protocol, "imap4s", "9 12 "},
        {pick_protocol, "imap", NULL},
        {pick_state, "unauthenticated", "10 "},
        {pick_state, "authenticated", "9 12 "},
        {pick_state, "auth", NULL},
        {pick_address, "10.0.0.9", "9 "},
        {pick_address, "10.0.0.0/23", "9 12 "},
        {pick_address, "10.0.0.0/24", "9 "},
        {pick_address, "10.0.1.0/25", "12 "},
        {pick_address, "0.0.0.0/0", "9 11 12 "},
        {pick_address, "::/0", "10 "},
        {pick_address, "2001:db8::/47", "10 "},
        {pick_address, "2001:db8::/48", ""},
        {pick_address, "2001:DB8:1:0::1", "10 "},
        {pick_address, "10.0.0.0/33", NULL},
        {pick_address, "10.0.0.0/", NULL},
        {pick_address, "10.0.0.0/8/8", NULL},
        {pick_address, "10.0.0", NULL},
        {pick_address, "/8", NULL},
        {pick_address, "", NULL},
        {pick_address, "mail.example.org", NULL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct pick p = {0};
        ROW(i, rows[i].argument);
        assert_int_equal(rows[i].take(&p, rows[i].argument), rows[i].picks != NULL);
        if (rows[i].picks)
            assert_string_equal(picked(&p), rows[i].picks);
    }
}

static void filters_combine(void **unused)
{
    (void)unused;
    struct pick p = {0};

    assert_string_equal(picked(&p), "9 10 11 12 ");
    assert_true(pick_protocol(&p, "imap4s"));
    assert_true(pick_state(&p, "authenticated"));
    assert_string_equal(picked(&p), "9 12 ");
    assert_true(pick_address(&p, "10.0.0.0/24"));
    assert_string_equal(picked(&p), "9 ");
    assert_true(pick_user(&p, "al"));
    assert_string_equal(picked(&p), "");

    struct pick exact = {.user_case = USER_CASE_EXACT};
    assert_true(pick_user(&exact, "AL"));
    assert_string_equal(picked(&exact), "");
    assert_true(pick_user(&exact, "al"));
    assert_string_equal(picked(&exact), "12 ");
}

static void rows_are_sorted(void **unused)
{
    (void)unused;
    static const struct {
        const char *key;
        unsigned ids[4];
    } rows[] = {
        {"index", {9, 10, 11, 12}},        {"-index", {12, 11, 10, 9}},
        {"state", {10, 11, 9, 12}},        {"vpn-user", {10, 11, 12, 9}},
        {"mail-user", {10, 12, 9, 11}},    {"address", {11, 9, 12, 10}},
        {"protocol", {9, 12, 10, 11}},     {"-protocol", {11, 10, 12, 9}},
        {"in", {10, 11, 9, 12}},           {"-out", {9, 12, 11, 10}},
        {"login", {10, 11, 12, 9}},        {"idle", {12, 10, 11, 9}},
        {"server", {9, 10, 11, 12}},       {"tls", {9, 10, 11, 12}},
        {"group-policy", {9, 10, 11, 12}},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct list l = {.now = 10000};
        struct entry e;

        ROW(i, rows[i].key);
        l.key = list_key_find(rows[i].key, &l.descending);
        assert_non_null(l.key);
        for (size_t k = 0; k < 4; k++)
            list_add(&l, &samples[k]);
        list_sort(&l);
        for (size_t k = 0; k < 4; k++) {
            list_get(&l, k, &e);
            assert_int_equal(e.id, rows[i].ids[k]);
        }
        assert_int_equal(l.rows[0].id, rows[i].ids[0]);
        list_free(&l);
        assert_int_equal(l.count, 0);
    }
}

static void unknown_keys_are_not_found(void **unused)
{
    (void)unused;
    bool descending;

    assert_null(list_key_find("", &descending));
    assert_null(list_key_find("-", &descending));
    assert_null(list_key_find("--index", &descending));
    assert_null(list_key_find("inde", &descending));
    assert_non_null(strstr(list_key_names(), "group-policy"));
    assert_non_null(strstr(list_key_names(), " idle"));
}

static void a_list_grows(void **unused)
{
    (void)unused;
    struct list l = {.now = 0};
    struct entry e = samples[0];

    l.key = list_key_find("-index", &l.descending);
    for (e.id = 1; e.id <= 1000; e.id++)
        list_add(&l, &e);
    list_sort(&l);
    list_get(&l, 0, &e);
    assert_int_equal(e.id, 1000);
    assert_string_equal(e.mail_user, "joan");
    list_free(&l);
    list_sort(&l);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_filter),     cmocka_unit_test(filters_combine),
        cmocka_unit_test(rows_are_sorted), cmocka_unit_test(unknown_keys_are_not_found),
        cmocka_unit_test(a_list_grows),
    };
    return cmocka_run_group_tests_name("ctl_list", tests, NULL, NULL);
}
