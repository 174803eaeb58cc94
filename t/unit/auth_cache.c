/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/verify/auth_cache.c: what is found, and for how long. */
#include "check.h"

#include "auth_cache.h"

static struct auth_cache r;
static const unsigned char key[AUTH_CACHE_KEY] = "a key for tests, 32 octets long.";
#define LOGIN(group, user, password, authorize)                                                    \
    {                                                                                              \
        SPAN(group), SPAN(user), SPAN(password), authorize, USER_CASE_IGNORE                       \
    }
static const struct auth_cache_login jo = LOGIN("RADIUS1", "jo", "secret", false);
static const struct aaa_answer staff = {.group_policy = "Staff", .class_size = 3, .class = "\2ab"};

static int make(void **unused)
{
    (void)unused;
    memset(&r, 0, sizeof r);
    auth_cache_init(&r, key);
    return 0;
}

static void found(void **unused)
{
    (void)unused;
    static const struct auth_cache_login others[] = {
        LOGIN("RADIUS2", "jo", "secret", false), LOGIN("RADIUS1", "J\303\266", "secret", false),
        LOGIN("RADIUS1", "jo", "secreT", false), LOGIN("RADIUS1", "jo", "", false),
        LOGIN("RADIUS1", "jos", "ecret", false), LOGIN("RADIUS1j", "o", "secret", false),
        LOGIN("RADIUS1", "jo", "secret", true),
    };
    struct aaa_answer a;

    assert_false(auth_cache_find(&r, &jo, 1000, &a));
    auth_cache_put(&r, &jo, &staff, 61000);
    assert_true(auth_cache_find(&r, &jo, 1000, &a));
    assert_string_equal(a.group_policy, "Staff");
    assert_int_equal(a.class_size, 3);
    assert_memory_equal(a.class, "\2ab", 3);
    assert_true(auth_cache_find(&r, &jo, 60999, &a));
    assert_false(auth_cache_find(&r, &jo, 61000, &a));
    for (size_t i = 0; i < ROWS(others); i++)
        assert_false(auth_cache_find(&r, &others[i], 1000, &a));
}

static void case_of_users(void **unused)
{
    (void)unused;
    struct auth_cache_login upper = LOGIN("RADIUS1", "JO", "secret", false), lower = jo;
    struct aaa_answer a;

    auth_cache_put(&r, &jo, &staff, 61000);
    assert_true(auth_cache_find(&r, &upper, 1000, &a));
    upper.user_case = lower.user_case = USER_CASE_EXACT;
    assert_false(auth_cache_find(&r, &upper, 1000, &a));
    assert_true(auth_cache_find(&r, &lower, 1000, &a));
}

static void emptied(void **unused)
{
    (void)unused;
    struct aaa_answer a;
    unsigned char other[AUTH_CACHE_KEY] = {1};

    auth_cache_put(&r, &jo, &staff, 61000);
    for (size_t i = 0; i + sizeof "secret" - 1 <= sizeof r; i++)
        assert_memory_not_equal((const char *)&r + i, "secret", sizeof "secret" - 1);
    auth_cache_clear(&r);
    assert_false(auth_cache_find(&r, &jo, 1000, &a));
    auth_cache_put(&r, &jo, &staff, 61000);
    memcpy(r.key, other, sizeof other);
    assert_false(auth_cache_find(&r, &jo, 1000, &a));
}

static void bounded(void **unused)
{
    (void)unused;
    char name[16];
    struct aaa_answer a;

    for (unsigned i = 0; i <= AUTH_CACHE_ENTRIES; i++) { /* one too many: the first to end goes */
        struct auth_cache_login l = jo;
        snprintf(name, sizeof name, "u%u", i);
        l.user = span_str(name);
        auth_cache_put(&r, &l, &staff, 5000 + i);
    }
    for (unsigned i = 0; i <= AUTH_CACHE_ENTRIES; i++) {
        struct auth_cache_login l = jo;
        snprintf(name, sizeof name, "u%u", i);
        l.user = span_str(name);
        assert_int_equal(auth_cache_find(&r, &l, 1000, &a), i > 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(found, make),
        cmocka_unit_test_setup(case_of_users, make),
        cmocka_unit_test_setup(emptied, make),
        cmocka_unit_test_setup(bounded, make),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
