/* SPDX-License-Identifier: ISC */
/* asa_read - PURE: finds each line's block and handler; see asa.h. */
#include "asa_internal.h"

#include <arpa/inet.h>

#include "host.h"

#define NO_PART  "not a part of the e-mail proxy"
#define OF_VPN   "it belongs to the VPN gateway"
#define NOT_TEXT "expected text in UTF-8 without control characters"

static bool take_silently(struct asa *a, const struct asa_line *l)
{
    (void)a, (void)l;
    return true;
}

/* name ADDRESS ALIAS [description ...]: other lines may have the alias in place of the address. */
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

/* Commands without indentation. Those without a handler are never carried over. */
static const struct asa_command commands[] = {
    {"aaa-server", 1, ASA_ANY, false, asa_take_group,
     "expected aaa-server GROUP protocol PROTOCOL, or GROUP (INTERFACE) host ADDRESS after it"},
    {"group-policy", 2, ASA_ANY, false, asa_take_group_policy,
     "expected group-policy NAME internal, or attributes after it"},
    {"imap4s", 0, 0, false, asa_take_mail, "expected imap4s alone"},
    {"interface", 1, 2, false, asa_take_interface, "expected interface NAME"},
    {"ldap", 2, 2, false, asa_take_map, "expected ldap attribute-map NAME"},
    {"name", 2, ASA_ANY, false, take_alias, "expected name ADDRESS ALIAS"},
    {"pop3s", 0, 0, false, asa_take_mail, "expected pop3s alone"},
    {"smtps", 0, 0, false, asa_take_mail, "expected smtps alone"},
    {"time-range", 1, 1, false, asa_take_range, "expected time-range NAME"},
    {"username", 2, ASA_ANY, false, asa_take_user,
     "expected username NAME password HASH, or attributes after it"},

    /* There is nothing to carry over. */
    {"ASA", 1, ASA_ANY, false, take_silently, ""},
    {"PIX", 1, ASA_ANY, false, take_silently, ""},
    {"Cryptochecksum", 0, ASA_ANY, false, take_silently, ""},
    {"end", 0, 0, false, take_silently, ""},
    {"exit", 0, 0, false, take_silently, ""},
    {"names", 0, 0, true, take_silently, ""},
    {"quit", 0, 0, false, take_silently, ""},

    {"access-group", 0, ASA_ANY, true, NULL, "it belongs in the machine's firewall"},
    {"access-list", 0, ASA_ANY, true, NULL, "it belongs in the machine's firewall"},
    {"context", 0, ASA_ANY, true, NULL, "import that context's own running configuration"},
    {"crypto", 0, ASA_ANY, true, take_certificates,
     "export the certificates that are needed (crypto ca export) into " ASA_CERTIFICATE ", " ASA_KEY
     " or " ASA_CLIENT_CA},
    {"dns", 0, ASA_ANY, true, NULL, "the machine's resolver is used"},
    {"domain-name", 0, ASA_ANY, true, NULL, "the machine's resolver is used"},
    {"dynamic-access-policy-record", 0, ASA_ANY, true, NULL, OF_VPN},
    {"ip", 0, ASA_ANY, true, NULL, NO_PART},
    {"logging", 0, ASA_ANY, true, NULL, "see <log> in mailwicket-policy(5)"},
    {"mode", 0, ASA_ANY, true, NULL, "import each context's own running configuration"},
    {"ssl", 0, ASA_ANY, true, NULL, "TLS is 1.2 or 1.3; see <tls> in mailwicket-policy(5)"},
    {"tunnel-group", 0, ASA_ANY, true, NULL, OF_VPN},
    {"webvpn", 0, ASA_ANY, true, NULL, OF_VPN},
};

static const struct asa_command *find_command(const struct asa_command *rows, size_t count,
                                              struct span name)
{
    /* "Cryptochecksum:c0ffee" */
    name = span_head(name, span_find(name, ':'));
    for (size_t i = 0; i < count; i++)
        if (span_eq(name, span_str(rows[i].name)))
            return &rows[i];
    return NULL;
}

/* Carries the command over, or notes that it isn't. Returns whether it was carried over. */
static bool take_command(struct asa *a, const struct asa_command *c, const struct asa_line *l)
{
    size_t words = l->count - 1, least = l->no ? 0 : c->least;
    bool taken;

    a->why = NULL;
    if (!c->take)
        taken = l->no && a->rows; /* in a block "no" means that there is nothing to carry over */
    else
        taken = words >= least && words <= c->most && (c->no || !l->no) && c->take(a, l);
    if (!taken)
        asa_left(a, l, a->why ? a->why : c->hint);
    else
        asa_flush(a);
    a->taken += taken;
    return taken;
}

/* A line of the open block. */
static void read_inside(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c = find_command(a->rows, a->row_count, l->words[0]);

    if (a->depth == 0)
        a->depth = l->indent;
    if (a->pending.lines > 0 && (!a->rows || (a->nested && l->indent > a->depth))) {
        a->pending.lines++;
        a->pending.last = l->number;
        return;
    }
    if (l->kind == ASA_LINE_INVALID)
        asa_left(a, l, NOT_TEXT);
    else if (!c)
        asa_left(a, l, a->rows ? a->hint : NO_PART);
    a->nested = !c || !take_command(a, c, l);
}

/* A line without indentation: it ends the open block. */
static void read_outside(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c =
        find_command(commands, sizeof commands / sizeof *commands, l->words[0]);

    a->rows = NULL;
    a->row_count = 0;
    a->depth = 0;
    a->nested = a->certificates = false;
    if (l->kind == ASA_LINE_INVALID)
        asa_left(a, l, NOT_TEXT);
    else if (!c)
        asa_left(a, l, NO_PART);
    else
        take_command(a, c, l);
}

/* A certificate's lines belong together, even if the indentation was lost. */
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
        read_inside(a, l);
    else
        read_outside(a, l);
}

static bool is_utf16(struct span text)
{
    return span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff"));
}

static void set_defaults(struct asa *a)
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
    set_defaults(a);
    while (!a->full && asa_line_next(&text, &l))
        read_line(a, &l);
    asa_flush(a);
    if (!a->full) {
        asa_resolve_group_policies(a);
        asa_resolve_interfaces(a);
        asa_resolve_mails(a);
        asa_resolve_users(a);
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
