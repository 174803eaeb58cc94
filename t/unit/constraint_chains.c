/* SPDX-License-Identifier: ISC */
/* Unit tests of verifying client certificates below CAs with constraints: each chain is verified by us
 * and by "openssl verify", if that is installed, and both must agree. */
#include "check.h"

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client_ca.h"
#include "general_name.h"
#include "issue.h"

#define CLIENT GNUTLS_KP_TLS_WWW_CLIENT
#define NAMES  "2.5.29.17"
#define LIMITS "2.5.29.30"
#define OTHER  "1.3.6.1.4.1.32473.1" /* an extension that nobody knows */

enum { ROOT, HIGH, LOW, LEAF, LEVELS };

/* What OpenSSL says, if it isn't 0. */
enum { PATH_LENGTH = 25, CRITICAL = 34, NAME = 47, EXCLUDED = 48, FORM = 51, NO_CA = 79 };

/* A chain: root, two CAs below it, the client's certificate. Defaults below. */
struct link {
    const char *dn;
    struct span constraints, names; /* of general_name.h */
    bool harmless;                  /* the constraints are not critical */
    int path;
    const char *unknown; /* OTHER: an unknown critical extension */
    unsigned usage;
};

/* clang-format off */
static const struct {
    const char *name;
    struct link links[LEVELS];
    enum client_verdict verdict;
    int openssl;
    bool strict; /* GnuTLS refuses a chain that OpenSSL takes */
} rows[] = {
    {"no constraint", {{0}}, CLIENT_GOOD, 0, false},
    /* directoryName */
    {"a permitted subject", {[LOW] = {.constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    {"another subject", {[LOW] = {.constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Other"}}, CLIENT_NAMES, NAME, false},
    {"a subject without O", {[LOW] = {.constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo"}}, CLIENT_NAMES, NAME, false},
    {"not critical", {[LOW] = {.constraints = SPAN("+dir:O=Allowed"), .harmless = true}, [LEAF] = {.dn = "CN=jo,O=Other"}}, CLIENT_NAMES, NAME, false},
    {"of the CA above, another O", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed")}, [LOW] = {.dn = "CN=Low,O=Allowed"}, [LEAF] = {.dn = "CN=jo,O=Other"}}, CLIENT_NAMES, NAME, false},
    {"of the CA above, permitted", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed")}, [LOW] = {.dn = "CN=Low,O=Allowed"}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    {"a CA below is not permitted", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed")}, [LOW] = {.dn = "CN=Low,O=Other"}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_NAMES, NAME, false},
    {"of the root", {[ROOT] = {.constraints = SPAN("+dir:O=Allowed")}, [HIGH] = {.dn = "CN=High,O=Allowed"}, [LOW] = {.dn = "CN=Low,O=Allowed"}, [LEAF] = {.dn = "CN=jo,O=Other"}}, CLIENT_NAMES, NAME, false},
    {"of the root, permitted", {[ROOT] = {.constraints = SPAN("+dir:O=Allowed")}, [HIGH] = {.dn = "CN=High,O=Allowed"}, [LOW] = {.dn = "CN=Low,O=Allowed"}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    {"two CAs, in both", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed;+dir:O=High")}, [LOW] = {.dn = "CN=Low,O=High", .constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    {"two CAs, in one", {[HIGH] = {.constraints = SPAN("+dir:O=High")}, [LOW] = {.dn = "CN=Low,O=High", .constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_NAMES, NAME, false},
    {"a CA that widens its own", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed")}, [LOW] = {.dn = "CN=Low,O=Allowed", .constraints = SPAN("+dir:O=Other")}, [LEAF] = {.dn = "CN=jo,O=Other"}}, CLIENT_NAMES, NAME, false},
    {"excluded", {[LOW] = {.constraints = SPAN("-dir:O=Bad")}, [LEAF] = {.dn = "CN=jo,O=Bad"}}, CLIENT_NAMES, EXCLUDED, false},
    {"excluded, by another string type", {[LOW] = {.constraints = SPAN("-dir:O=%pBAD")}, [LEAF] = {.dn = "CN=jo,O=bad"}}, CLIENT_NAMES, EXCLUDED, false},
    {"not excluded", {[LOW] = {.constraints = SPAN("-dir:O=Bad")}, [LEAF] = {.dn = "CN=jo,O=Good"}}, CLIENT_LIMITS, 0, true},
    {"case", {[LOW] = {.constraints = SPAN("+dir:O=ALLOWED")}, [LEAF] = {.dn = "CN=jo,O=allowed"}}, CLIENT_GOOD, 0, false},
    {"white space", {[LOW] = {.constraints = SPAN("+dir:O= Two   Words ")}, [LEAF] = {.dn = "CN=jo,O=Two Words"}}, CLIENT_GOOD, 0, false},
    {"string types", {[LOW] = {.constraints = SPAN("+dir:O=%pAllowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    {"a longer word", {[LOW] = {.constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed Too"}}, CLIENT_NAMES, NAME, false},
    {"two RDNs", {[LOW] = {.constraints = SPAN("+dir:C=DE/O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed,C=DE"}}, CLIENT_GOOD, 0, false},
    {"two RDNs, the other order", {[LOW] = {.constraints = SPAN("+dir:C=DE/O=Allowed")}, [LEAF] = {.dn = "CN=jo,C=DE,O=Allowed"}}, CLIENT_NAMES, NAME, false},
    {"a directoryName beside", {[LOW] = {.constraints = SPAN("+dir:O=Allowed")}, [LEAF] = {.dn = "CN=jo,O=Allowed", .names = SPAN("dir:O=Other")}}, CLIENT_NAMES, NAME, false},
    /* a self-issued certificate in the middle */
    {"self-issued", {[HIGH] = {.constraints = SPAN("+dir:O=Allowed")}, [LOW] = {.dn = "CN=High"}, [LEAF] = {.dn = "CN=jo,O=Allowed"}}, CLIENT_GOOD, 0, false},
    /* rfc822Name */
    {"a permitted mailbox", {[LOW] = {.constraints = SPAN("+mail:example.org")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("mail:jo@example.org")}}, CLIENT_GOOD, 0, false},
    {"another mailbox", {[LOW] = {.constraints = SPAN("+mail:example.org")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("mail:jo@other.org")}}, CLIENT_NAMES, NAME, false},
    {"another emailAddress", {[LOW] = {.constraints = SPAN("+mail:example.org")}, [LEAF] = {.dn = "EMAIL=jo@other.org,CN=jo"}}, CLIENT_NAMES, NAME, false},
    {"another emailAddress beside a permitted mailbox", {[LOW] = {.constraints = SPAN("+mail:example.org")}, [LEAF] = {.dn = "EMAIL=jo@other.org,CN=jo", .names = SPAN("mail:jo@example.org")}}, CLIENT_NAMES, NAME, false},
    {"a mailbox in a CA below", {[HIGH] = {.constraints = SPAN("+mail:example.org")}, [LOW] = {.names = SPAN("mail:ca@other.org")}}, CLIENT_NAMES, NAME, false},
    /* dNSName, iPAddress */
    {"another host", {[LOW] = {.constraints = SPAN("+dns:example.org")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("dns:a.other.org")}}, CLIENT_NAMES, NAME, false},
    {"a permitted host", {[LOW] = {.constraints = SPAN("+dns:example.org")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("dns:a.example.org")}}, CLIENT_GOOD, 0, false},
    {"a host in a CA below", {[HIGH] = {.constraints = SPAN("+dns:example.org")}, [LOW] = {.names = SPAN("dns:other.org")}}, CLIENT_NAMES, NAME, false},
    {"no host at all", {[LOW] = {.constraints = SPAN("+dns:example.org")}}, CLIENT_GOOD, 0, false},
    {"another address", {[LOW] = {.constraints = SPAN("+ip:\x0a\0\0\0\xff\0\0\0")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("ip:\x0b\0\0\1")}}, CLIENT_NAMES, NAME, false},
    /* otherName */
    {"a UPN", {[LOW] = {.constraints = SPAN("+upn:jo@example.org")}, [LEAF] = {.dn = "CN=jo", .names = SPAN("upn:jo@example.org")}}, CLIENT_NAMES, FORM, false},
    /* other limits, each with a reason of its own */
    {"a path as long as allowed", {[HIGH] = {.path = 2}}, CLIENT_GOOD, 0, false},
    {"a path too long", {[HIGH] = {.path = 1}}, CLIENT_PATH, PATH_LENGTH, false},
    {"an unknown critical extension", {[LEAF] = {.unknown = OTHER}}, CLIENT_EXTENSION, CRITICAL, false},
    {"an unknown critical extension of a CA", {[LOW] = {.unknown = OTHER}}, CLIENT_EXTENSION, CRITICAL, false},
    {"a CA that may not sign", {[LOW] = {.usage = GNUTLS_KEY_CRL_SIGN}}, CLIENT_LIMITS, NO_CA, false},
};
/* clang-format on */

static char directory[] = "/tmp/mailwicket-chains-XXXXXX";

static char *file_in(const char *name)
{
    static char rooms[4][64];
    static unsigned next;
    char *room = rooms[next++ % 4];

    snprintf(room, sizeof rooms[0], "%s/%s", directory, name);
    return room;
}

static struct party make(const struct link *l, int level, const struct party *issuer)
{
    static const char *const subjects[LEVELS] = {"CN=Root", "CN=High", "CN=Low", "CN=jo"};
    char room[2][GENERAL_ROOM];
    struct buf constraints = BUF(room[0]), names = BUF(room[1]);
    struct wish w = {.dn = l->dn ? l->dn : subjects[level],
                     .serial = (unsigned char)(level + 1),
                     .path = l->path,
                     .key_ids = true};

    if (level == LEAF) {
        w.purpose = CLIENT;
        w.usage = GNUTLS_KEY_DIGITAL_SIGNATURE;
    } else {
        w.ca = true;
        w.usage = l->usage ? l->usage : GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN;
    }
    put_constraints(&constraints, l->constraints);
    put_names(&names, l->names);
    if (l->constraints.n > 0) {
        w.extensions[0].oid = LIMITS;
        w.extensions[0].value = buf_span(&constraints);
        w.extensions[0].critical = !l->harmless;
    }
    if (l->names.n > 0) {
        w.extensions[1].oid = NAMES;
        w.extensions[1].value = buf_span(&names);
    }
    w.extensions[2].oid = l->unknown;
    w.extensions[2].value = SPAN("\x05\0");
    w.extensions[2].critical = true;
    return issue(&w, issuer);
}

/* Returns the number of OpenSSL's error, 0 for none, or -1 if it isn't there. */
static int openssl_error(void)
{
    char command[400], line[200];
    int number = 0;
    FILE *f;

    snprintf(command, sizeof command,
             "command -v openssl >/dev/null || exit 77; openssl verify -purpose sslclient -CAfile "
             "%s -untrusted %s %s 2>&1",
             file_in("root"), file_in("cas"), file_in("leaf"));
    f = popen(command, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f))
        if (number == 0)
            sscanf(line, "error %d at", &number);
    int status = pclose(f);
    if (WEXITSTATUS(status) == 77)
        return -1;
    assert_int_equal(WEXITSTATUS(status) == 0, number == 0);
    return number;
}

static void write_chain(const struct party parties[LEVELS])
{
    append_certificate(file_in("root"), &parties[ROOT]);
    append_certificate(file_in("cas"), &parties[HIGH]);
    append_certificate(file_in("cas"), &parties[LOW]);
    append_certificate(file_in("leaf"), &parties[LEAF]);
}

static void remove_files(void)
{
    unlink(file_in("root"));
    unlink(file_in("cas"));
    unlink(file_in("leaf"));
    unlink(file_in("all"));
}

static enum client_verdict verdict_on(const struct party parties[LEVELS], const char *cas)
{
    struct span chain[] = {der_of(&parties[LEAF]), der_of(&parties[LOW]), der_of(&parties[HIGH])};
    struct err e = {""};
    struct client_ca *c = client_ca_load(cas, "", &e);

    assert_non_null(c);
    enum client_verdict v = client_ca_verify(c, chain, ROWS(chain));
    client_ca_free(c);
    return v;
}

/* The client sends the CAs below the root; then the policy's file has all of them, too. */
static void chains(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct party parties[LEVELS];
        ROW(i, rows[i].name);
        for (int k = 0; k < LEVELS; k++)
            parties[k] = make(&rows[i].links[k], k, k ? &parties[k - 1] : NULL);
        write_chain(parties);
        for (int k = ROOT; k < LEAF; k++)
            append_certificate(file_in("all"), &parties[k]);
        assert_int_equal(verdict_on(parties, file_in("root")), rows[i].verdict);
        int other = openssl_error();
        if (other >= 0)
            assert_int_equal(other, rows[i].openssl);
        assert_int_equal(rows[i].strict, (rows[i].verdict != CLIENT_GOOD) != (rows[i].openssl > 0));
        if (rows[i].verdict == CLIENT_NAMES || rows[i].verdict == CLIENT_GOOD)
            assert_int_equal(verdict_on(parties, file_in("all")), rows[i].verdict);
        remove_files();
        for (int k = 0; k < LEVELS; k++)
            party_free(&parties[k]);
    }
}

/* None of these is a guess: see client_verdict_wrong. */
static void broken_rules_are_no_guess(void **unused)
{
    (void)unused;
    assert_false(client_verdict_wrong(CLIENT_NAMES) || client_verdict_wrong(CLIENT_PATH) ||
                 client_verdict_wrong(CLIENT_EXTENSION) || client_verdict_wrong(CLIENT_LIMITS));
    assert_true(client_verdict_wrong(CLIENT_BAD) && client_verdict_wrong(CLIENT_UNKNOWN_CA));
}

static int make_directory(void **unused)
{
    (void)unused;
    return mkdtemp(directory) ? 0 : -1;
}

static int remove_directory(void **unused)
{
    (void)unused;
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chains),
        cmocka_unit_test(broken_rules_are_no_guess),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
