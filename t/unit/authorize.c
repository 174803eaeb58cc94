/* SPDX-License-Identifier: ISC */
/* Unit tests of the authorization step with the real helper: which names a group is asked about,
 * what its answers mean for the login, and whose group policy counts. */
#include "check.h"

#include "issue.h"
#include "verify_play.h"

/* One attribute of a certificate's subject. A list ends with a NULL oid. */
struct attribute {
    const char *oid, *value;
};
static const struct attribute john[] = {
    {GNUTLS_OID_X520_ORGANIZATION_NAME, "Example Systems, Inc."},
    {GNUTLS_OID_X520_COMMON_NAME, "J\303\266rg"},
    {GNUTLS_OID_PKCS9_EMAIL, "johndoe@example.com"},
    {NULL, NULL}};
static const struct attribute forged[] = {{GNUTLS_OID_X520_COMMON_NAME, "jo"},
                                          {GNUTLS_OID_X520_ORGANIZATION_NAME, "x\nboss"},
                                          {NULL, NULL}};

#define AAA  (METHOD_AAA | METHOD_MAILHOST)
#define CERT (METHOD_CERTIFICATE | METHOD_MAILHOST)
#define MAIL METHOD_MAILHOST

/* AAA knows jo, once and staff, all with the password "secret", and gives them no group policy,
 * Once and Staff. */
static const struct row {
    const char *name;
    unsigned methods;
    bool required;
    const char *login;
    const struct attribute *certificate; /* NULL: none */
    enum dn_field primary, secondary;
    bool fallback, entire;
    const char *known; /* the group's users file; NULL: it is missing */
    char reply;
    const char *log, *log_too; /* parts of lines that the log must have */
} rows[] = {
    {"known", AAA, true, "jo", .known = "jo:!:\n", .reply = 'G',
     .log = "user=jo mail-user=jo server=127.0.0.1 group=AUTHZ name=jo asa=719020\n",
     .log_too = "event=authorized "},
    {"unknown, and required", AAA, true, "jo", .known = "jane:!:\n", .reply = 'R',
     .log = "event=not-authorized",
     .log_too = "denial=refused reason=\"AUTHZ, of jo: unknown user\""},
    {"unknown, and not required", AAA, false, "jo", .known = "jane:!:\n", .reply = 'G',
     .log = "reason=\"AUTHZ, of jo: unknown user\"", .log_too = "event=not-authorized "},
    {"an invalid group policy, and required", AAA, true, "jo", .known = "jo:!:No such\n",
     .reply = 'R', .log = "event=not-authorized",
     .log_too = "reason=\"AUTHZ, of jo: the users file names an invalid group policy: expected"},
    {"an invalid group policy, and not required", AAA, false, "jo", .known = "jo:!:No such\n",
     .reply = 'R', .log = "event=not-authorized",
     .log_too =
         "denial=refused reason=\"AUTHZ, of jo: the users file names an invalid group policy"},
    {"AAA's invalid group policy", AAA, false, "unfit", .known = "unfit:!:Staff\n", .reply = 'R',
     .log = "denial=refused reason=\"the users file names an invalid group policy: expected",
     .log_too = "event=refused "},
    {"the VPN name", AAA, true, "jo:jane", .known = "jo:!:\n", .reply = 'G',
     .log = "name=jo asa=719020\n"},
    {"not the mail name", AAA, true, "jo:jane", .known = "jane:!:\n", .reply = 'R',
     .log = "of jo:"},
    {"no answer, and required", AAA, true, "jo", .known = NULL, .reply = 'T',
     .log = "event=refused", .log_too = "denial=temporary reason=\"users file "},
    {"no answer, and not required", AAA, false, "jo", .known = NULL, .reply = 'T',
     .log = "event=refused", .log_too = "denial=temporary reason=\"users file "},
    {"refused by AAA: the group is not asked", AAA, true, "nobody", .known = NULL, .reply = 'R',
     .log = "event=not-authenticated"},
    /* Whose group policy counts. */
    {"authorization's group policy", AAA, false, "jo", .known = "jo:!:Staff\n", .reply = 'G',
     .log = "group-policy=Staff"},
    {"authentication's before authorization's", AAA, true, "once", .known = "once:!:Staff\n",
     .reply = 'G', .log = "group-policy=Once"},
    {"authentication's alone", AAA, true, "once", .known = "once:!:\n", .reply = 'G',
     .log = "group-policy=Once"},
    {"a group policy that the policy lacks", AAA, true, "jo", .known = "jo:!:Nowhere\n",
     .reply = 'R', .log = "group-policy=Nowhere",
     .log_too = "no group policy of the name that AAA gave"},
    /* Only the mail server authenticates. */
    {"the mail name", MAIL, true, "jane", .known = "jane:!:Staff\n", .reply = 'G',
     .log = "name=jane asa=719020\n", .log_too = "group-policy=Staff"},
    {"never a VPN name that nobody vouches for", MAIL, true, "boss:jane", .known = "boss:!:Staff\n",
     .reply = 'R', .log = "denial=refused reason=\"the VPN name differs from the mail name"},
    {"the mail name alone is asked about", MAIL, true, "jane", .known = "boss:!:Staff\n",
     .reply = 'R', .log = "of jane:"},
    /* Certificates. */
    {"both", CERT, true, "jane", john, DN_EA, DN_O,
     .known = "johndoe@example.com:!:\nExample Systems, Inc.:!:Staff\n", .reply = 'G',
     .log = "name=johndoe@example.com second-name=\"Example Systems, Inc.\"",
     .log_too = "group-policy=Staff"},
    {"both: the first's group policy", CERT, true, "jane", john, DN_EA, DN_O,
     .known = "johndoe@example.com:!:Once\nExample Systems, Inc.:!:Staff\n", .reply = 'G',
     .log = "group-policy=Once"},
    {"both: the second is unknown", CERT, true, "jane", john, DN_EA, DN_O,
     .known = "johndoe@example.com:!:\n", .reply = 'R',
     .log = "AUTHZ, of Example Systems, Inc.: unknown"},
    {"both: the first is unknown", CERT, true, "jane", john, DN_EA, DN_O,
     .known = "Example Systems, Inc.:!:\n", .reply = 'R',
     .log = "AUTHZ, of johndoe@example.com: unknown"},
    {"neither CN nor the part before @", CERT, true, "johndoe", john, DN_EA, DN_O,
     .known = "J\303\266rg:!:\njohndoe:!:\nExample Systems, Inc.:!:\n", .reply = 'R',
     .log = "AUTHZ, of johndoe@example.com: unknown"},
    {"both, one known, not required: gets nothing from the group", CERT, false, "jane", john, DN_EA,
     DN_O, .known = "johndoe@example.com:!:Staff\n", .reply = 'G', .log = "event=not-authorized",
     .log_too = "group-policy=Default"},
    {"no secondary", CERT, true, "jane", john, DN_CN, DN_NONE, .known = "J\303\266rg:!:Staff\n",
     .reply = 'G', .log = "name=\"J\303\266rg\" asa=719020\n", .log_too = "group-policy=Staff"},
    {"both, and no OU", CERT, true, "jane", john, DN_CN, DN_OU, .known = "J\303\266rg:!:\n",
     .reply = 'R', .log = "denial=refused reason=\"the certificate has no OU\""},
    {"both, and no OU, not required", CERT, false, "jane", john, DN_CN, DN_OU,
     .known = "J\303\266rg:!:Staff\n", .reply = 'G', .log = "reason=\"the certificate has no OU\"",
     .log_too = "group-policy=Default"},
    {"fallback", CERT, true, "jane", john, DN_UID, DN_EA, .fallback = true,
     .known = "johndoe@example.com:!:\n", .reply = 'G',
     .log = "name=johndoe@example.com asa=719020\n"},
    {"fallback that is not needed", CERT, true, "jane", john, DN_CN, DN_EA, .fallback = true,
     .known = "johndoe@example.com:!:\n", .reply = 'R', .log = "AUTHZ, of J\303\266rg: unknown"},
    {"the whole DN", CERT, true, "jane", john, .entire = true,
     .known = "emailAddress=johndoe@example.com,CN=J\303\266rg,O=Example Systems\\, Inc.:!:Staff\n",
     .reply = 'G', .log = "group-policy=Staff"},
    {"no name at all", CERT, true, "jane", forged, DN_CN, DN_O, .known = "jo:!:\nboss:!:\nx:!:\n",
     .reply = 'R', .log = "reason=\"the certificate's O can't be a name: a control character"},
    {"no certificate", CERT, false, "jane", NULL, DN_CN, DN_NONE, .known = "jane:!:\n",
     .reply = 'R', .log = "event=refused"},
    {"certificate and AAA: the login's VPN name", AAA | METHOD_CERTIFICATE, true, "jo:jane", john,
     DN_CN, DN_NONE, .known = "jo:!:\n", .reply = 'G', .log = "name=jo asa=719020\n"},
    {"certificate and AAA: not the certificate's", AAA | METHOD_CERTIFICATE, true, "jo:jane", john,
     DN_CN, DN_NONE, .known = "J\303\266rg:!:\njane:!:\n", .reply = 'R', .log = "of jo:"},
};

static char known[96], ca_file[96], no_crl[] = "";
static struct server_group authorization_group = {
    .name = (char[]){"AUTHZ"}, .type = GROUP_LOCAL, .users = known};
static struct party ca;

/* Signed by ca. */
static struct party issue_to(const struct attribute *subject)
{
    static const struct wish empty = {.serial = 2};
    struct party p = issue(&empty, &ca);

    gnutls_free(p.der.data);
    for (; subject->oid; subject++)
        MUST(gnutls_x509_crt_set_dn_by_oid(p.crt, subject->oid, 0, subject->value,
                                           (unsigned)strlen(subject->value)));
    MUST(gnutls_x509_crt_sign2(p.crt, ca.crt, ca.key, GNUTLS_DIG_SHA256, 0));
    MUST(gnutls_x509_crt_export2(p.crt, GNUTLS_X509_FMT_DER, &p.der));
    return p;
}

static void prepare(const struct row *r)
{
    struct protocol_policy *p = &bed.policy.protocols[PROTOCOL_IMAP4S];
    FILE *f;

    bed_make();
    snprintf(known, sizeof known, "%s/known", bed.directory);
    p->methods = r->methods;
    p->authorization = &authorization_group;
    p->authorization_required = r->required;
    p->dn_primary = r->primary;
    p->dn_secondary = r->secondary;
    p->dn_fallback = r->fallback;
    p->dn_entire = r->entire;
    snprintf(ca_file, sizeof ca_file, "%s/ca", bed.directory);
    append_certificate(ca_file, &ca);
    bed.policy.client_ca = ca_file;
    bed.policy.crl = no_crl;
    if (!r->known)
        return;
    f = fopen(known, "w");
    assert_non_null(f);
    fputs(r->known, f);
    fclose(f);
}

static void verify(struct player *p, const struct row *r)
{
    struct wire w = {.type = WIRE_VERIFY,
                     .verify = {.login = span_str(r->login), .password = SPAN("secret")}};
    struct party owner;

    if (!r->certificate) {
        say(p->filter, &w, NULL, 0);
        return;
    }
    owner = issue_to(r->certificate);
    w.verify.certificate = der_of(&owner);
    say(p->filter, &w, NULL, 0);
    party_free(&owner);
}

static void one(const struct row *r)
{
    struct player p;
    char got;

    prepare(r);
    start_helper(-1, -1, NULL, NULL);
    p = join('H');
    verify(&p, r);
    got = reply(&p);
    if (got == 'G')
        play(&p, "RE", 1);
    assert_int_equal(got, r->reply);
    EVENTUALLY(logged(r->log));
    EVENTUALLY(!r->log_too || logged(r->log_too));
    assert_false(logged("secret"));
    close_all(&p);
    end_helper(SIGTERM);
    bed_remove();
}

static void rows_one_by_one(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        one(&rows[i]);
    }
}

/* A refusal counts as an attempt, trouble does not. */
static void attempts(void **unused)
{
    (void)unused;
    static const struct row unknown = {"", AAA, true, "jo", .known = "jane:!:\n"};
    struct player p;

    prepare(&unknown);
    start_helper(-1, -1, NULL, NULL);
    p = join('H');
    for (int i = 0; i < 5; i++) {
        if (i == 1) /* one without its users file */
            rename(known, bed.log);
        const char password[] = {'s', 'e', 'c', 'r', 'e', 't', ':', (char)('0' + i)};
        const struct wire w = {
            .type = WIRE_VERIFY,
            .verify = {.login = SPAN("jo"), .password = span_of(password, sizeof password)}};

        say(p.filter, &w, NULL, 0); /* no repeat: the mail password differs */
        assert_int_equal(reply(&p), "RTRRQ"[i]);
        if (i == 1)
            rename(bed.log, known);
    }
    close_all(&p);
    end_helper(SIGTERM);
    bed_remove();
}

/* A client that leaves while the group is asked leaves nothing behind. */
static void gone_meanwhile(void **unused)
{
    (void)unused;
    struct player p;

    prepare(&rows[0]);
    start_helper(-1, -1, NULL, NULL);
    for (int ms = 0; ms < 20; ms++) {
        p = join('H');
        verify(&p, &rows[0]);
        poll(NULL, 0, ms);
        close_all(&p);
    }
    p = join('H');
    verify(&p, &rows[0]);
    assert_int_equal(reply(&p), 'G');
    close_all(&p);
    EVENTUALLY(entries() == 0);
    end_helper(SIGTERM);
    bed_remove();
}

static int make_ca(void **unused)
{
    static const struct wish wish = {
        .cn = "CA", .serial = 1, .ca = true, .usage = GNUTLS_KEY_KEY_CERT_SIGN};
    (void)unused;
    ca = issue(&wish, NULL);
    return 0;
}

static int free_ca(void **unused)
{
    (void)unused;
    party_free(&ca);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_one_by_one),
        cmocka_unit_test(attempts),
        cmocka_unit_test(gone_meanwhile),
    };
    return cmocka_run_group_tests(tests, make_ca, free_ca);
}
