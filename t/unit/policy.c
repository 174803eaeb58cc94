/* SPDX-License-Identifier: ISC */
/* Unit tests of the policy file: each row changes one thing in t/policies/rows.xml and says which
 * complaint follows, and whether the schema alone finds it, so that schema and tables agree. */
#include "check.h"

#include <libxml/parser.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>

#include "document.h"
#include "load.h"
#include "machine.h"

#define POLICY_MAX 16384

#define RNG     SOURCE "/xml/policy.rng"
#define ROWS_IN SOURCE "/t/policies/rows.xml"

static char base_text[POLICY_MAX], directory[] = "/tmp/mailwicket-policy.XXXXXX";
static char changed_file[64];

struct report {
    unsigned errors, warnings;
    char text[32768];
};

static void add_complaint(void *context, enum complaint_kind kind, const char *text)
{
    struct report *r = context;
    size_t n = strlen(r->text);

    *(kind == COMPLAINT_ERROR ? &r->errors : &r->warnings) += 1;
    snprintf(r->text + n, sizeof r->text - n, "%s%s\n",
             kind == COMPLAINT_ERROR ? "" : "warning: ", text);
}

static void write_file(const char *text, size_t n)
{
    FILE *f = fopen(changed_file, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
}

/* rows.xml with the first `from` replaced. */
static void write_changed(const char *from, const char *to)
{
    char text[POLICY_MAX * 2];
    const char *at = strstr(base_text, from);

    assert_non_null(at);
    int n = snprintf(text, sizeof text, "%.*s%s%s", (int)(at - base_text), base_text, to,
                     at + strlen(from));
    write_file(text, (size_t)n);
}

static bool is_valid_by_schema(void)
{
    struct arena arena = {0};
    struct complaints c = {.arena = &arena, .file = changed_file};
    xmlDocPtr doc = document_read(changed_file, &c, NULL);
    bool valid = doc && document_validate(doc, RNG, &c);

    xmlFreeDoc(doc);
    arena_free(&arena);
    return valid;
}

enum found_by { RULE = 0, SCHEMA };

static const struct {
    const char *from, *to;
    const char *error;      /* how the only error begins: "LINE: element <x>: …"; NULL: none */
    const char *warning;    /* likewise the only warning */
    enum found_by found_by; /* SCHEMA: the policy is invalid by the schema alone, too */
} rows[] = {
#include "policy_rows.h"
};

static bool has_line(const struct report *r, const char *kind, const char *begin)
{
    char line[512];

    snprintf(line, sizeof line, "%s%s:%s", kind, changed_file, begin);
    const char *at = strstr(r->text, line);
    return at && (at == r->text || at[-1] == '\n');
}

static bool row_holds(size_t i)
{
    struct report r = {0};

    write_changed(rows[i].from, rows[i].to);
    struct policy *p = policy_load(changed_file, RNG, add_complaint, &r);
    bool good = r.errors == (rows[i].error != NULL) && r.warnings == (rows[i].warning != NULL) &&
                (p == NULL) == (r.errors > 0) &&
                (!rows[i].error || has_line(&r, "", rows[i].error)) &&
                (!rows[i].warning || has_line(&r, "warning: ", rows[i].warning));
    bool valid = is_valid_by_schema();

    policy_free(p);
    if (!good || valid != (rows[i].found_by == RULE))
        print_error("# row %zu: %s\n%s%s by the schema\n", i, rows[i].to, r.text,
                    valid ? "valid" : "invalid");
    return good && valid == (rows[i].found_by == RULE);
}

static void each_change_has_its_complaint(void **unused)
{
    (void)unused;
    size_t wrong = 0;

    for (size_t i = 0; i < ROWS(rows); i++)
        wrong += !row_holds(i);
    assert_int_equal(wrong, 0);
}

/* A policy that is cut anywhere is an error, and nothing worse. */
static void a_cut_policy_is_an_error(void **unused)
{
    (void)unused;
    size_t end = strlen(base_text) - 1; /* the last newline may be missing */

    for (size_t n = 0; n < end; n += 7) {
        struct report r = {0};
        write_file(base_text, n);
        assert_null(policy_load(changed_file, RNG, add_complaint, &r));
        assert_true(r.errors > 0);
    }
}

static void all_errors_in_order(void **unused)
{
    (void)unused;
    struct report r = {0};
    char *at = r.text;
    unsigned last = 0, line;

    assert_null(policy_load(SOURCE "/t/policies/wrong.xml", RNG, add_complaint, &r));
    print_message("%s", r.text);
    assert_int_equal(r.errors, 14);
    while ((at = strstr(at, "wrong.xml:"))) {
        assert_int_equal(sscanf(at, "wrong.xml:%u", &line), 1);
        assert_true(line >= last);
        last = line;
        at++;
    }
    assert_null(strstr(r.text, "schema"));
}

/* file is the absolute name of one in the source tree, without symbolic links in its directory. */
static void assert_source(const char *file, const char *name)
{
    char *root = realpath(SOURCE, NULL), wanted[4096];

    assert_non_null(root);
    snprintf(wanted, sizeof wanted, "%s/%s", root, name);
    free(root);
    assert_string_equal(file, wanted);
}

static void values_of_rows(void **unused)
{
    (void)unused;
    struct report r = {0};
    struct policy *p = policy_load(ROWS_IN, RNG, add_complaint, &r);

    assert_non_null(p);
    assert_string_equal(r.text, "");
    assert_source(p->file, "t/policies/rows.xml");
    assert_source(p->state_directory, "t/policies/state");
    assert_source(p->spool, "t/policies/spool");
    assert_int_equal(p->log_facility, LOG_LOCAL3);
    assert_int_equal(p->log_level, LOG_DEBUG);
    assert_false(p->tickets);
    assert_string_equal(p->client_ca, "");
    assert_int_equal(p->certificate_count, 1);
    assert_source(p->certificates[0].chain, "t/policies/server.pem");
    assert_string_equal(p->certificates[0].key, "/etc/key");
    assert_string_equal(p->certificates[0].ocsp, "");
    assert_int_equal(p->certificates[0].line, 8);
    assert_int_equal(p->interface_count, 4);
    assert_true(p->interfaces[2].management_only && !p->interfaces[0].management_only);
    assert_string_equal(p->interfaces[1].address, "10.0.0.1");

    assert_int_equal(p->group_count, 4);
    const struct server_group *radius = &p->groups[1], *ldap = &p->groups[2], *http = &p->groups[3];
    assert_int_equal(radius->type, GROUP_RADIUS);
    assert_true(radius->dead_time == 7 && radius->cache == 8 && radius->server_count == 2);
    assert_true(radius->servers[0].port == 1812 && radius->servers[0].accounting_port == 1813 &&
                radius->servers[0].retries == 2);
    assert_true(radius->servers[1].port == 1645 && radius->servers[1].retries == 0);
    assert_true(ldap->map_count == 1 && ldap->dead_time == 60);
    assert_string_equal(ldap->servers[0].filter, "(uid=%u)");
    assert_string_equal(ldap->servers[0].scope, "subtree");
    assert_string_equal(ldap->attribute, "memberOf");
    assert_string_equal(ldap->maps[0].group_policy, "Staff");
    assert_string_equal(http->servers[0].method, "form");
    assert_string_equal(http->servers[0].user_field, "username");

    assert_int_equal(p->group_policy_count, 2);
    assert_true(p->group_policies[0].simultaneous_logins == 3);
    assert_true(p->group_policies[0].idle_timeout == 30 && !p->group_policies[0].session_timeout);
    assert_true(p->group_policies[1].idle_timeout == 0 &&
                p->group_policies[1].session_timeout == 90);
    policy_free(p);
}

static void protocols_of_rows(void **unused)
{
    (void)unused;
    struct report r = {0};
    struct policy *p = policy_load(ROWS_IN, RNG, add_complaint, &r);
    assert_non_null(p);
    const struct protocol_policy *imap = &p->protocols[PROTOCOL_IMAP4S],
                                 *smtp = &p->protocols[PROTOCOL_SMTPS];

    assert_true(imap->present && smtp->present && !p->protocols[PROTOCOL_POP3S].present);
    assert_int_equal(imap->protocol, PROTOCOL_IMAP4S);
    assert_true(imap->line == 37 && imap->port == 993 && imap->outstanding == 0);
    assert_true(imap->login_attempts == 5 && imap->tls_timeout == 10 && imap->login_timeout == 60);
    assert_true(imap->enable_all && imap->enabled_count == 2);
    assert_ptr_equal(imap->enabled[0], &p->interfaces[0]);
    assert_ptr_equal(imap->enabled[1], &p->interfaces[1]);
    assert_int_equal(imap->methods, METHOD_AAA | METHOD_MAILHOST);
    assert_ptr_equal(imap->authentication, &p->groups[0]);
    assert_null(imap->accounting);
    assert_true(imap->dn_primary == DN_EA && imap->dn_secondary == DN_NONE && imap->dn_fallback);
    assert_ptr_equal(imap->default_group_policy, &p->group_policies[1]);
    assert_true(imap->name_delimiter == '|' && imap->server_delimiter == '#');
    assert_true(imap->unknown_server_mail_user);
    assert_true(imap->default_server.port == 143 && imap->default_server.verify);
    assert_int_equal(imap->default_server.client_address, CLIENT_ADDRESS_ID);
    assert_int_equal(imap->allowed_count, 1);
    assert_true(imap->allowed[0].port == 993 && imap->allowed[0].allow_unauthenticate);
    assert_source(imap->allowed[0].ca, "t/policies/ca.pem");
    assert_null(imap->announce);

    assert_true(p->user_case == USER_CASE_IGNORE && imap->user_case == USER_CASE_IGNORE);

    assert_true(smtp->port == 988 && smtp->outstanding == 20 && smtp->default_server.port == 25);
    assert_true(smtp->methods == METHOD_MAILHOST && !smtp->default_server.verify);
    assert_true(smtp->name_delimiter == ':' && smtp->server_delimiter == '@');
    assert_true(smtp->dn_primary == DN_CN && smtp->dn_secondary == DN_OU && !smtp->dn_fallback);
    assert_true(!smtp->unknown_server_mail_user && smtp->enabled_count == 1);
    assert_string_equal(smtp->announce, "8BITMIME");
    assert_null(p->protocols[PROTOCOL_POP3S].announce);
    assert_string_equal(p->protocols[PROTOCOL_POP3S].default_server.host, "");
    policy_free(p);
}

/* Hosts are kept as DNS and sockets want them. */
static void hosts_are_kept_normalized(void **unused)
{
    (void)unused;
    static const struct {
        const char *from, *to, *host;
    } hosts[] = {
        {"mail.example.org", "M\303\234NCHEN.example", "xn--mnchen-3ya.example"},
        {"mail.example.org", "Mail.Example.org", "Mail.Example.org"},
        {"mail.example.org", "[IPv6:2001:db8::1]", "2001:db8::1"},
        {"mail.example.org", "[10.0.0.2]", "10.0.0.2"},
        {"*.example.org", "*.b\303\274cher.example", "*.xn--bcher-kva.example"},
        {"*.example.org", "[::1]", "::1"},
    };
    for (size_t i = 0; i < ROWS(hosts); i++) {
        struct report r = {0};
        ROW(i, hosts[i].to);
        write_changed(hosts[i].from, hosts[i].to);
        struct policy *p = policy_load(changed_file, RNG, add_complaint, &r);
        assert_non_null(p);
        const struct protocol_policy *imap = &p->protocols[PROTOCOL_IMAP4S];
        assert_string_equal(hosts[i].from[0] == '*' ? imap->allowed[0].host
                                                    : imap->default_server.host,
                            hosts[i].host);
        assert_non_null(imap->host_ascii);
        policy_free(p);
    }
}

static void examples_are_valid(void **unused)
{
    (void)unused;
    static const char *const good[] = {"xml/example-local.xml", "xml/example-mailhost.xml",
                                       "xml/example-certificate.xml", "xml/example.xml",
                                       "t/policies/minimal.xml"};
    struct report r = {0};
    char file[512];

    for (size_t i = 0; i < ROWS(good); i++) {
        snprintf(file, sizeof file, "%s/%s", SOURCE, good[i]);
        struct policy *p = policy_load(file, RNG, add_complaint, &r);
        assert_string_equal(r.text, "");
        assert_non_null(p);
        policy_free(p);
    }
}

static void smtps_with_a_certificate_alone_needs_a_default_server(void **unused)
{
    (void)unused;
    static const char begin[] = "<email-proxy xmlns=\"urn:mailwicket:policy:1\">\n"
                                "<tls client-ca=\"ca.pem\" crl=\"crl.pem\">\n"
                                "<certificate chain=\"s.pem\" key=\"s.key\"/></tls>\n"
                                "<interfaces><interface name=\"a\" device=\"b\"/></interfaces>\n"
                                "<group-policies><group-policy name=\"Dflt\"/></group-policies>\n"
                                "<smtps><enable interface=\"a\"/>\n"
                                "<authentication methods=\"certificate\"/>\n"
                                "<default-group-policy name=\"Dflt\"/>\n";
    static const struct {
        const char *servers, *error;
    } ends[] = {
        {"<servers><default-server host=\"a\"/></servers>", NULL},
        {"<servers><allow-server host=\"a\"/></servers>",
         "9: element <servers>: certificate is the only method, and so no login names a server: "
         "expected <default-server>"},
    };
    char text[1024];

    for (size_t i = 0; i < ROWS(ends); i++) {
        struct report r = {0};
        ROW(i, ends[i].servers);
        write_file(text, (size_t)snprintf(text, sizeof text, "%s%s</smtps></email-proxy>", begin,
                                          ends[i].servers));
        struct policy *p = policy_load(changed_file, RNG, add_complaint, &r);
        print_message("%s", r.text);
        assert_int_equal(r.errors + r.warnings, ends[i].error != NULL);
        assert_true(ends[i].error ? has_line(&r, "", ends[i].error) : p != NULL);
        if (p) {
            assert_non_null(strstr(p->client_ca, "/ca.pem"));
            assert_int_equal(p->protocols[PROTOCOL_SMTPS].methods, METHOD_CERTIFICATE);
        }
        policy_free(p);
    }
}

static void files_that_are_not_policies(void **unused)
{
    (void)unused;
    static const struct {
        const char *file, *schema, *begin;
    } files[] = {
        {"/nonexistent/policy.xml", RNG,
         "/nonexistent/policy.xml: cannot read the file's directory: No such file"},
        {SOURCE "/t/policies/none.xml", RNG,
         SOURCE "/t/policies/none.xml: cannot read the file: No such file"},
        {SOURCE "/t/policies", RNG, SOURCE "/t/policies: not a regular file"},
        {"/dev/null", RNG, "/dev/null: not a regular file"},
        {ROWS_IN, "/nonexistent/policy.rng",
         ROWS_IN ": cannot use the schema /nonexistent/policy.rng: expected"},
        {ROWS_IN, ROWS_IN, ROWS_IN ": cannot use the schema " ROWS_IN ": expected"},
    };
    for (size_t i = 0; i < ROWS(files); i++) {
        struct report r = {0};
        ROW(i, files[i].file);
        assert_null(policy_load(files[i].file, files[i].schema, add_complaint, &r));
        print_message("%s", r.text);
        assert_int_equal(r.errors, 1);
        assert_memory_equal(r.text, files[i].begin, strlen(files[i].begin));
    }
}

static void a_policy_that_is_too_large(void **unused)
{
    (void)unused;
    struct report r = {0};
    static char blanks[1024 * 1024 + 1];

    memset(blanks, ' ', sizeof blanks);
    write_file(blanks, sizeof blanks);
    assert_null(policy_load(changed_file, RNG, add_complaint, &r));
    assert_true(r.errors == 1 && strstr(r.text, "file too large: expected at most 1048576 octets"));
}

static void files_that_cannot_be_read(void **unused)
{
    (void)unused;
    struct report r = {0};
    write_changed("key=\"/etc/key\"", "key=\"policy.xml\"");
    struct policy *p = policy_load(changed_file, RNG, add_complaint, &r);

    assert_non_null(p);
    assert_true(policy_check_files(p, changed_file, add_complaint, &r));
    assert_true(has_line(&r, "", "8: element <certificate>: cannot read chain "));
    assert_true(has_line(&r, "", "17: element <server-group>: cannot read users "));
    assert_true(has_line(&r, "", "19: element <server>: cannot read secret "));
    assert_true(has_line(&r, "", "48: element <allow-server>: cannot read ca "));
    assert_null(strstr(r.text, "cannot read key"));
    policy_free(p);
}

static void files_that_may_never_end(void **unused)
{
    (void)unused;
    struct report r = {0};
    write_changed("key=\"/etc/key\"", "key=\"/dev/zero\"");
    struct policy *p = policy_load(changed_file, RNG, add_complaint, &r);

    assert_non_null(p);
    assert_false(policy_check_files(p, changed_file, add_complaint, &r));
    assert_true(
        has_line(&r, "", "8: element <certificate>: invalid key /dev/zero: expected a regular"));
    policy_free(p);
}

static int prepare(void **unused)
{
    (void)unused;
    FILE *f = fopen(ROWS_IN, "r");

    if (!f || !mkdtemp(directory))
        return -1;
    base_text[fread(base_text, 1, sizeof base_text - 1, f)] = '\0';
    snprintf(changed_file, sizeof changed_file, "%s/policy.xml", directory);
    return fclose(f);
}

static int clean_up(void **unused)
{
    (void)unused;
    unlink(changed_file);
    xmlCleanupParser();
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_change_has_its_complaint),
        cmocka_unit_test(a_cut_policy_is_an_error),
        cmocka_unit_test(all_errors_in_order),
        cmocka_unit_test(values_of_rows),
        cmocka_unit_test(protocols_of_rows),
        cmocka_unit_test(hosts_are_kept_normalized),
        cmocka_unit_test(examples_are_valid),
        cmocka_unit_test(smtps_with_a_certificate_alone_needs_a_default_server),
        cmocka_unit_test(files_that_are_not_policies),
        cmocka_unit_test(a_policy_that_is_too_large),
        cmocka_unit_test(files_that_cannot_be_read),
        cmocka_unit_test(files_that_may_never_end),
    };
    return cmocka_run_group_tests(tests, prepare, clean_up);
}
