/* SPDX-License-Identifier: ISC */
/* Unit tests of verifying client certificates of every kind, with and without CRLs, and of files
 * that can't be used. */
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "client_ca.h"
#include "issue.h"
#include "limits.h"

#define SERVER GNUTLS_KP_TLS_WWW_SERVER
#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT
#define CA     .ca = true, .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN

enum holder {
    ROOT,
    SUB,
    OTHER,
    TWIN,
    OLD_ROOT,
    NO_CRL_SIGN,
    GOOD,
    PLAIN,
    ANY,
    EXPIRED,
    NOT_YET,
    SERVER_ONLY,
    ENCIPHER,
    SELF,
    OF_OTHER,
    FORGED,
    OF_SUB,
    REVOKED,
    WEAK,
    OF_LEAF,
    OF_OLD_ROOT,
    OF_NO_CRL,
    HOLDERS,
    NOBODY = HOLDERS
};

/* clang-format off */
/* An issuer comes before what it issues. A certificate that is its own issuer is self-signed. */
static const struct {
    struct wish wish;
    enum holder issuer;
} wishes[HOLDERS] = {
    [ROOT] = {{.cn = "Root", .serial = 1, CA}, ROOT},
    [SUB] = {{.cn = "Sub", .serial = 2, CA}, ROOT},
    [OTHER] = {{.cn = "Other", .serial = 1, CA}, OTHER},
    [TWIN] = {{.cn = "Root", .serial = 1, CA}, TWIN}, /* the same name, another key */
    [OLD_ROOT] = {{.cn = "Old", .serial = 1, .from = -9 * DAY, .until = -DAY, CA}, OLD_ROOT},
    [NO_CRL_SIGN] = {{.cn = "Silent", .serial = 1, .ca = true, .usage = GNUTLS_KEY_KEY_CERT_SIGN}, NO_CRL_SIGN},
    [GOOD] = {{.cn = "jo", .serial = 11, .purpose = CLIENT, .usage = GNUTLS_KEY_DIGITAL_SIGNATURE}, ROOT},
    [PLAIN] = {{.cn = "jo", .serial = 12}, ROOT},
    [ANY] = {{.cn = "jo", .serial = 13, .purpose = GNUTLS_KP_ANY}, ROOT},
    [EXPIRED] = {{.cn = "jo", .serial = 14, .from = -2 * DAY, .until = -DAY, .purpose = CLIENT}, ROOT},
    [NOT_YET] = {{.cn = "jo", .serial = 15, .from = DAY, .until = 2 * DAY, .purpose = CLIENT}, ROOT},
    [SERVER_ONLY] = {{.cn = "jo", .serial = 16, .purpose = SERVER}, ROOT},
    [ENCIPHER] = {{.cn = "jo", .serial = 17, .usage = GNUTLS_KEY_KEY_ENCIPHERMENT}, ROOT},
    [SELF] = {{.cn = "jo", .serial = 18, .purpose = CLIENT}, SELF},
    [OF_OTHER] = {{.cn = "jo", .serial = 19, .purpose = CLIENT}, OTHER},
    [FORGED] = {{.cn = "jo", .serial = 20, .purpose = CLIENT}, TWIN},
    [OF_SUB] = {{.cn = "jo", .serial = 21, .purpose = CLIENT}, SUB},
    [REVOKED] = {{.cn = "jo", .serial = 22, .purpose = CLIENT}, ROOT},
    [WEAK] = {{.cn = "jo", .serial = 23, .purpose = CLIENT, .rsa = 1024}, ROOT},
    [OF_LEAF] = {{.cn = "al", .serial = 24, .purpose = CLIENT}, GOOD},
    [OF_OLD_ROOT] = {{.cn = "jo", .serial = 25, .purpose = CLIENT}, OLD_ROOT},
    [OF_NO_CRL] = {{.cn = "jo", .serial = 26, .purpose = CLIENT}, NO_CRL_SIGN},
};
/* clang-format on */

static struct party parties[HOLDERS];
static char directory[] = "/tmp/mailwicket-client-XXXXXX";
static char ca_file[64], crl_file[64];

static int make_all(void **unused)
{
    (void)unused;
    assert_non_null(mkdtemp(directory));
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", directory);
    snprintf(crl_file, sizeof crl_file, "%s/crl.pem", directory);
    for (int i = 0; i < HOLDERS; i++)
        parties[i] = issue(&wishes[i].wish,
                           wishes[i].issuer == (enum holder)i ? NULL : &parties[wishes[i].issuer]);
    return 0;
}

static int remove_all(void **unused)
{
    (void)unused;
    for (int i = 0; i < HOLDERS; i++)
        party_free(&parties[i]);
    unlink(ca_file);
    unlink(crl_file);
    return rmdir(directory);
}

/* Writes a file of CAs in this order; NOBODY ends the list. */
static void write_cas(enum holder a, enum holder b, enum holder c)
{
    const enum holder cas[] = {a, b, c};

    unlink(ca_file);
    unlink(crl_file);
    for (size_t i = 0; i < ROWS(cas) && cas[i] != NOBODY; i++)
        append_certificate(ca_file, &parties[cas[i]]);
}

static struct client_ca *loaded(const char *crl)
{
    struct err e = {""};
    struct client_ca *c = client_ca_load(ca_file, crl, &e);

    if (!c)
        print_message("# %s\n", e.text);
    assert_non_null(c);
    return c;
}

/* second: the certificate that the client sends with it, or NOBODY. */
static enum client_verdict verdict_on(const struct client_ca *c, enum holder holder,
                                      enum holder second)
{
    struct span chain[2] = {der_of(&parties[holder])};

    if (second != NOBODY)
        chain[1] = der_of(&parties[second]);
    return client_ca_verify(c, chain, second == NOBODY ? 1 : 2);
}

static void without_crl(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum holder holder, second;
        enum client_verdict verdict;
    } rows[] = {
        {"good", GOOD, NOBODY, CLIENT_GOOD},
        {"good, sent with its CA", GOOD, ROOT, CLIENT_GOOD},
        {"good, sent with an unrelated CA", GOOD, OTHER, CLIENT_GOOD},
        {"no purpose named", PLAIN, NOBODY, CLIENT_GOOD},
        {"any purpose", ANY, NOBODY, CLIENT_GOOD},
        {"expired", EXPIRED, NOBODY, CLIENT_EXPIRED},
        {"not yet valid", NOT_YET, NOBODY, CLIENT_NOT_YET},
        {"for servers only", SERVER_ONLY, NOBODY, CLIENT_PURPOSE},
        {"not for signing", ENCIPHER, NOBODY, CLIENT_PURPOSE},
        {"self-signed", SELF, NOBODY, CLIENT_UNKNOWN_CA},
        {"of another CA", OF_OTHER, NOBODY, CLIENT_UNKNOWN_CA},
        {"of another CA, sent with it", OF_OTHER, OTHER, CLIENT_UNKNOWN_CA},
        {"of another CA with the same name", FORGED, NOBODY, CLIENT_BAD},
        {"the same, sent with it", FORGED, TWIN, CLIENT_BAD},
        {"of an intermediate CA, sent with it", OF_SUB, SUB, CLIENT_GOOD},
        {"of an intermediate CA, not sent", OF_SUB, NOBODY, CLIENT_UNKNOWN_CA},
        {"signed by a user, sent with the user's certificate", OF_LEAF, GOOD, CLIENT_UNKNOWN_CA},
        {"key too weak", WEAK, NOBODY, CLIENT_BAD},
        {"of an expired CA", OF_OLD_ROOT, NOBODY, CLIENT_EXPIRED},
        {"revoked, but there is no CRL", REVOKED, NOBODY, CLIENT_GOOD},
    };
    write_cas(ROOT, OLD_ROOT, NOBODY);
    struct client_ca *c = loaded("");
    struct err e;

    assert_false(client_ca_stale(c, &e));
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_int_equal(verdict_on(c, rows[i].holder, rows[i].second), rows[i].verdict);
    }
    client_ca_free(c);
}

static void with_crl(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        struct {
            enum holder ca; /* ROOT or SUB; the list ends at a serial of 0 */
            unsigned char serial;
            long from, until;
        } crls[2];
        enum holder holder;
        enum client_verdict verdict;
        bool stale;
    } rows[] = {
        {"good", {{ROOT, 22, 0, DAY}}, GOOD, CLIENT_GOOD, false},
        {"revoked", {{ROOT, 22, 0, DAY}}, REVOKED, CLIENT_REVOKED, false},
        {"revoked by the second CRL",
         {{ROOT, 99, 0, DAY}, {ROOT, 22, 0, DAY}},
         REVOKED,
         CLIENT_REVOKED,
         false},
        {"the CRL has expired", {{ROOT, 22, -2 * DAY, -DAY}}, GOOD, CLIENT_OLD_CRL, true},
        {"revoked by an expired CRL", {{ROOT, 22, -2 * DAY, -DAY}}, REVOKED, CLIENT_REVOKED, true},
        {"the CRL is from tomorrow", {{ROOT, 22, DAY, 2 * DAY}}, GOOD, CLIENT_OLD_CRL, true},
        {"an old CRL and a new one",
         {{ROOT, 22, -2 * DAY, -DAY}, {ROOT, 22, 0, DAY}},
         GOOD,
         CLIENT_GOOD,
         true},
        {"expired, and its CA has no CRL", {{SUB, 99, 0, DAY}}, EXPIRED, CLIENT_EXPIRED, false},
        {"of an intermediate CA",
         {{ROOT, 22, 0, DAY}, {SUB, 99, 0, DAY}},
         OF_SUB,
         CLIENT_GOOD,
         false},
        {"revoked by the intermediate CA",
         {{ROOT, 22, 0, DAY}, {SUB, 21, 0, DAY}},
         OF_SUB,
         CLIENT_REVOKED,
         false},
        {"the intermediate CA has no CRL", {{ROOT, 22, 0, DAY}}, OF_SUB, CLIENT_NO_CRL, false},
        {"the intermediate CA is revoked",
         {{ROOT, 2, 0, DAY}, {SUB, 99, 0, DAY}},
         OF_SUB,
         CLIENT_REVOKED,
         false},
        {"the root has no CRL", {{SUB, 99, 0, DAY}}, OF_SUB, CLIENT_GOOD, false},
        {"the root's CRL is old",
         {{ROOT, 22, -2 * DAY, -DAY}, {SUB, 99, 0, DAY}},
         OF_SUB,
         CLIENT_OLD_CRL,
         true},
        {"a CA that may not sign CRLs", {{ROOT, 22, 0, DAY}}, OF_NO_CRL, CLIENT_NO_CRL, false},
    };
    struct err e;

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        write_cas(ROOT, SUB, NO_CRL_SIGN);
        for (size_t k = 0; k < 2 && rows[i].crls[k].serial; k++)
            append_crl(crl_file, &parties[rows[i].crls[k].ca], rows[i].crls[k].serial,
                       rows[i].crls[k].from, rows[i].crls[k].until);
        struct client_ca *c = loaded(crl_file);
        assert_int_equal(verdict_on(c, rows[i].holder, NOBODY), rows[i].verdict);
        assert_int_equal(client_ca_stale(c, &e), rows[i].stale);
        client_ca_free(c);
    }
}

/* Only the root is in the file. The client sends the intermediate CA, which has no CRL. */
static void intermediate_from_the_client(void **unused)
{
    (void)unused;
    write_cas(ROOT, NOBODY, NOBODY);
    append_crl(crl_file, &parties[ROOT], 99, 0, DAY);
    struct client_ca *c = loaded(crl_file);

    assert_int_equal(verdict_on(c, OF_SUB, SUB), CLIENT_NO_CRL);
    assert_int_equal(verdict_on(c, GOOD, SUB), CLIENT_GOOD);
    client_ca_free(c);
}

static void odd_chains_are_never_good(void **unused)
{
    (void)unused;
    static char junk[LIMIT_ISSUERS + 1];
    struct span chain[LIMIT_CHAIN + 1];
    struct span good = der_of(&parties[GOOD]);

    write_cas(ROOT, NOBODY, NOBODY);
    struct client_ca *c = loaded("");
    for (size_t i = 0; i < ROWS(chain); i++)
        chain[i] = der_of(&parties[i == 0 ? GOOD : SUB]);
    assert_int_equal(client_ca_verify(c, chain, 0), CLIENT_NONE);
    assert_int_equal(client_ca_verify(c, &SPAN_NONE, 1), CLIENT_NONE);
    assert_int_equal(client_ca_verify(c, chain, LIMIT_CHAIN), CLIENT_GOOD);
    assert_int_equal(client_ca_verify(c, chain, LIMIT_CHAIN + 1), CLIENT_UNREADABLE);
    chain[1] = span_of(junk, sizeof junk);
    assert_int_equal(client_ca_verify(c, chain, 2), CLIENT_UNREADABLE);
    chain[1] = span_of(junk, 20);
    assert_int_equal(client_ca_verify(c, chain, 2), CLIENT_UNREADABLE);
    for (size_t n = 0; n < good.n; n++) { /* cut anywhere */
        chain[0] = span_head(good, n);
        assert_int_equal(client_ca_verify(c, chain, 1), n ? CLIENT_UNREADABLE : CLIENT_NONE);
    }
    char *flipped = test_malloc(good.n);
    for (size_t n = 0; n < good.n; n++) { /* each octet changed: never good */
        memcpy(flipped, good.p, good.n);
        flipped[n] = (char)(flipped[n] ^ 0x41);
        chain[0] = span_of(flipped, good.n);
        assert_int_not_equal(client_ca_verify(c, chain, 1), CLIENT_GOOD);
    }
    test_free(flipped);
    client_ca_free(c);
}

static void bad_files_are_refused(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum holder ca, second; /* in the file; NOBODY: none */
        enum holder crl;        /* signer of the CRL; NOBODY: no CRL file */
        const char *complaint;  /* a part of it */
    } rows[] = {
        {"no file", NOBODY, NOBODY, NOBODY, "can't read client-ca "},
        {"not a CA", ROOT, GOOD, NOBODY, "certificate 2, CN=jo, is not a CA's: expected CA"},
        {"no CRL file", ROOT, NOBODY, NOBODY, "crl.pem: No such file"},
        {"CRL of another CA", ROOT, NOBODY, OTHER, "CRL 1, of CN=Other, is not signed by a CA of"},
        {"CRL of another key", ROOT, NOBODY, TWIN, "CRL 1, of CN=Root, is not signed by a CA of"},
        {"CRL of a CA that may not sign it", NO_CRL_SIGN, NOBODY, NO_CRL_SIGN,
         "CN=Silent, is not signed by a CA of"},
    };
    struct err e;

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        write_cas(rows[i].ca, rows[i].second, NOBODY);
        if (rows[i].crl != NOBODY)
            append_crl(crl_file, &parties[rows[i].crl], 99, 0, DAY);
        assert_null(client_ca_load(ca_file, crl_file, &e));
        print_message("# %s\n", e.text);
        assert_non_null(strstr(e.text, rows[i].complaint));
    }
    write_cas(ROOT, NOBODY, NOBODY);
    append_certificate(crl_file, &parties[ROOT]); /* the wrong kind of file */
    assert_null(client_ca_load(ca_file, crl_file, &e));
    assert_non_null(strstr(e.text, "expected CRLs in PEM"));
    unlink(ca_file);
    append_crl(ca_file, &parties[ROOT], 99, 0, DAY);
    assert_null(client_ca_load(ca_file, "", &e));
    assert_non_null(strstr(e.text, "expected CA certificates in PEM"));
}

static void subjects_for_the_log(void **unused)
{
    (void)unused;
    char room[LIMIT_NAME + 1];

    client_subject(der_of(&parties[ROOT]), room, sizeof room);
    assert_string_equal(room, "CN=Root");
    client_subject(der_of(&parties[ROOT]), room, 4);
    assert_string_equal(room, "CN=");
    client_subject(SPAN("\x30\x00"), room, sizeof room);
    assert_string_equal(room, "");
    client_subject(SPAN_NONE, room, sizeof room);
    assert_string_equal(room, "");
}

static void verdict_texts(void **unused)
{
    (void)unused;
    for (enum client_verdict v = 0; v < CLIENT_VERDICTS; v++)
        assert_int_equal(strncmp(client_verdict_text(v), "certificate ", 12), 0);
    assert_string_equal(client_verdict_text(CLIENT_VERDICTS), "certificate unknown");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_crl),
        cmocka_unit_test(with_crl),
        cmocka_unit_test(intermediate_from_the_client),
        cmocka_unit_test(odd_chains_are_never_good),
        cmocka_unit_test(bad_files_are_refused),
        cmocka_unit_test(subjects_for_the_log),
        cmocka_unit_test(verdict_texts),
    };
    return cmocka_run_group_tests(tests, make_all, remove_all);
}
