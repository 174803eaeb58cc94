/* SPDX-License-Identifier: ISC */
/* Unit tests of the state file's dead AAA servers. */
#include "check.h"

#include "file.h"
#include "state_bed.h"

#define LONG_NAME                                                                                  \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"  \
    "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
#define LONG_500 LONG_NAME LONG_NAME LONG_NAME /* 546 octets */

static const char *const names[] = {"radius://a:1812", "radius://b:1812", LONG_500 "1",
                                    "ldaps://d"};

static uint32_t dead(struct state *s)
{
    uint32_t mask = ~0u;

    assert_int_equal(state_servers_dead(s, names, ROWS(names), &mask), 0);
    return mask;
}

static void marks(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        unsigned seconds;
        uint32_t then;
    } rows[] = {
        {"radius://b:1812", 0, 0}, /* alive all the time */
        {"radius://b:1812", 60, 2},  {"radius://b:1812", 86400, 2},
        {"radius://b", 60, 2},                              /* others, not asked about */
        {"radius://b:18120", 60, 2}, {LONG_500 "2", 60, 6}, /* the same in its first 500 octets */
        {"radius://a:1812", 60, 7},  {"radius://b:1812", 0, 5},
        {"radius://b:1812", 0, 5},   {"radius://a:1812", 0, 4},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_int_equal(state_server_mark(bed.s, rows[i].name, rows[i].seconds), 0);
        assert_int_equal(dead(bed.s), rows[i].then);
    }
}

static void put(const char *name, const void *value, size_t n)
{
    struct change c;
    MDB_val key = {.mv_size = strlen(name), .mv_data = (void *)(uintptr_t)name};
    MDB_val data = {.mv_size = n, .mv_data = (void *)(uintptr_t)value};

    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(mdb_put(c.txn, bed.s->dbi[TABLE_SERVERS], &key, &data, 0), 0);
    assert_int_equal(change_close(&c, 0), 0);
}

static void over(void **unused)
{
    (void)unused;
    static const uint64_t long_ago = 1;

    assert_int_equal(state_server_mark(bed.s, names[3], 60), 0);
    put(names[0], &long_ago, sizeof long_ago);
    assert_int_equal(dead(bed.s), 8);
    assert_int_equal(state_server_mark(bed.s, names[0], 60), 0);
    assert_int_equal(dead(bed.s), 9);
}

static void damaged(void **unused)
{
    (void)unused;
    uint32_t mask = ~0u;

    assert_int_equal(state_server_mark(bed.s, names[0], 60), 0);
    put(names[1], "x", 1);
    assert_int_equal(state_servers_dead(bed.s, names, ROWS(names), &mask), -1);
    assert_int_equal(mask, 0);
}

static void after_a_reboot(void **unused)
{
    (void)unused;
    struct change c;
    struct file_record file = bed.s->file;

    assert_int_equal(state_server_mark(bed.s, names[0], 60), 0);
    file.boot[0] ^= 1;
    assert_int_equal(change_open(&c, bed.s), 0);
    assert_int_equal(meta_save(bed.s, c.txn, "file", &file, sizeof file), 0);
    assert_int_equal(change_close(&c, 0), 0);
    state_close(bed.s);
    bed.s = bed_open(bed.directory, 0);
    assert_int_equal(dead(bed.s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(marks),
        TEST(over),
        TEST(damaged),
        TEST(after_a_reboot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
