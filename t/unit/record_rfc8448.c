/* SPDX-License-Identifier: ISC */
/* Unit test of lib/record against RFC 8448 section 3 (TLS 1.3, AES-128-GCM): we play each side once
 * and compare its application records. */
#include "check.h"

#include "cipher.h"

struct side {
    const char *key, *iv, *secret;
};

static const struct side sides[2] = {
    {.key = "17422dda596ed5d9acd890e3c63f5051",
     .iv = "5b78923dee08579033e523d9",
     .secret = "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5"},
    {.key = "9f02283b6c9c07efc26bb9f2ac92e356",
     .iv = "cf782b88dd83549aadf1e984",
     .secret = "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"},
};

static const char client_data[] =
    "1703030043a23f7054b62c94d0affafe8228ba55cbefacea42f914aa66bcab3f2b9819a8a5b46b39"
    "5bd54a9a20441e2b62974e1f5a6292a2977014bd1e3deae63aeebb21694915e4";
static const char client_alert[] = "1703030013c9872760655666b74d7ff1153efd6db6d0b0e3";
static const char server_ticket[] =
    "17030300de3a6b8f90414a97d6959c3487680de5134a2b240e6cffac116e95d41d6af8f6b580dcf3"
    "d11d63c758db289a015940252f55713e061dc13e078891a38efbcf5753ad8ef170ad3c7353d16d9d"
    "a773b9ca7f2b9fa1b6c0d4a3d03f75e09c30ba1e62972ac46f75f7b981be63439b2999ce13064615"
    "139891d5e4c5b406f16e3fc181a77ca475840025db2f0a77f81b5ab05b94c01346755f69232c8651"
    "9d86cbeeac87aac347d143f9605d64f650db4d023e70e952ca49fe5137121c74bc2697687e248746"
    "d6df353005f3bce18696129c8153556b3b6c6779b37bf15985684f";
static const char server_data[] =
    "17030300432e937e11ef4ac740e538ad36005fc4a46932fc3225d05f82aa1b36e30efaf97d90e6df"
    "fc602dcb501a59a8fcc49c4bf2e5f0a21c0047c2abf332540dd032e167c2955d";
static const char server_alert[] = "1703030013b58fd67166ebf599d24720cfbe7efa7a8864a9";

/* After the client's KeyUpdate: secret and IV, computed by another HKDF, and the first record,
 * "hello". */
static const char updated_secret[] =
    "fcdfcc72725aaee48bf64e4fd8b749cdbdbab39d90da0b26e2245ca6ea167207";
static const char updated_iv[] = "5dfb2c5938c3379b6cc5d1f2";
static const char updated_hello[] = "170303001660beddeaac933dee6dd6fce7ab99a225d50bd6cf56f4";

static size_t unhex(const char *hex, uint8_t *out)
{
    size_t n = 0;
    unsigned octet;

    for (; sscanf(hex + 2 * n, "%2x", &octet) == 1; n++)
        out[n] = (uint8_t)octet;
    return n;
}

static void set_keys(struct record_keys *k, const struct side *s)
{
    unhex(s->key, k->key);
    unhex(s->iv, k->iv);
    k->secret_size = (uint8_t)unhex(s->secret, k->secret);
    k->limit = RECORD_PLAIN_MAX;
}

static void start_side(struct record *r, uint8_t server)
{
    struct record_params p = {
        .version = RECORD_TLS13, .suite = RECORD_AES_128_GCM, .server = server};

    set_keys(&p.out, &sides[server]);
    set_keys(&p.in, &sides[!server]);
    assert_true(record_init(r, &p));
}

static void payload(uint8_t data[50])
{
    for (uint8_t k = 0; k < 50; k++)
        data[k] = k;
}

static void expect_sealed(size_t size, const uint8_t *wire, const char *hex)
{
    uint8_t expected[300];

    assert_int_equal(size, unhex(hex, expected));
    assert_memory_equal(wire, expected, size);
}

static void expect_opened(struct record *r, const char *hex, enum record_event event, size_t n)
{
    uint8_t wire[300], data50[50];
    size_t size = unhex(hex, wire), used;
    struct span data;

    payload(data50);
    assert_int_equal(record_open(r, wire, size, &used, wire + RECORD_HEADER, &data), event);
    assert_int_equal(used, size);
    assert_true(span_eq(data, span_of(data50, n)));
}

static void client_records(void **unused)
{
    (void)unused;
    static struct record r;
    uint8_t wire[300], data[50];

    payload(data);
    start_side(&r, 0);
    expect_opened(&r, server_ticket, RECORD_NOTHING, 0);
    assert_int_equal(record_owes(&r, wire), 0);
    expect_sealed(record_seal(&r, span_of(data, sizeof data), wire), wire, client_data);
    expect_opened(&r, server_data, RECORD_DATA, sizeof data);
    expect_sealed(record_alert(&r, RECORD_CLOSE_NOTIFY, wire), wire, client_alert);
    expect_opened(&r, server_alert, RECORD_CLOSED, 0);
}

/* The TLS library sends the server's ticket: we only skip its sequence number. */
static void server_records(void **unused)
{
    (void)unused;
    static struct record r;
    uint8_t wire[300], data[50];

    payload(data);
    start_side(&r, 1);
    r.internal.out.sequence = 1;
    expect_opened(&r, client_data, RECORD_DATA, sizeof data);
    expect_sealed(record_seal(&r, span_of(data, sizeof data), wire), wire, server_data);
    expect_opened(&r, client_alert, RECORD_CLOSED, 0);
    expect_sealed(record_alert(&r, RECORD_CLOSE_NOTIFY, wire), wire, server_alert);
}

static void updated_key(void **unused)
{
    (void)unused;
    static struct record r;
    uint8_t wire[300], expected[48];

    start_side(&r, 0);
    r.internal.key_limit = r.internal.out.sequence;
    assert_true(record_owes(&r, wire) > 0);
    assert_memory_equal(r.internal.out.secret, expected, unhex(updated_secret, expected));
    assert_memory_equal(r.internal.out.iv, expected, unhex(updated_iv, expected));
    expect_sealed(record_seal(&r, SPAN("hello"), wire), wire, updated_hello);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(client_records),
        cmocka_unit_test(server_records),
        cmocka_unit_test(updated_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
