/* SPDX-License-Identifier: ISC */
/* Unit tests of lib/units/units.c and its makers: which files a policy gives, and their texts. */
#include "check.h"

#include "units.h"

/* Three interfaces: a device alone, and an address of each family, with characters that systemd and
 * xinetd treat as special. */
static struct policy_interface interfaces[] = {
    {.name = (char[]){"outside"}, .device = (char[]){"eth0"}, .address = (char[]){""}, .line = 5},
    {.name = (char[]){"in.side"}, .device = (char[]){"br-lan.x"}, .address = (char[]){"10.0.0.1"}},
    {.name = (char[]){"six"}, .device = (char[]){"tun@0"}, .address = (char[]){"2001:db8::1"}},
};
static struct policy_interface *all[] = {&interfaces[0], &interfaces[1], &interfaces[2]};
static struct policy_interface *some[] = {&interfaces[1], &interfaces[2]};

static struct policy policy_with(const char *file)
{
    static char room[UNIT_TEXT_MAX * 2];

    snprintf(room, sizeof room, "%s", file);
    return (struct policy){
        .file = room,
        .protocols =
            {
                [PROTOCOL_POP3S] = {.protocol = PROTOCOL_POP3S, .port = 995},
                [PROTOCOL_IMAP4S] = {.present = true,
                                     .protocol = PROTOCOL_IMAP4S,
                                     .port = 993,
                                     .enabled = all,
                                     .enabled_count = 3,
                                     .line = 8},
                [PROTOCOL_SMTPS] = {.present = true,
                                    .protocol = PROTOCOL_SMTPS,
                                    .port = 1988,
                                    .enabled = some,
                                    .enabled_count = 2,
                                    .line = 9},
            },
    };
}

struct made {
    size_t count, faults, stop_at;
    struct unit_file files[24];
    char why[ERR_MAX];
};

static bool keep_file(void *context, const struct unit_file *f)
{
    struct made *m = context;

    assert_true(m->count < ROWS(m->files));
    m->files[m->count++] = *f;
    return m->count != m->stop_at;
}

static void keep_fault(void *context, const char *why)
{
    struct made *m = context;

    m->faults++;
    snprintf(m->why, sizeof m->why, "%s", why);
}

static bool make(struct made *m, enum units_kind kind, const struct policy *p)
{
    const struct units u = {kind, p, "/lib/systemd/system", "/usr/sbin/mailwicket"};

    m->count = m->faults = 0;
    return units_make(&u, &(struct units_sink){m, keep_file, keep_fault});
}

static const struct unit_file *find(const struct made *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->files[i].name, name) == 0)
            return &m->files[i];
    print_message("# no file %s\n", name);
    fail();
    return NULL;
}

#define UNIT_HEAD(line, what)                                                                      \
    "# Made by Mailwicket for systemd from /etc/m/policy.xml, line " line                          \
    ": change that file, not this one.\n[Unit]\nDescription=Mailwicket e-mail proxy, " what "\n"   \
    "Documentation=man:mailwicket-generator(8) man:mailwicket-policy(5)\n"                         \
    "SourcePath=/etc/m/policy.xml\nDefaultDependencies=no\nRequisite=mailwicket.target\n"          \
    "PartOf=mailwicket.target\nAfter=mailwicket.target\nConflicts=shutdown.target\n"               \
    "Before=shutdown.target\n\n[Socket]\n"
#define UNIT_TAIL "FreeBind=yes\nBacklog=1024\nNoDelay=yes\n"
#define XML_HEAD                                                                                   \
    "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<!-- Made by Mailwicket for firewalld from "      \
    "/etc/m/policy.xml: change that file, not this one. -->\n"

/* Whole files, and links. */
static void texts_of_files(void **unused)
{
    (void)unused;
    static const struct {
        enum units_kind kind;
        bool link;
        const char *name, *text;
    } rows[] = {
        {UNITS_SYSTEMD, false, "mailwicket-imap4s-outside.socket",
         UNIT_HEAD("8", "imap4s on interface outside") "ListenStream=993\nBindIPv6Only="
                                                       "both\nBindToDevice=eth0\n" UNIT_TAIL
                                                       "FileDescriptorName=imap4s-outside\nService="
                                                       "mailwicket@imap4s-outside.service\n"},
        {UNITS_SYSTEMD, false, "mailwicket-smtps-in.side.socket",
         UNIT_HEAD("9", "smtps on interface in.side") "ListenStream=10.0.0.1:1988\nBindToDevice=br-"
                                                      "lan.x\n" UNIT_TAIL
                                                      "FileDescriptorName=smtps-in.side\nService="
                                                      "mailwicket@smtps-in.side.service\n"},
        {UNITS_SYSTEMD, false, "mailwicket-smtps-six.socket",
         UNIT_HEAD("9", "smtps on interface six") "ListenStream=[2001:db8::1]:1988\nBindToDevice="
                                                  "tun@0\n" UNIT_TAIL
                                                  "FileDescriptorName=smtps-six\nService="
                                                  "mailwicket@smtps-six.service\n"},
        {UNITS_SYSTEMD, true, "mailwicket.target.wants/mailwicket-imap4s-outside.socket",
         "../mailwicket-imap4s-outside.socket"},
        {UNITS_SYSTEMD, true,
         "sys-subsystem-net-devices-br\\x2dlan.x.device.wants/mailwicket-imap4s-in.side.socket",
         "../mailwicket-imap4s-in.side.socket"},
        {UNITS_SYSTEMD, true,
         "sys-subsystem-net-devices-tun\\x400.device.wants/mailwicket-smtps-six.socket",
         "../mailwicket-smtps-six.socket"},
        {UNITS_SYSTEMD_ACCEPT, false, "mailwicket-smtps-six.socket",
         UNIT_HEAD(
             "9",
             "smtps on interface six, a service for each connection") "ListenStream=[2001:db8::1]:"
                                                                      "1988\nBindToDevice=tun@"
                                                                      "0\n" UNIT_TAIL "Accept=yes\n"
                                                                      "# Above the policy's "
                                                                      "max-sessions and "
                                                                      "outstanding, so that a "
                                                                      "client is told why.\n"
                                                                      "MaxConnections=4096\n"
                                                                      "# One address is often a "
                                                                      "whole office, but never "
                                                                      "all of the above.\n"
                                                                      "MaxConnectionsPerSource="
                                                                      "256\n"
                                                                      "# A burst of connections "
                                                                      "must not leave the socket "
                                                                      "failed for good.\n"
                                                                      "TriggerLimitIntervalSec="
                                                                      "0\n"},
        {UNITS_SYSTEMD_ACCEPT, true, "mailwicket-smtps-six@.service",
         "/lib/systemd/system/mailwicket-smtps@.service"},
        {UNITS_FIREWALLD, false, "services/mailwicket-smtps.xml",
         XML_HEAD "<service>\n  <short>Mailwicket SMTPS</short>\n  <description>SMTP over TLS, "
                  "offered by the e-mail proxy Mailwicket.</description>\n"
                  "  <port protocol=\"tcp\" port=\"1988\"/>\n</service>\n"},
        {UNITS_FIREWALLD, false, "policies/mailwicket.xml",
         XML_HEAD
         "<policy target=\"CONTINUE\">\n  <short>Mailwicket</short>\n  <description>Lets "
         "mail programs connect to the e-mail proxy Mailwicket.</description>\n"
         "  <ingress-zone name=\"ANY\"/>\n  <egress-zone name=\"HOST\"/>\n"
         "  <service name=\"mailwicket-imap4s\"/>\n  <service name=\"mailwicket-smtps\"/>\n"
         "</policy>\n"},
        {UNITS_UFW, false, "mailwicket",
         "# Made by Mailwicket for ufw from /etc/m/policy.xml: change that file, not this one.\n\n"
         "[Mailwicket]\ntitle=Mailwicket e-mail proxy (all protocols)\n"
         "description=POP3, IMAP and SMTP over TLS, as far as they are enabled, offered by the "
         "e-mail proxy Mailwicket.\nports=993,1988/tcp\n\n"
         "[Mailwicket IMAP4S]\ntitle=Mailwicket e-mail proxy (IMAP4S)\n"
         "description=IMAP over TLS, offered by the e-mail proxy Mailwicket.\nports=993/tcp\n\n"
         "[Mailwicket SMTPS]\ntitle=Mailwicket e-mail proxy (SMTPS)\n"
         "description=SMTP over TLS, offered by the e-mail proxy Mailwicket.\nports=1988/tcp\n"},
    };
    static struct made m;
    const struct policy p = policy_with("/etc/m/policy.xml");

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_true(make(&m, rows[i].kind, &p));
        assert_int_equal(m.faults, 0);
        const struct unit_file *f = find(&m, rows[i].name);
        assert_string_equal(f->text, rows[i].text);
        assert_int_equal(f->link, rows[i].link);
    }
}

/* The number of files; each has the kind's marker, or is one of our links. */
static void numbers_of_files(void **unused)
{
    (void)unused;
    static const struct {
        enum units_kind kind;
        size_t files;
    } rows[] = {{UNITS_SYSTEMD, 5 * 3},
                {UNITS_SYSTEMD_ACCEPT, 5 * 4},
                {UNITS_XINETD, 4},
                {UNITS_FIREWALLD, 3},
                {UNITS_UFW, 1}};
    static struct made m;
    struct policy p = policy_with("/etc/m/policy.xml");

    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct units u = {.kind = rows[i].kind};
        ROW(i, unit_marker(rows[i].kind));
        assert_true(make(&m, rows[i].kind, &p));
        assert_int_equal(m.count, rows[i].files);
        for (size_t j = 0; j < m.count; j++)
            assert_true(m.files[j].link
                            ? unit_is_link(&u, span_str(m.files[j].name), span_str(m.files[j].text))
                            : strstr(m.files[j].text, unit_marker(rows[i].kind)) != NULL);
        m.stop_at = 1;
        assert_false(make(&m, rows[i].kind, &p));
        assert_int_equal(m.count, 1);
        m.stop_at = 0;
    }
    p.protocols[PROTOCOL_IMAP4S].enabled_count = p.protocols[PROTOCOL_SMTPS].enabled_count = 0;
    for (size_t i = 0; i < ROWS(rows); i++)
        assert_true(make(&m, rows[i].kind, &p) && m.count == 0 && m.faults == 0);
}

/* A program that starts one for each connection accepts more connections than the policy. */
static void limits_of_connections(void **unused)
{
    (void)unused;
    static struct made m;
    static const struct {
        unsigned max_sessions;
        const char *systemd, *xinetd;
    } rows[] = {
        {0, "\nMaxConnections=4096\n", " instances   = 4096\n"},
        {1, "\nMaxConnections=4096\n", " instances   = 4096\n"},
        {4096, "\nMaxConnections=5120\n", " instances   = 5120\n"},
        {1000000, "\nMaxConnections=1001024\n", " instances   = 1001024\n"},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct policy p = policy_with("/etc/m/policy.xml");
        ROW(i, rows[i].systemd);
        p.protocols[PROTOCOL_SMTPS].max_sessions = rows[i].max_sessions;
        make(&m, UNITS_SYSTEMD_ACCEPT, &p);
        assert_non_null(strstr(find(&m, "mailwicket-smtps-six.socket")->text, rows[i].systemd));
        assert_non_null(strstr(find(&m, "mailwicket-imap4s-six.socket")->text, rows[0].systemd));
        make(&m, UNITS_XINETD, &p);
        assert_non_null(strstr(find(&m, "mailwicket-smtps-six")->text, rows[i].xinetd));
    }
}

static void xinetd_entries(void **unused)
{
    (void)unused;
    static struct made m;
    struct policy p = policy_with("/etc/m/policy.xml");

    make(&m, UNITS_XINETD, &p);
    assert_int_equal(m.faults, 1); /* xinetd needs an address */
    assert_non_null(strstr(m.why,
                           "/etc/m/policy.xml:5: element <interface>: missing address: xinetd "
                           "can't bind to a device: expected an address of eth0"));
    assert_string_equal(find(&m, "mailwicket-smtps-in+side")->text,
                        "# Made by Mailwicket for xinetd from /etc/m/policy.xml, line 9: change "
                        "that file, not this one.\nservice mailwicket-smtps-in+side\n{\n"
                        "    type        = UNLISTED\n    disable     = no\n"
                        "    socket_type = stream\n    protocol    = tcp\n"
                        "    bind        = 10.0.0.1\n    port        = 1988\n"
                        "    flags       = NODELAY KEEPALIVE\n    wait        = no\n"
                        "    user        = root\n    server      = /usr/sbin/mailwicket\n"
                        "    server_args = --policy /etc/m/policy.xml smtps\n"
                        "    instances   = 4096\n    per_source  = UNLIMITED\n"
                        "    cps         = 1000 1\n    log_on_success =\n"
                        "    log_on_failure = HOST\n}\n");
    assert_non_null(strstr(find(&m, "mailwicket-smtps-six")->text,
                           "bind        = 2001:db8::1\n    port        = 1988\n"
                           "    flags       = IPv6 NODELAY KEEPALIVE\n"));
    char *before = interfaces[2].address;
    interfaces[2].address = (char[]){"fe80::1"}; /* it needs its device */
    make(&m, UNITS_XINETD, &p);
    assert_non_null(strstr(find(&m, "mailwicket-smtps-six")->text, "= fe80::1%tun@0\n"));
    interfaces[2].address = before;
    p = policy_with("/etc/my policy.xml");
    make(&m, UNITS_XINETD, &p);
    assert_int_equal(m.count, 0);
    assert_int_equal(m.faults, 5);
    assert_non_null(strstr(m.why, "xinetd has no quoting: expected"));
}

/* A policy's file name is left out where it could be read as something else. */
static void names_of_policies(void **unused)
{
    (void)unused;
    static const struct {
        const char *file;
        bool source_path, in_unit, in_xml;
    } rows[] = {
        {"/etc/m/policy.xml", true, true, true},
        {"/etc/m--x/policy.xml", true, true, false},
        {"/etc/100%/policy.xml", false, true, true},
        {"/etc/a b/policy.xml", false, false, false},
        {"/etc/a\nExecStart=x/policy.xml", false, false, false},
        {"/etc/a\\/policy.xml", false, false, false},
    };
    static struct made m;

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].file);
        struct policy p = policy_with(rows[i].file);
        assert_true(make(&m, UNITS_SYSTEMD, &p));
        const char *text = m.files[0].text;
        assert_int_equal(strstr(text, "SourcePath=") != NULL, rows[i].source_path);
        assert_int_equal(strstr(text, rows[i].file) != NULL, rows[i].in_unit);
        assert_true(make(&m, UNITS_FIREWALLD, &p));
        assert_int_equal(strstr(m.files[0].text, rows[i].file) != NULL, rows[i].in_xml);
    }
}

/* A text that doesn't fit is an error; it is not cut. */
static void names_too_long(void **unused)
{
    (void)unused;
    static struct made m;
    static char file[UNIT_TEXT_MAX + 1];

    memset(file, 'a', sizeof file - 1);
    const struct policy p = policy_with(file);
    assert_true(make(&m, UNITS_SYSTEMD, &p));
    assert_int_equal(m.faults, 5);
    assert_non_null(strstr(m.why, "too long"));
}

static void links_of_ours(void **unused)
{
    (void)unused;
    static const struct {
        const char *name, *to;
        bool ours;
    } rows[] = {
        {"x.wants/mailwicket-imap4s-a.socket", "../mailwicket-imap4s-a.socket", true},
        {"mailwicket-imap4s-a@.service", "/usr/lib/systemd/system/mailwicket-imap4s@.service",
         true},
        {"mailwicket-imap4s-a@.service", "/usr/lib/systemd/system/other@.service", false},
        {"mailwicket-imap4s-a.socket", "/dev/null", false}, /* systemctl mask */
        {"x.wants/mailwicket-imap4s-a.socket", "../mailwicket-imap4s-b.socket", false},
        {"x.wants/mailwicket-imap4s-a.socket", "/dev/null", false},
        {"x.wants/mailwicket-imap4s-a.socket", "mailwicket-imap4s-a.socket", false},
        {"sockets.target.wants/mailwicket-verify.socket", "../mailwicket-verify.socket", false},
        {"x.wants/other.socket", "../other.socket", false},
        {"x.wants/mailwicket-imap4s-", "../mailwicket-imap4s-", false},
        {"", "", false},
    };
    const struct units systemd = {.kind = UNITS_SYSTEMD}, xinetd_units = {.kind = UNITS_XINETD};

    for (size_t i = 0; i < ROWS(rows); i++) {
        ROW(i, rows[i].name);
        assert_int_equal(unit_is_link(&systemd, span_str(rows[i].name), span_str(rows[i].to)),
                         rows[i].ours);
        assert_false(unit_is_link(&xinetd_units, span_str(rows[i].name), span_str(rows[i].to)));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_of_files),        cmocka_unit_test(numbers_of_files),
        cmocka_unit_test(limits_of_connections), cmocka_unit_test(xinetd_entries),
        cmocka_unit_test(names_of_policies),     cmocka_unit_test(names_too_long),
        cmocka_unit_test(links_of_ours),
    };

    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
