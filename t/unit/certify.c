/* SPDX-License-Identifier: ISC */
/* Unit tests of how the helper judges a client's certificate: whole conversations with the real
 * helper, in which the test plays a filter that may lie. */
#include "check.h"

#include "issue.h"
#include "verify_bed.h"

#define NOT_OWNER "the login is for another user than the certificate's"
#define AT_AAA    "method aaa without an authentication server group"
#define CA        .ca = true, .usage = GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN

enum who { ROOT, SUB, OTHER, JO, LONG_NAME, NAMELESS, EXPIRED, REVOKED, OF_SUB, OF_OTHER, WHO };

static char long_name[] = "sixty-four octets are what a CN may have: xxxxxxxxxxxxxxxxxxxxxx";

static const struct {
    struct wish wish;
    enum who issuer;
} wishes[WHO] = {
    [ROOT] = {{.cn = "Root", .serial = 1, CA}, ROOT},
    [SUB] = {{.cn = "Sub", .serial = 2, CA}, ROOT},
    [OTHER] = {{.cn = "Other", .serial = 1, CA}, OTHER},
    [JO] = {{.cn = "jo", .serial = 11}, ROOT},
    [LONG_NAME] = {{.cn = long_name, .serial = 12}, ROOT},
    [NAMELESS] = {{.cn = "jo\x01", .serial = 13}, ROOT},
    [EXPIRED] = {{.cn = "jo", .serial = 14, .from = -2 * DAY, .until = -DAY}, ROOT},
    [REVOKED] = {{.cn = "jo", .serial = 15}, ROOT},
    [OF_SUB] = {{.cn = "jo", .serial = 16}, SUB},
    [OF_OTHER] = {{.cn = "jo", .serial = 17}, OTHER},
};

static struct party parties[WHO];
static char ca_file[80], crl_file[80];

/* SMTPS by the certificate alone, IMAP4S with mailhost beside it. */
static void make_bed(enum who revoked)
{
    bed_make();
    snprintf(ca_file, sizeof ca_file, "%s/ca.pem", bed.directory);
    snprintf(crl_file, sizeof crl_file, "%s/crl.pem", bed.directory);
    append_certificate(ca_file, &parties[ROOT]);
    append_certificate(ca_file, &parties[SUB]);
    append_crl(crl_file, &parties[ROOT], wishes[revoked].wish.serial, 0, DAY);
    append_crl(crl_file, &parties[SUB], 99, 0, DAY);
    bed.policy.client_ca = ca_file;
    bed.policy.crl = crl_file;
    bed.policy.protocols[PROTOCOL_SMTPS].methods = METHOD_CERTIFICATE;
    bed.policy.protocols[PROTOCOL_SMTPS].max_sessions = 0;
    bed.policy.protocols[PROTOCOL_SMTPS].login_attempts = 99;
    bed.policy.protocols[PROTOCOL_IMAP4S].methods = METHOD_CERTIFICATE | METHOD_MAILHOST;
    for (int i = 0; i < PROTOCOLS; i++) { /* the defaults */
        bed.policy.protocols[i].dn_primary = DN_CN;
        bed.policy.protocols[i].dn_secondary = DN_OU; /* no certificate here has one */
    }
}

/* One VERIFY of a filter of its own: the answer's type; w has the rest, in static memory. */
static unsigned asked(enum protocol protocol, const struct wire_verify *v, struct wire *w)
{
    const struct wire hello = {.type = WIRE_HELLO, .hello = {.protocol = protocol}};
    const struct wire verify = {.type = WIRE_VERIFY, .verify = *v};
    struct player p = NOBODY;
    int fds[MESSAGE_FDS];
    size_t count;

    p.filter = connect_verify();
    connect_client(&p);
    say(p.filter, &hello, &p.client, 1);
    say(p.filter, &verify, NULL, 0);
    unsigned type = hear(p.filter, w, fds, &count);
    for (size_t i = 0; i < count; i++)
        close(fds[i]);
    close_all(&p);
    return type;
}

static struct span shown(enum who who)
{
    return who == WHO ? SPAN_NONE : der_of(&parties[who]);
}

static void alone(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum who certificate, issuer;
        enum mechanism mechanism;
        struct span login;
        enum denial denial; /* 0: granted */
        const char *log;
    } rows[] = {
        {"right", JO, WHO, MECHANISM_IMPLICIT, SPAN(""), 0,
         "event=authenticating id=1 protocol=smtps client=127.0.0.1 login=jo"},
        {"EXTERNAL", JO, WHO, MECHANISM_EXTERNAL, SPAN(""), 0, ""},
        {"EXTERNAL as oneself", JO, WHO, MECHANISM_EXTERNAL, SPAN("jo"), 0, ""},
        {"a login with a password", JO, WHO, MECHANISM_PASSWORD, SPAN("jane"), 0, ""},
        {"followed by its CA", OF_SUB, SUB, MECHANISM_IMPLICIT, SPAN(""), 0, ""},
        {"a long name", LONG_NAME, WHO, MECHANISM_IMPLICIT, SPAN(""), 0, ""},
        {"none", WHO, WHO, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "reason=\"certificate missing\""},
        {"none, but its CA", WHO, ROOT, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "certificate missing"},
        {"expired", EXPIRED, WHO, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "certificate expired"},
        {"revoked", REVOKED, WHO, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "certificate revoked"},
        {"of another CA", OF_OTHER, OTHER, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "an unknown CA"},
        {"no name", NAMELESS, WHO, MECHANISM_IMPLICIT, SPAN(""), DENIAL_REFUSED,
         "CN can't be a name"},
        {"EXTERNAL as another", JO, WHO, MECHANISM_EXTERNAL, SPAN("al"), DENIAL_REFUSED,
         "the login is for another user than the certificate's"},
        {"EXTERNAL with a NUL", JO, WHO, MECHANISM_EXTERNAL, SPAN("jo\0al"), DENIAL_REFUSED, ""},
        {"a login of another", JO, WHO, MECHANISM_PASSWORD, SPAN("al:jane"), DENIAL_REFUSED, ""},
    };
    make_bed(REVOKED);
    start_helper(-1, -1, NULL, NULL);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct wire w;
        struct wire_verify v = {.mechanism = rows[i].mechanism,
                                .login = rows[i].login,
                                .password = SPAN("s3cret-word"),
                                .certificate = shown(rows[i].certificate),
                                .issuers = shown(rows[i].issuer)};
        ROW(i, rows[i].name);
        assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), rows[i].denial ? WIRE_DENY : WIRE_GRANT);
        if (rows[i].denial)
            assert_int_equal(w.deny.denial, rows[i].denial);
        else
            assert_true(!w.grant.authenticate && w.grant.mail_password.n == 0);
        assert_true(logged(rows[i].log));
    }
    assert_false(logged("s3cret-word"));
    end_helper(SIGTERM);
    bed_remove();
}

static void with_mailhost(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        enum who certificate;
        enum mechanism mechanism;
        struct span login, password;
        bool granted;
    } rows[] = {
        {"mail name", JO, MECHANISM_PASSWORD, SPAN("jane"), SPAN("a:b:c"), true},
        {"the owner's VPN name", JO, MECHANISM_PASSWORD, SPAN("jo:jane"), SPAN("a"), true},
        {"another's VPN name", JO, MECHANISM_PASSWORD, SPAN("al:jane"), SPAN("a"), false},
        {"no password", JO, MECHANISM_PASSWORD, SPAN("jane"), SPAN(""), false},
        {"no certificate", WHO, MECHANISM_PASSWORD, SPAN("jane"), SPAN("a"), false},
        {"EXTERNAL", JO, MECHANISM_EXTERNAL, SPAN(""), SPAN(""), false},
        {"IMPLICIT", JO, MECHANISM_IMPLICIT, SPAN(""), SPAN(""), false},
    };
    make_bed(REVOKED);
    start_helper(-1, -1, NULL, NULL);
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct wire w;
        struct wire_verify v = {.mechanism = rows[i].mechanism,
                                .login = rows[i].login,
                                .password = rows[i].password,
                                .certificate = shown(rows[i].certificate)};
        ROW(i, rows[i].name);
        assert_int_equal(asked(PROTOCOL_IMAP4S, &v, &w), rows[i].granted ? WIRE_GRANT : WIRE_DENY);
        if (!rows[i].granted)
            assert_int_equal(w.deny.denial, DENIAL_REFUSED);
        else
            assert_true(w.grant.authenticate && span_eq(w.grant.mail_user, SPAN("jane")) &&
                        span_eq(w.grant.mail_password, rows[i].password));
    }
    end_helper(SIGTERM);
    bed_remove();
}

/* R4.5a, with AAA and piggyback beside it. */
static void another_users_certificate(void **unused)
{
    (void)unused;
    static const struct {
        const char *name;
        unsigned methods;
        bool must_match;
        enum who certificate;
        struct span login;
        const char *log; /* a part of it */
    } rows[] = {
        {"another user's", METHOD_AAA, true, JO, SPAN("al:jane"), NOT_OWNER},
        {"the user's, in another case", METHOD_AAA, true, JO, SPAN("JO:jane"), AT_AAA},
        {"the user's, whose mail name is the same", METHOD_AAA, true, JO, SPAN("jo"), AT_AAA},
        {"another user's, no VPN name", METHOD_AAA, true, JO, SPAN("jane"), NOT_OWNER},
        {"another user's, where any will do", METHOD_AAA, false, JO, SPAN("al:jane"), AT_AAA},
        {"one that names nobody", METHOD_AAA, true, NAMELESS, SPAN("al:jane"),
         "CN can't be a name"},
        {"another user's, piggyback", METHOD_PIGGYBACK, true, JO, SPAN("al:jane"), NOT_OWNER},
        {"the user's, piggyback", METHOD_PIGGYBACK, true, JO, SPAN("jo:jane"), "piggyback-failed"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct protocol_policy *p = &bed.policy.protocols[PROTOCOL_IMAP4S];
        struct wire w;
        struct wire_verify v = {.mechanism = MECHANISM_PASSWORD,
                                .login = rows[i].login,
                                .password = SPAN("a"),
                                .certificate = shown(rows[i].certificate)};
        ROW(i, rows[i].name);
        make_bed(REVOKED);
        p->methods = METHOD_CERTIFICATE | METHOD_MAILHOST | rows[i].methods;
        p->authentication = NULL;
        p->dn_must_match = rows[i].must_match;
        start_helper(-1, -1, NULL, NULL);
        assert_int_equal(asked(PROTOCOL_IMAP4S, &v, &w), WIRE_DENY);
        assert_true(logged(rows[i].log));
        end_helper(SIGTERM);
        bed_remove();
    }
}

/* Whatever follows the certificate: refused or granted, and the helper lives. */
static void junk_after(void **unused)
{
    (void)unused;
    static char room[LIMIT_ISSUERS];
    static const size_t sizes[] = {1, 2, 3, 100, LIMIT_ISSUERS - 1, LIMIT_ISSUERS};
    const struct span ca = der_of(&parties[ROOT]);
    struct wire_verify v = {.mechanism = MECHANISM_IMPLICIT, .certificate = der_of(&parties[JO])};
    struct wire w;

    make_bed(REVOKED);
    start_helper(-1, -1, NULL, NULL);
    for (int kind = 0; kind < 3; kind++) { /* zeros, the beginnings of SEQUENCEs, certificates */
        memset(room, kind == 1 ? 0x30 : 0, sizeof room);
        for (size_t at = 0; kind == 2 && sizeof room - at >= ca.n; at += ca.n)
            memcpy(room + at, ca.p, ca.n);
        for (size_t i = 0; i < ROWS(sizes); i++) {
            v.issuers = span_of(room, sizes[i]);
            assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_DENY);
            assert_int_equal(w.deny.denial, DENIAL_REFUSED);
        }
    }
    v.issuers = span_of(room, ca.n * 7);
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_GRANT);
    v.issuers = span_of(room, ca.n * 8); /* one too many */
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_DENY);
    end_helper(SIGTERM);
    bed_remove();
}

static struct policy *the_same(void *context)
{
    (void)context;
    return &bed.policy;
}

/* SIGHUP: a new CRL counts, a broken one changes nothing. */
static void reloaded(void **unused)
{
    (void)unused;
    struct wire_verify v = {.mechanism = MECHANISM_IMPLICIT, .certificate = der_of(&parties[JO])};
    struct wire w;

    make_bed(REVOKED);
    start_helper(-1, -1, NULL, the_same);
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_GRANT);
    append_crl(crl_file, &parties[ROOT], wishes[JO].wish.serial, 0, DAY);
    kill(bed.helper, SIGHUP);
    EVENTUALLY(asked(PROTOCOL_SMTPS, &v, &w) == WIRE_DENY);
    assert_int_equal(truncate(crl_file, 20), 0);
    kill(bed.helper, SIGHUP);
    EVENTUALLY(logged("crl.pem: expected CRLs in PEM"));
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_DENY);
    v.certificate = der_of(&parties[LONG_NAME]);
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_GRANT);
    end_helper(SIGTERM);
    bed_remove();
}

/* The administrator has to renew the CRL: the login is not refused, and does not count as a
 * guess. */
static void old_crl(void **unused)
{
    (void)unused;
    struct wire_verify v = {.mechanism = MECHANISM_IMPLICIT, .certificate = der_of(&parties[JO])};
    struct wire w;

    make_bed(REVOKED);
    unlink(crl_file);
    append_crl(crl_file, &parties[ROOT], 99, -2 * DAY, -DAY);
    start_helper(-1, -1, NULL, NULL);
    assert_int_equal(asked(PROTOCOL_SMTPS, &v, &w), WIRE_DENY);
    assert_int_equal(w.deny.denial, DENIAL_ADMIN);
    assert_true(logged("the CRL of CN=Root is out of date"));
    end_helper(SIGTERM);
    bed_remove();
}

static void bad_ca(void **unused)
{
    (void)unused;
    int status;

    make_bed(REVOKED);
    assert_int_equal(truncate(ca_file, 20), 0);
    start_helper(-1, -1, NULL, NULL);
    assert_int_equal(waitpid(bed.helper, &status, 0), bed.helper);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_true(logged("ca.pem: expected CA certificates in PEM"));
    bed_remove();
}

static int make_parties(void **unused)
{
    (void)unused;
    for (int i = 0; i < WHO; i++)
        parties[i] = issue(&wishes[i].wish,
                           wishes[i].issuer == (enum who)i ? NULL : &parties[wishes[i].issuer]);
    return 0;
}

static int free_parties(void **unused)
{
    (void)unused;
    for (int i = 0; i < WHO; i++)
        party_free(&parties[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(alone),
        cmocka_unit_test(with_mailhost),
        cmocka_unit_test(another_users_certificate),
        cmocka_unit_test(junk_after),
        cmocka_unit_test(reloaded),
        cmocka_unit_test(old_crl),
        cmocka_unit_test(bad_ca),
    };
    return cmocka_run_group_tests(tests, make_parties, free_parties);
}
