/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/wire/der_chain: each row whole, and cut at every octet. */
#include "check.h"

#include "der_chain.h"

#define TEN "0123456789"
#define MAX 3

static const struct {
    const char *name;
    struct span der;
    size_t count; /* or DER_CHAIN_BROKEN */
} rows[] = {
    {"none", SPAN(""), 0},
    {"one", SPAN("\x30\x02xy"), 1},
    {"an empty one", SPAN("\x30\x00"), 1},
    {"three", SPAN("\x30\x01x\x30\x00\x30\x02xy"), 3},
    {"more than max", SPAN("\x30\x00\x30\x00\x30\x00\x30\x00"), DER_CHAIN_BROKEN},
    {"a tag that isn't SEQUENCE", SPAN("\x31\x01x"), DER_CHAIN_BROKEN},
    {"an extra octet", SPAN("\x30\x01xy"), DER_CHAIN_BROKEN},
    {"length of two octets that needs one", SPAN("\x30\x81\x02xy"), DER_CHAIN_BROKEN},
    {"length of three octets that needs two", SPAN("\x30\x82\x00\x02xy"), DER_CHAIN_BROKEN},
    {"length of four octets", SPAN("\x30\x83\x00\x00\x02xy"), DER_CHAIN_BROKEN},
    {"indefinite length", SPAN("\x30\x80xy\x00\x00"), DER_CHAIN_BROKEN},
    {"the longest length", SPAN("\x30\x82\xff\xff" TEN), DER_CHAIN_BROKEN},
};

static void splits_or_rejects_each_row(void **unused)
{
    (void)unused;
    struct span elements[MAX];

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_int_equal(der_chain_split(rows[i].der, elements, MAX), rows[i].count);
        for (size_t n = 0; n < rows[i].der.n;
             n++) { /* in a room of this size, so that valgrind and ASan see a read past the end */
            char *cut = test_malloc(n + 1);
            memcpy(cut, rows[i].der.p, n);
            size_t got = der_chain_split(span_of(cut, n), elements, MAX);
            assert_true(got == DER_CHAIN_BROKEN || got <= MAX);
            test_free(cut);
        }
    }
    assert_int_equal(der_chain_split(rows[3].der, elements, MAX), 3);
    assert_true(span_eq(elements[0], SPAN("\x30\x01x")) && span_eq(elements[1], SPAN("\x30\x00")));
    assert_true(span_eq(elements[2], SPAN("\x30\x02xy")));
}

static void splits_long_elements(void **unused)
{
    (void)unused;
    static const size_t sizes[] = {127, 128, 255, 256, 8188};
    static char room[16384];
    struct span elements[MAX];

    for (size_t i = 0; i < ROWS(sizes); i++) {
        size_t n = sizes[i], at = 0;
        room[at++] = 0x30;
        if (n > 255)
            room[at++] = (char)0x82, room[at++] = (char)(n >> 8);
        else if (n > 127)
            room[at++] = (char)0x81;
        room[at++] = (char)n;
        memset(room + at, 'x', n);
        memcpy(room + at + n, "\x30\x00", 2);
        assert_int_equal(der_chain_split(span_of(room, at + n + 2), elements, MAX), 2);
        assert_int_equal(elements[0].n, at + n);
        assert_int_equal(der_chain_split(span_of(room, at + n - 1), elements, MAX),
                         DER_CHAIN_BROKEN);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(splits_or_rejects_each_row),
                                       cmocka_unit_test(splits_long_elements)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
