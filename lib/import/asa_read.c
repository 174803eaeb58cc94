/* SPDX-License-Identifier: ISC */
/* asa_read - PURE: which command a line is, and in which block. See asa.h. */
#include "asa_internal.h"

#include <arpa/inet.h>

#include "host.h"

#define NO_PART  "no part of the e-mail proxy"
#define OF_VPN   "it stays with the VPN gateway"
#define NOT_TEXT "right is text in UTF-8 without controls"

static bool take_quietly(struct asa *a, const struct asa_line *l)
{
    (void)a, (void)l;
    return true;
}

/* name ADDRESS ALIAS [description ...]: elsewhere the alias stands in the address's place. */
static bool take_alias(struct asa *a, const struct asa_line *l)
{
    struct asa_alias *alias = asa_get(a, sizeof *alias);

    alias->address = l->words[1];
    alias->name = l->words[2];
    ASA_APPEND(a, a->aliases, alias);
    return true;
}

static bool take_certificates(struct asa *a, const struct asa_line *l)
{
    a->certificates = span_eq(l->words[1], SPAN("ca")) && span_eq(l->words[2], SPAN("certificate"));
    return false;
}

/* What can stand at the left edge. Of those without a handler, the hint is all that is known. */
static const struct asa_command commands[] = {
    {"aaa-server", 1, ASA_ANY, false, asa_take_group,
     "right is aaa-server GROUP protocol PROTOCOL, or GROUP (INTERFACE) host ADDRESS behind it"},
    {"group-policy", 2, ASA_ANY, false, asa_take_group_policy,
     "right is group-policy NAME internal, or attributes behind it"},
    {"imap4s", 0, 0, false, asa_take_mail, "right is imap4s alone"},
    {"interface", 1, 2, false, asa_take_interface, "right is interface NAME"},
    {"ldap", 2, 2, false, asa_take_map, "right is ldap attribute-map NAME"},
    {"name", 2, ASA_ANY, false, take_alias, "right is name ADDRESS ALIAS"},
    {"pop3s", 0, 0, false, asa_take_mail, "right is pop3s alone"},
    {"smtps", 0, 0, false, asa_take_mail, "right is smtps alone"},
    {"time-range", 1, 1, false, asa_take_range, "right is time-range NAME"},
    {"username", 2, ASA_ANY, false, asa_take_user,
     "right is username NAME password HASH, or attributes behind it"},

    /* Nothing is in them that could be carried over. */
    {"ASA", 1, ASA_ANY, false, take_quietly, ""},
    {"PIX", 1, ASA_ANY, false, take_quietly, ""},
    {"Cryptochecksum", 0, ASA_ANY, false, take_quietly, ""},
    {"end", 0, 0, false, take_quietly, ""},
    {"exit", 0, 0, false, take_quietly, ""},
    {"names", 0, 0, true, take_quietly, ""},
    {"quit", 0, 0, false, take_quietly, ""},

    {"access-group", 0, ASA_ANY, true, NULL, "it is for the machine's firewall"},
    {"access-list", 0, ASA_ANY, true, NULL, "it is for the machine's firewall"},
    {"context", 0, ASA_ANY, true, NULL, "import the running configuration of that context itself"},
    {"crypto", 0, ASA_ANY, true, take_certificates,
     "export certificates that are needed (crypto ca export) for " ASA_CERTIFICATE ", " ASA_KEY
     " or " ASA_CLIENT_CA},
    {"dns", 0, ASA_ANY, true, NULL, "names are resolved as the machine does"},
    {"domain-name", 0, ASA_ANY, true, NULL, "names are resolved as the machine does"},
    {"dynamic-access-policy-record", 0, ASA_ANY, true, NULL, OF_VPN},
    {"ip", 0, ASA_ANY, true, NULL, NO_PART},
    {"logging", 0, ASA_ANY, true, NULL, "see <log> in mailwicket-policy(5)"},
    {"mode", 0, ASA_ANY, true, NULL, "import the running configuration of each context itself"},
    {"ssl", 0, ASA_ANY, true, NULL, "TLS is 1.2 and 1.3; see <tls> in mailwicket-policy(5)"},
    {"tunnel-group", 0, ASA_ANY, true, NULL, OF_VPN},
    {"webvpn", 0, ASA_ANY, true, NULL, OF_VPN},
};

static const struct asa_command *find(const struct asa_command *rows, size_t count,
                                      struct span name)
{
    /* "Cryptochecksum:c0ffee" */
    name = span_head(name, span_find(name, ':'));
    for (size_t i = 0; i < count; i++)
        if (span_eq(name, span_str(rows[i].name)))
            return &rows[i];
    return NULL;
}

/* Whether the command was carried over; else it is left. */
static bool take(struct asa *a, const struct asa_command *c, const struct asa_line *l)
{
    size_t words = l->count - 1, least = l->no ? 0 : c->least;
    bool taken;

    a->why = NULL;
    if (!c->take)
        taken = l->no && a->rows; /* of a block: it says that there is nothing */
    else
        taken = words >= least && words <= c->most && (c->no || !l->no) && c->take(a, l);
    if (!taken)
        asa_left(a, l, a->why ? a->why : c->right);
    else
        asa_flush(a);
    a->taken += taken;
    return taken;
}

/* A line of the block that is open. */
static void read_internal(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c = find(a->rows, a->row_count, l->words[0]);

    if (a->depth == 0)
        a->depth = l->indent;
    if (a->pending.lines > 0 && (!a->rows || (a->nested && l->indent > a->depth))) {
        a->pending.lines++;
        a->pending.last = l->number;
        return;
    }
    if (l->kind == ASA_LINE_FOREIGN)
        asa_left(a, l, NOT_TEXT);
    else if (!c)
        asa_left(a, l, a->rows ? a->hint : NO_PART);
    a->nested = !c || !take(a, c, l);
}

/* A line at the left edge: it ends the block before it. */
static void read_outer(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c = find(commands, sizeof commands / sizeof *commands, l->words[0]);

    a->rows = NULL;
    a->row_count = 0;
    a->depth = 0;
    a->nested = a->certificates = false;
    if (l->kind == ASA_LINE_FOREIGN)
        asa_left(a, l, NOT_TEXT);
    else if (!c)
        asa_left(a, l, NO_PART);
    else
        take(a, c, l);
}

/* Certificates are left together, also where the indentation was lost. */
static bool is_certificate(const struct asa *a, const struct asa_line *l)
{
    return a->certificates &&
           (asa_line_is_hex(l->text) || span_eq(l->words[0], SPAN("certificate")) ||
            span_eq(l->words[0], SPAN("quit")));
}

static void read_line(struct asa *a, const struct asa_line *l)
{
    if (l->kind == ASA_LINE_EMPTY)
        return;
    a->lines++;
    if (l->indent > 0 || is_certificate(a, l))
        read_internal(a, l);
    else
        read_outer(a, l);
}

static bool is_utf16(struct span text)
{
    return span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff"));
}

static void begin(struct asa *a)
{
    for (size_t i = 0; i < PROTOCOLS; i++)
        a->mails[i] = (struct asa_mail){
            .protocol = (enum protocol)i,
            .port = protocol_port((enum protocol)i),
            .outstanding = DEFAULT_OUTSTANDING,
            .name_separator = ':',
            .server_separator = '@',
            .group_policy = {SPAN("DfltGrpPolicy"), -1},
        };
}

enum asa_outcome asa_read(struct asa *a, struct span text)
{
    struct asa_line l = {0};
    bool any = false;

    if (is_utf16(text))
        return ASA_NOT_TEXT;
    begin(a);
    while (!a->full && asa_line_next(&text, &l))
        read_line(a, &l);
    asa_flush(a);
    if (!a->full) {
        asa_settle_group_policies(a);
        asa_settle_interfaces(a);
        asa_settle_mails(a);
        asa_settle_users(a);
    }
    for (size_t i = 0; i < PROTOCOLS; i++)
        any = any || a->mails[i].line > 0;
    return a->full ? ASA_TOO_MUCH : any ? ASA_READ : ASA_NO_PROXY;
}

struct span asa_address(const struct asa *a, struct span s)
{
    for (const struct asa_alias *alias = a->aliases.first; alias; alias = alias->next)
        if (span_eq(alias->name, s))
            return alias->address;
    return s;
}

bool asa_is_address(struct span s)
{
    unsigned char room[sizeof(struct in6_addr)];
    char text[INET6_ADDRSTRLEN];

    return span_copy(text, sizeof text, s) &&
           (inet_pton(AF_INET, text, room) == 1 || inet_pton(AF_INET6, text, room) == 1);
}

bool asa_is_host(struct span s)
{
    return host_is_address(s) ? asa_is_address(s) : host_is_name(s);
}
