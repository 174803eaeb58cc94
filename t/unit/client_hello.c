/* SPDX-License-Identifier: ISC */
/* Unit tests of client_hello: names, keys for each version, and messages that are broken or cut. */
#include "check.h"

#include <stdlib.h>

#include "client_hello.h"

#define NUMBERS 8
#define R       (1u << SERVER_KEY_RSA)
#define PSS     (1u << SERVER_KEY_RSA_PSS)
#define P2      (1u << SERVER_KEY_P256)
#define P3      (1u << SERVER_KEY_P384)
#define P5      (1u << SERVER_KEY_P521)
#define ED      (1u << SERVER_KEY_ED25519)
#define E4      (1u << SERVER_KEY_ED448)

/* A ClientHello; lists end at the first 0. */
struct hello {
    const char *name; /* SNI; NULL: none */
    uint16_t suites[NUMBERS], groups[NUMBERS], schemes[NUMBERS], versions[NUMBERS];
};

static uint8_t room[1024];
static size_t used;

static void put(size_t number, size_t octets)
{
    while (octets-- > 0)
        room[used++] = (uint8_t)(number >> 8 * octets);
}

/* Ends a vector whose length has `octets` octets at `at`. */
static void end_vector(size_t at, size_t octets)
{
    size_t end = used;

    used = at;
    put(end - at - octets, octets);
    used = end;
}

static size_t begin_vector(size_t octets)
{
    used += octets;
    return used - octets;
}

static void put_list(const uint16_t *numbers, size_t octets)
{
    size_t list = begin_vector(octets);

    for (size_t i = 0; i < NUMBERS && numbers[i]; i++)
        put(numbers[i], 2);
    end_vector(list, octets);
}

static void put_extension(unsigned type, const uint16_t *numbers, size_t octets)
{
    if (!numbers[0])
        return;
    put(type, 2);
    size_t extension = begin_vector(2);
    put_list(numbers, octets);
    end_vector(extension, 2);
}

static void put_name(const char *name)
{
    put(0, 2);
    size_t extension = begin_vector(2), list = begin_vector(2);
    put(0, 1);
    size_t text = begin_vector(2);
    memcpy(room + used, name, strlen(name));
    used += strlen(name);
    end_vector(text, 2);
    end_vector(list, 2);
    end_vector(extension, 2);
}

static struct span make(const struct hello *h)
{
    used = 0;
    put(0x0303, 2);
    used += 32;
    put(4, 1), put(0x73657373, 4); /* session id */
    put_list(h->suites, 2);
    put(1, 1), put(0, 1); /* compression */
    size_t extensions = begin_vector(2);
    put(0xff01, 2), put(1, 2), put(0, 1); /* one that is none of ours */
    if (h->name)
        put_name(h->name);
    put_extension(10, h->groups, 2);
    put_extension(13, h->schemes, 2);
    put_extension(43, h->versions, 1);
    end_vector(extensions, 2);
    return span_of(room, used);
}

static void keys_that_a_client_takes(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct hello hello;
        unsigned takes, takes_12; /* where we speak TLS 1.3, where we don't */
    } rows[] = {
        {"1.2, RSA suite and ECDSA suite",
         {.suites = {0xc02b, 0xc02f}, .schemes = {0x0403, 0x0401}},
         R | P2 | P3 | P5,
         R | P2 | P3 | P5},
        {"1.2, RSA suite alone", {.suites = {0xc030}, .schemes = {0x0403, 0x0401}}, R, R},
        {"1.2, ECDSA suite alone",
         {.suites = {0xcca9}, .schemes = {0x0603, 0x0804}},
         P2 | P3 | P5,
         P2 | P3 | P5},
        {"1.2, RSA-PSS", {.suites = {0xcca8}, .schemes = {0x0809, 0x0806}}, R | PSS, R | PSS},
        {"1.2, signatures of RSA alone", {.suites = {0xc02b, 0xc02f}, .schemes = {0x0804}}, R, R},
        {"1.2, signatures of ECDSA alone",
         {.suites = {0xc02c, 0xc02f}, .schemes = {0x0503}},
         P2 | P3 | P5,
         P2 | P3 | P5},
        {"1.2, curves",
         {.suites = {0xc02c, 0xc02f}, .schemes = {0x0403, 0x0601, 0x0807}, .groups = {29, 24}},
         R | P3 | ED,
         R | P3 | ED},
        {"1.2, Edwards curves",
         {.suites = {0xc02c}, .schemes = {0x0807, 0x0808}},
         ED | E4,
         ED | E4},
        {"1.2, SHA-1 alone", {.suites = {0xc02b, 0xc02f}, .schemes = {0x0201, 0x0203}}, 0, 0},
        {"1.2, no suite of ours", {.suites = {0xc009, 0x009c}, .schemes = {0x0403, 0x0401}}, 0, 0},
        {"1.2, no signatures", {.suites = {0xc02b, 0xc02f}}, 0, 0},
        {"1.3 alone",
         {.suites = {0x1301}, .schemes = {0x0403, 0x0804}, .versions = {0x0304}},
         R | P2,
         0},
        {"1.3, PKCS#1 signatures don't count",
         {.suites = {0x1301}, .schemes = {0x0403, 0x0401}, .versions = {0x0304}},
         P2,
         0},
        {"1.3, curves follow from the signatures",
         {.suites = {0x1301}, .schemes = {0x0503, 0x0603}, .groups = {23}, .versions = {0x0304}},
         P3 | P5,
         0},
        {"1.3, others",
         {.suites = {0x1301}, .schemes = {0x0807, 0x0808, 0x080b}, .versions = {0x0304}},
         ED | E4 | PSS,
         0},
        {"both versions",
         {.suites = {0x1301, 0xc02f},
          .schemes = {0x0403, 0x0804},
          .versions = {0x7a7a, 0x0304, 0x0303}},
         R | P2,
         R},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct client_hello h;

        ROW(i, rows[i].name);
        assert_true(client_hello_read(make(&rows[i].hello), &h));
        assert_int_equal(h.name.n, 0);
        for (unsigned k = SERVER_KEY_RSA; k <= SERVER_KEY_OTHER; k++) {
            assert_int_equal(client_hello_takes(&h, k, true), rows[i].takes >> k & 1);
            assert_int_equal(client_hello_takes(&h, k, false), rows[i].takes_12 >> k & 1);
        }
    }
}

#define WHOLE                                                                                      \
    {                                                                                              \
        .name = "mail.example.org", .suites = {0xc02b, 0xc02f}, .groups = {23},                    \
        .schemes = {0x0403, 0x0804}, .versions = {                                                 \
            0x0304                                                                                 \
        }                                                                                          \
    }

static void names(void **unused)
{
    (void)unused;
    struct hello whole = WHOLE;
    struct client_hello h;

    assert_true(client_hello_read(make(&whole), &h));
    assert_true(span_eq(h.name, SPAN("mail.example.org")));
    whole.name = "";
    assert_true(client_hello_read(make(&whole), &h));
    assert_int_equal(h.name.n, 0);
}

/* On the heap, so that AddressSanitizer sees what is read beyond the end. */
static bool read_copy(size_t n)
{
    struct client_hello h;
    uint8_t *copy = malloc(n ? n : 1);

    assert_non_null(copy);
    memcpy(copy, room, n);
    bool good = client_hello_read(span_of(copy, n), &h);
    free(copy);
    return good;
}

static void broken(void **unused)
{
    (void)unused;
    static const struct hello whole = WHOLE;
    size_t n = make(&whole).n;

    assert_true(read_copy(n));
    for (size_t i = 0; i < n; i++)
        assert_false(read_copy(i));
    for (size_t i = 0; i < n; i++) { /* lengths among them: whatever it says, it stays inside */
        uint8_t was = room[i];
        room[i] = 0xff;
        read_copy(n);
        room[i] = was;
    }
    used = 34;
    put(0, 1), put(2, 2), put(0xc02f, 2), put(1, 1), put(0, 1);
    assert_false(read_copy(used)); /* no extensions */
    put(0, 2);
    assert_true(read_copy(used));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_that_a_client_takes),
        cmocka_unit_test(names),
        cmocka_unit_test(broken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
