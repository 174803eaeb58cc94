/* SPDX-License-Identifier: ISC */
/* asa_mail - PURE: the blocks pop3s, imap4s and smtps. */
#include "asa_internal.h"

#include "policy.h"

#define DELIMITERS    "@|:#,;"
#define DELIMITER     "expected one of @ | : # , ;"
#define NAME_OF_GROUP "expected the name of a server group"

/* Removes an earlier enable of the interface. */
static void disable(struct asa_mail *m, struct span interface)
{
    for (struct asa_enable *e = m->enables.first; e; e = e->next)
        if (span_eq(e->interface.name, interface))
            e->interface.line = 0;
}

static bool take_enable(struct asa *a, const struct asa_line *l)
{
    struct asa_enable *e;

    disable(a->at.mail, l->words[1]);
    if (l->no)
        return l->count == 2;
    e = asa_get(a, sizeof *e);
    e->interface = (struct asa_reference){l->words[1], l->number};
    ASA_APPEND(a, a->at.mail->enables, e);
    return true;
}

static bool take_mail_port(struct asa *a, const struct asa_line *l)
{
    a->at.mail->port = protocol_port(a->at.mail->protocol);
    return l->no || asa_number(l->words[1], 1, 65535, &a->at.mail->port);
}

static bool take_outstanding(struct asa *a, const struct asa_line *l)
{
    a->at.mail->outstanding = l->no ? 0 : DEFAULT_OUTSTANDING;
    return l->no || asa_number(l->words[1], 1, 1000, &a->at.mail->outstanding);
}

/* server HOST [PORT]: the appliance documents no port, but the word can't mean anything else. */
static bool take_server(struct asa *a, const struct asa_line *l)
{
    struct asa_mail *m = a->at.mail;

    m->server = (struct asa_reference){SPAN_NONE, 0};
    m->server_port = 0;
    if (l->no)
        return true;
    m->server = (struct asa_reference){l->words[1], l->number};
    return l->count == 2 || asa_number(l->words[2], 1, 65535, &m->server_port);
}

static bool take_separator(const struct asa_line *l, char fallback, char *to)
{
    struct span one = l->words[1];

    *to = fallback;
    if (l->no)
        return true;
    if (one.n != 1 || span_find(SPAN(DELIMITERS), one.p[0]) == SPAN_NOT_FOUND)
        return false;
    *to = one.p[0];
    return true;
}

static bool take_name_separator(struct asa *a, const struct asa_line *l)
{
    return take_separator(l, ':', &a->at.mail->name_separator);
}

static bool take_server_separator(struct asa *a, const struct asa_line *l)
{
    return take_separator(l, '@', &a->at.mail->server_separator);
}

/* All methods are required, also those of several lines. An unknown method might have kept users
 * out, so then the protocol is not enabled. */
static bool take_methods(struct asa *a, const struct asa_line *l)
{
    static const struct {
        struct span name;
        enum method method;
    } methods[] = {{SPAN("aaa"), METHOD_AAA},
                   {SPAN("certificate"), METHOD_CERTIFICATE},
                   {SPAN("mailhost"), METHOD_MAILHOST},
                   {SPAN("piggyback"), METHOD_PIGGYBACK}};
    struct asa_mail *m = a->at.mail;

    if (l->no)
        m->methods = 0;
    for (size_t i = 1; i < l->count && !l->no; i++) {
        size_t k = 0;
        while (k < sizeof methods / sizeof *methods && !span_eq(methods[k].name, l->words[i]))
            k++;
        if (k == sizeof methods / sizeof *methods) {
            m->closed = "a method of authentication is unknown";
            return false;
        }
        m->methods |= methods[k].method;
    }
    m->methods_line = l->no ? 0 : l->number;
    return true;
}

static bool take_reference(const struct asa_line *l, struct asa_reference *to)
{
    *to = (struct asa_reference){SPAN_NONE, 0};
    if (!l->no && !span_eq(l->words[1], SPAN("none")))
        *to = (struct asa_reference){l->words[1], l->number};
    return true;
}

static bool take_authentication(struct asa *a, const struct asa_line *l)
{
    return take_reference(l, &a->at.mail->authentication);
}

static bool take_authorization(struct asa *a, const struct asa_line *l)
{
    return take_reference(l, &a->at.mail->authorization);
}

static bool take_accounting(struct asa *a, const struct asa_line *l)
{
    return take_reference(l, &a->at.mail->accounting);
}

static bool take_required(struct asa *a, const struct asa_line *l)
{
    a->at.mail->required = !l->no; /* also if more words follow */
    return l->count == 1;
}

/* The default is DfltGrpPolicy; "no" means none. */
static bool take_default_group_policy(struct asa *a, const struct asa_line *l)
{
    return take_reference(l, &a->at.mail->group_policy);
}

static bool is_field(struct span s)
{
    for (int f = DN_C; f < DN_NONE; f++)
        if (span_eq(s, span_str(dn_field_name((enum dn_field)f))))
            return true;
    return false;
}

/* authorization-dn-attributes PRIMARY [SECONDARY], or use-entire-name */
static bool take_dn(struct asa *a, const struct asa_line *l)
{
    struct asa_mail *m = a->at.mail;
    struct span none = span_str(dn_field_name(DN_NONE));
    struct span second = l->count == 3 ? l->words[2] : none;

    m->dn_line = l->no ? 0 : l->number;
    m->dn_entire = !l->no && span_eq(l->words[1], SPAN("use-entire-name"));
    if (l->no || (m->dn_entire && l->count == 2))
        return true;
    if (span_ieq(second, none))
        second = none;
    else if (!is_field(second))
        second = SPAN_NONE;
    if (m->dn_entire || second.n == 0 || !is_field(l->words[1])) {
        m->dn_line = 0;
        m->closed = "users would be authorized by another name than on the appliance";
        return false;
    }
    m->dn_primary = l->words[1];
    m->dn_secondary = second;
    return true;
}

static const struct asa_command mail_rows[] = {
    {"accounting-server-group", 1, 1, true, take_accounting, NAME_OF_GROUP},
    {"authentication", 1, ASA_WORDS - 1, true, take_methods,
     "expected one or more of aaa, certificate, mailhost, piggyback"},
    {"authentication-server-group", 1, 1, true, take_authentication, NAME_OF_GROUP},
    {"authorization-dn-attributes", 1, 2, true, take_dn,
     "expected use-entire-name, or one or two of C CN DNQ EA GENQ GN I L N O OU SER SN SP T UID"},
    {"authorization-required", 0, ASA_ANY, true, take_required,
     "expected authorization-required alone"},
    {"authorization-server-group", 1, 1, true, take_authorization, NAME_OF_GROUP},
    {"default-group-policy", 1, 1, true, take_default_group_policy,
     "expected the name of a group policy"},
    {"enable", 1, 1, true, take_enable, "expected the name of an interface"},
    {"name-separator", 1, 1, true, take_name_separator, DELIMITER},
    {"outstanding", 1, 1, true, take_outstanding, "expected a number from 1 to 1000"},
    {"port", 1, 1, true, take_mail_port, "expected a number from 1 to 65535"},
    {"server", 1, 2, true, take_server, "expected a host name or an address"},
    {"server-separator", 1, 1, true, take_server_separator, DELIMITER},
};

bool asa_take_mail(struct asa *a, const struct asa_line *l)
{
    enum protocol which;
    struct asa_mail *m;

    if (!protocol_parse(l->words[0], &which))
        return false;
    m = &a->mails[which];
    if (m->line == 0)
        m->line = l->number;
    a->at.mail = m;
    ASA_BLOCK(a, mail_rows, "the e-mail proxy has no such setting", false);
    return true;
}
