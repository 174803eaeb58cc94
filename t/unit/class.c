/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/aaa/class: the group policy in RADIUS attributes. */
#include "check.h"

#include <stdlib.h>

#include "class.h"

#define NAME64 "0123456789012345678901234567890123456789012345678901234567890123"

/* One Class and its name: "" if it names none, NULL if it is bad. */
static const struct row {
    struct span value;
    const char *name;
} classes[] = {
    {SPAN("OU=Staff;"), "Staff"},
    {SPAN("OU=Staff"), "Staff"},
    {SPAN("Staff"), "Staff"},
    {SPAN(" Staff\t"), "Staff"},
    {SPAN("\"Staff\""), "Staff"},
    {SPAN("ou=Staff;"), "Staff"},
    {SPAN("Ou = Staff ; "), "Staff"},
    {SPAN("OU=\"Staff\";"), "Staff"},
    {SPAN("OU= \" Staff \" ;"), "Staff"},
    {SPAN("OU=Staff;OU=Admins;"), "Staff"},
    {SPAN("CN=x;OU=Staff;"), "Staff"},
    {SPAN("CN=x;OU=Staff"), "Staff"},
    {SPAN("Other;OU=Staff;"), "Staff"},
    {SPAN(";;OU=Staff;;"), "Staff"},
    {SPAN("OU=sess-group_A.1"), "sess-group_A.1"},
    {SPAN("sess-group-A"), "sess-group-A"},
    {SPAN("OU=" NAME64 ";"), NAME64},
    {SPAN(NAME64), NAME64},
    {SPAN("OU"), "OU"},
    /* An OU that cannot be a group policy's name. */
    {SPAN("OU=;"), NULL},
    {SPAN("OU="), NULL},
    {SPAN("OU=\"\";"), NULL},
    {SPAN("OU=\""), NULL},
    {SPAN("OU=\"Staff;"), NULL},
    {SPAN("OU=Staff,O=x"), NULL},
    {SPAN("OU=OU=Staff"), NULL},
    {SPAN("OU=The Staff;"), NULL},
    {SPAN("OU=St\xc3\xa4;"), NULL},
    {SPAN("OU=Sta\0ff;"), NULL},
    {SPAN("OU=" NAME64 "4;"), NULL},
    {SPAN("OU=;OU=Staff;"), NULL},
    /* Notes of a server's own. */
    {SPAN(""), ""},
    {SPAN(" "), ""},
    {SPAN(";"), ""},
    {SPAN("\"\""), ""},
    {SPAN("Staff;"), ""},
    {SPAN("The Staff"), ""},
    {SPAN("XOU=Staff;"), ""},
    {SPAN("CN=Staff;"), ""},
    {SPAN("CACS:0a000005abcd/server/1234"), ""},
    {SPAN("\x01\x02\x03\xff"), ""},
    {SPAN("Staff\0"), ""},
    {SPAN("St\xc3\xa4"), ""},
    {SPAN(NAME64 "4"), ""},
};

static void one_class_names_the_group_policy(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(classes); i++) {
        struct class_choice c = {0};
        /* A copy of its own size, so that a sanitizer sees reads beyond it. */
        char *copy = malloc(classes[i].value.n + 1);

        ROW(i, classes[i].value.p);
        assert_non_null(copy);
        memcpy(copy, classes[i].value.p, classes[i].value.n);
        class_take(&c, span_of(copy, classes[i].value.n));
        free(copy);
        assert_int_equal(c.bad, classes[i].name == NULL);
        assert_string_equal(c.name, classes[i].name ? classes[i].name : "");
    }
}

/* Cut anywhere, a value gives no name that is longer than the value, and bad has no name. */
static void a_cut_class_is_safe(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(classes); i++)
        for (size_t n = 0; n <= classes[i].value.n; n++) {
            struct class_choice c = {0};
            char *copy = malloc(n + 1);

            assert_non_null(copy);
            memcpy(copy, classes[i].value.p, n);
            class_take(&c, span_of(copy, n));
            free(copy);
            assert_true(strlen(c.name) <= n);
            assert_true(!c.bad || !c.name[0]);
            assert_int_equal(c.from == CLASS_NOTHING, !c.bad && !c.name[0]);
        }
}

static void the_best_of_several_values_counts(void **unused)
{
    (void)unused;
    static const struct {
        struct {
            bool vendor;
            const char *value;
        } values[4];
        const char *name; /* NULL: bad */
    } rows[] = {
        {.values = {{false, "First"}, {false, "Second"}}, .name = "First"},
        {.values = {{false, "note:1"}, {false, "Second"}}, .name = "Second"},
        {.values = {{false, "First"}, {false, "OU=Second;"}}, .name = "Second"},
        {.values = {{false, "OU=First"}, {false, "OU=Second;"}}, .name = "First"},
        {.values = {{false, "OU=;"}, {false, "OU=Second;"}}, .name = NULL},
        {.values = {{false, "First"}, {false, "OU=;"}}, .name = NULL},
        {.values = {{false, "OU=First"}, {true, "Vendor"}}, .name = "Vendor"},
        {.values = {{true, "Vendor"}, {false, "OU=First"}}, .name = "Vendor"},
        {.values = {{true, "OU=Vendor;"}, {true, "Second"}}, .name = "Vendor"},
        {.values = {{false, "OU=;"}, {true, "Vendor"}}, .name = "Vendor"},
        {.values = {{false, "OU=First"}, {true, "no name"}}, .name = NULL},
        {.values = {{true, ""}}, .name = NULL},
        {.values = {{true, "\"Vendor\""}}, .name = "Vendor"},
        {.values = {{false, "a:b"}, {false, "c:d"}}, .name = ""},
        {.name = ""},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct class_choice c = {0};

        ROW(i, rows[i].name ? rows[i].name : "bad");
        for (size_t k = 0; k < ROWS(rows[i].values) && rows[i].values[k].value; k++)
            (rows[i].values[k].vendor ? class_take_vendor
                                      : class_take)(&c, span_str(rows[i].values[k].value));
        assert_int_equal(c.bad, rows[i].name == NULL);
        assert_string_equal(c.name, rows[i].name ? rows[i].name : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_class_names_the_group_policy),
        cmocka_unit_test(a_cut_class_is_safe),
        cmocka_unit_test(the_best_of_several_values_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
