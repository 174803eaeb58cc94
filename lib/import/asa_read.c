/* SPDX-License-Identifier: ISC */
/* asa_read - PURE: finds each line's block and handler; see asa.h. */
#include "asa_internal.h"

#include <arpa/inet.h>
#include <stdint.h>

#include "host.h"

#define NO_PART "not a part of the e-mail proxy"
#define OF_VPN  "it belongs to the VPN gateway"
#define NOTHING "there is nothing to carry over"
#define EXPORT                                                                                     \
    "export the certificates that are needed (crypto ca export) into " ASA_CERTIFICATE             \
    ", " ASA_KEY " or " ASA_CLIENT_CA
#define WRAPPED                                                                                    \
    "it seems to be the end of the line before, which was wrapped: make them one line, and "       \
    "import "                                                                                      \
    "again"
#define WRAP_MIN 70 /* octets: no program wraps shorter lines */

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
    return asa_other(a, EXPORT);
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

    {"names", 0, 0, true, take_silently, ""},

    {"ASA", 0, ASA_ANY, false, NULL, NOTHING},
    {"Cryptochecksum", 0, ASA_ANY, false, NULL, NOTHING},
    {"FWSM", 0, ASA_ANY, false, NULL, NOTHING},
    {"PIX", 0, ASA_ANY, false, NULL, NOTHING},
    {"access-group", 0, ASA_ANY, true, NULL, "it belongs in the machine's firewall"},
    {"access-list", 0, ASA_ANY, true, NULL, "it belongs in the machine's firewall"},
    {"context", 0, ASA_ANY, true, asa_take_not, "import that context's own running configuration"},
    {"crypto", 0, ASA_ANY, true, take_certificates, EXPORT},
    {"dns", 0, ASA_ANY, true, NULL, "the machine's resolver is used"},
    {"domain-name", 0, ASA_ANY, true, NULL, "the machine's resolver is used"},
    {"dynamic-access-policy-record", 0, ASA_ANY, true, NULL, OF_VPN},
    {"end", 0, ASA_ANY, true, NULL, NOTHING},
    {"exit", 0, ASA_ANY, true, NULL, NOTHING},
    {"ip", 0, ASA_ANY, true, NULL, NO_PART},
    {"logging", 0, ASA_ANY, true, NULL, "see <log> in mailwicket-policy(5)"},
    {"mode", 0, ASA_ANY, true, asa_take_not, "import each context's own running configuration"},
    {"quit", 0, ASA_ANY, true, NULL, NOTHING},
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
    bool taken, other = !c->take;

    a->why = NULL;
    a->why_other = false;
    if (!c->take)
        taken = l->no && a->rows; /* in a block "no" means that there is nothing to carry over */
    else
        taken = words >= least && words <= c->most && (c->no || !l->no) && c->take(a, l);
    if (!taken) {
        asa_left(a, l, other || a->why_other ? ASA_NOTE_OTHER : ASA_NOTE_LEFT,
                 a->why ? a->why : c->hint);
        return false;
    }
    asa_flush(a);
    a->taken++;
    if (a->owner)
        ++*a->owner;
    if (l->controls)
        asa_note(a, ASA_NOTE_TODO, l->number, "%s: the line has control characters: check it",
                 c->name);
    else if (l->latin)
        asa_note(a, ASA_NOTE_CHANGED, l->number,
                 "%s: the line is not in UTF-8, and was read as ISO 8859-1", c->name);
    return true;
}

/* A line of the open block. */
static void read_inside(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c = find_command(a->rows, a->row_count, l->words[0]);
    bool taken = false;

    if (a->depth == 0)
        a->depth = l->indent;
    if (a->pending.lines > 0 && (!a->rows || (a->nested && l->indent > a->depth))) {
        a->pending.lines++;
        a->pending.last = l->number;
        return;
    }
    if (c)
        taken = take_command(a, c, l);
    else if (l->count == 1 && span_eq(l->words[0], SPAN("exit")))
        asa_left(a, l, ASA_NOTE_OTHER, NOTHING);
    else
        asa_left(a, l, a->rows && !a->other ? ASA_NOTE_LEFT : ASA_NOTE_OTHER,
                 a->rows ? a->hint : NO_PART);
    a->nested = !taken;
    a->wide = l->width >= WRAP_MIN && a->rows ? l->number : 0;
}

/* A line that ends the open block. */
static void read_outside(struct asa *a, const struct asa_line *l)
{
    const struct asa_command *c =
        find_command(commands, sizeof commands / sizeof *commands, l->words[0]);
    bool taken = false;

    a->rows = NULL;
    a->row_count = 0;
    a->owner = NULL;
    a->depth = 0;
    a->outer = l->indent;
    a->nested = a->certificates = false;
    if (c)
        taken = take_command(a, c, l);
    else
        asa_left(a, l, ASA_NOTE_OTHER, NO_PART);
    a->wide = l->width >= WRAP_MIN && taken ? l->number : 0;
}

/* Blocks are told by their indentation, even if all of the text is indented, or all but its first
 * line. If the text lost its indentation, then by what the open block has. */
static bool is_inside(const struct asa *a, const struct asa_line *l)
{
    bool known = find_command(commands, sizeof commands / sizeof *commands, l->words[0]) ||
                 asa_is_foreign(l->words[0]);
    bool of_block = find_command(a->rows, a->row_count, l->words[0]);

    if (l->indent <= a->outer)
        return a->flat && a->rows && (of_block || !known);
    return of_block || !known || l->indent != a->mail_depth;
}

/* The end of a wrapped line has lost its indentation, too. */
static bool is_wrapped(const struct asa *a, const struct asa_line *l)
{
    return a->wide > 0 && l->number == a->wide + 1 && l->indent <= a->outer &&
           !find_command(commands, sizeof commands / sizeof *commands, l->words[0]) &&
           !find_command(a->rows, a->row_count, l->words[0]) && !asa_is_foreign(l->words[0]);
}

/* A certificate's lines belong together, even if the indentation was lost. */
static bool is_certificate(const struct asa *a, const struct asa_line *l)
{
    return a->certificates &&
           (asa_line_is_hex(l->text) || span_eq(l->words[0], SPAN("certificate")) ||
            span_eq(l->words[0], SPAN("quit")));
}

static void read_line(struct asa *a, struct asa_line *l)
{
    bool certificate;

    if (l->kind == ASA_LINE_UNCLEAN) {
        char *room = asa_get(a, l->text.n * ASA_LINE_GROWTH);
        if (a->full)
            return;
        asa_line_clean(l, room);
    }
    if (l->kind == ASA_LINE_EMPTY)
        return;
    a->lines++;
    certificate = is_certificate(a, l);
    if (!certificate && is_wrapped(a, l))
        asa_left(a, l, ASA_NOTE_LEFT, WRAPPED);
    else if (certificate || is_inside(a, l))
        read_inside(a, l);
    else
        read_outside(a, l);
}

/* Finds out how the text is indented: by the protocols' lines, which every text must have. */
static void survey(struct asa *a, struct span text)
{
    struct asa_line l = {0};
    enum protocol which;
    size_t deepest = 0;
    bool any = false;

    while (asa_line_next(&text, &l)) {
        if (l.kind != ASA_LINE_EMPTY && l.indent > deepest)
            deepest = l.indent;
        if (any || l.count != 1 || l.no || !protocol_parse(l.words[0], &which))
            continue;
        any = true;
        a->mail_depth = l.indent;
    }
    a->flat = any && deepest <= a->mail_depth;
}

static bool is_utf16(struct span text)
{
    return span_starts(text, SPAN("\xff\xfe")) || span_starts(text, SPAN("\xfe\xff"));
}

static void set_defaults(struct asa *a)
{
    a->outer = SIZE_MAX; /* the first line is in no block */
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
    survey(a, text);
    if (a->flat)
        asa_note(a, ASA_NOTE_TODO, 0,
                 "no line is indented: compare every block of the policy with the configuration");
    while (!a->full && asa_line_next(&text, &l))
        read_line(a, &l);
    asa_flush(a);
    if (!a->full) {
        asa_resolve_ranges(a);
        asa_resolve_group_policies(a);
        asa_resolve_interfaces(a);
        asa_resolve_mails(a);
        asa_resolve_users(a);
        asa_resolve_rest(a);
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
