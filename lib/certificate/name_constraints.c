/* SPDX-License-Identifier: ISC */
/* name_constraints - PURE; see name_constraints.h. Believes nothing: a client may have sent the CA's
 * certificate, too. */
#include "name_constraints.h"

#include <string.h>

#include "der.h"
#include "directory_string.h"
#include "dn_compare.h"

/* GeneralName's forms by their tag. */
enum form {
    FORM_OTHER = DER_CONSTRUCTED(0),
    FORM_MAIL = DER_CONTEXT(1),
    FORM_DNS = DER_CONTEXT(2),
    FORM_DIRECTORY = DER_CONSTRUCTED(4),
    FORM_ADDRESS = DER_CONTEXT(7),
};

#define OID_EMAIL_ADDRESS "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01" /* RFC 2985 section 5.2.1 */
#define OID_UTF8_MAILBOX  "\x2b\x06\x01\x05\x05\x07\x08\x09"     /* RFC 9598 section 3 */

enum match { MATCH_NO, MATCH_YES, MATCH_UNREADABLE };

/* The two lists of a NameConstraints extension. */
struct subtrees {
    struct span permitted, excluded;
};

/* Cuts the first GeneralSubtree off *rest and returns its base. The minimum, if it is there, must be
 * 0, and there must be no maximum. */
static bool read_subtree(struct span *rest, struct der *base)
{
    struct der subtree, minimum;
    struct span inside;

    if (!der_next(rest, &subtree) || subtree.tag != DER_SEQUENCE_OF)
        return false;
    inside = subtree.content;
    if (!der_next(&inside, base))
        return false;
    if (inside.n == 0)
        return true;
    return der_next(&inside, &minimum) && inside.n == 0 && minimum.tag == DER_CONTEXT(0) &&
           span_eq(minimum.content, span_of("", 1));
}

static bool is_list_of_subtrees(struct span list)
{
    struct der base;

    while (list.n > 0)
        if (!read_subtree(&list, &base))
            return false;
    return true;
}

static bool read_constraints(struct span extension, struct subtrees *out)
{
    struct span inside;
    struct der list;
    unsigned char last = 0;

    *out = (struct subtrees){SPAN_NONE, SPAN_NONE};
    if (!der_only(extension, DER_SEQUENCE_OF, &inside))
        return false;
    while (inside.n > 0) {
        if (!der_next(&inside, &list) || list.tag <= last || !is_list_of_subtrees(list.content))
            return false;
        last = list.tag;
        if (list.tag == DER_CONSTRUCTED(0))
            out->permitted = list.content;
        else if (list.tag == DER_CONSTRUCTED(1))
            out->excluded = list.content;
        else
            return false;
    }
    return true;
}

static enum match match_directory(struct span name, struct span base)
{
    switch (dn_is_below(name, base)) {
    case DN_MATCHES:
        return MATCH_YES;
    case DN_DIFFERS:
        return MATCH_NO;
    case DN_UNREADABLE:
        break;
    }
    return MATCH_UNREADABLE;
}

static enum match match_dns(struct span name, struct span base)
{
    if (base.n == 0 || (name.n == base.n && span_ieq(name, base)))
        return MATCH_YES;
    if (name.n <= base.n || !span_iends(name, base))
        return MATCH_NO;
    return base.p[0] == '.' || name.p[name.n - base.n - 1] == '.' ? MATCH_YES : MATCH_NO;
}

static enum match match_mail(struct span name, struct span base)
{
    size_t name_at = span_rfind(name, '@'), base_at = span_rfind(base, '@');
    struct span host = span_tail(name, name_at + 1);

    if (name_at == SPAN_NOT_FOUND)
        return MATCH_UNREADABLE;
    if (base_at != SPAN_NOT_FOUND)
        return span_eq(span_head(name, name_at), span_head(base, base_at)) &&
                       span_ieq(host, span_tail(base, base_at + 1))
                   ? MATCH_YES
                   : MATCH_NO;
    if (base.n > 0 && base.p[0] == '.')
        return host.n > base.n && span_iends(host, base) ? MATCH_YES : MATCH_NO;
    return span_ieq(host, base) ? MATCH_YES : MATCH_NO;
}

/* IPv4 or IPv6: four or 16 octets, and as many of the mask. */
static enum match match_address(struct span name, struct span base)
{
    if ((name.n != 4 && name.n != 16) || (base.n != 8 && base.n != 32))
        return MATCH_UNREADABLE;
    if (base.n != 2 * name.n)
        return MATCH_NO;
    for (size_t i = 0; i < name.n; i++)
        if ((name.p[i] ^ base.p[i]) & base.p[name.n + i])
            return MATCH_NO;
    return MATCH_YES;
}

static const struct {
    unsigned char form;
    enum match (*match)(struct span name, struct span base);
} forms[] = {
    {FORM_MAIL, match_mail},
    {FORM_DNS, match_dns},
    {FORM_DIRECTORY, match_directory},
    {FORM_ADDRESS, match_address},
};

static enum match match_form(const struct der *name, const struct der *base)
{
    if (name->tag != base->tag)
        return MATCH_UNREADABLE; /* a mailbox in UTF-8 */
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (name->tag == forms[i].form)
            return forms[i].match(name->content, base->content);
    return MATCH_UNREADABLE;
}

/* The type of an otherName; empty if it can't be read. */
static struct span other_type(const struct der *name)
{
    struct span inside = name->content;
    struct der type;

    return der_next(&inside, &type) && type.tag == DER_OBJECT ? type.content : SPAN_NONE;
}

/* Returns whether the constraint is for names of this form. */
static bool concerns(const struct der *base, const struct der *name)
{
    if (name->tag != FORM_OTHER)
        return base->tag == name->tag;
    if (base->tag == FORM_MAIL)
        return span_eq(other_type(name), SPAN(OID_UTF8_MAILBOX));
    return base->tag == FORM_OTHER && span_eq(other_type(base), other_type(name));
}

/* Compares a name with a list. *some becomes true if the list has constraints for its form. */
static enum match match_list(struct span list, const struct der *name, bool *some)
{
    struct der base;
    enum match found = MATCH_NO;

    *some = false;
    while (list.n > 0 && found == MATCH_NO) {
        if (!read_subtree(&list, &base))
            return MATCH_UNREADABLE;
        if (!concerns(&base, name))
            continue;
        *some = true;
        found = match_form(name, &base);
    }
    return found;
}

static enum names_outcome judge_name(const struct subtrees *s, const struct der *name)
{
    bool some, excludes;
    enum match permitted = match_list(s->permitted, name, &some);
    enum match excluded = match_list(s->excluded, name, &excludes);

    if (permitted == MATCH_UNREADABLE || excluded == MATCH_UNREADABLE)
        return NAMES_UNREADABLE;
    return excluded == MATCH_YES || (some && permitted == MATCH_NO) ? NAMES_FORBIDDEN
                                                                    : NAMES_ALLOWED;
}

/* An emailAddress is ASCII (RFC 5280 section 4.1.2.6). */
static enum names_outcome judge_attribute(const struct subtrees *s, struct span pair)
{
    struct der type, value;

    if (!der_next(&pair, &type) || !der_next(&pair, &value) || pair.n > 0)
        return NAMES_UNREADABLE;
    if (!span_eq(type.content, SPAN(OID_EMAIL_ADDRESS)))
        return NAMES_ALLOWED;
    if (value.tag != TAG_IA5)
        return NAMES_UNREADABLE;
    value.tag = FORM_MAIL;
    return judge_name(s, &value);
}

static enum names_outcome judge_addresses(const struct subtrees *s, struct span rdns)
{
    enum names_outcome outcome = NAMES_ALLOWED;
    struct der rdn, pair;

    while (outcome == NAMES_ALLOWED && rdns.n > 0) {
        if (!der_next(&rdns, &rdn) || rdn.tag != DER_SET_OF)
            return NAMES_UNREADABLE;
        while (outcome == NAMES_ALLOWED && rdn.content.n > 0) {
            if (!der_next(&rdn.content, &pair) || pair.tag != DER_SEQUENCE_OF)
                return NAMES_UNREADABLE;
            outcome = judge_attribute(s, pair.content);
        }
    }
    return outcome;
}

/* An empty subject is no name. */
static enum names_outcome judge_subject(const struct subtrees *s, struct span subject)
{
    struct der name = {.tag = FORM_DIRECTORY, .content = subject};
    struct span rdns;
    enum names_outcome outcome;

    if (!der_only(subject, DER_SEQUENCE_OF, &rdns))
        return NAMES_UNREADABLE;
    if (rdns.n == 0)
        return NAMES_ALLOWED;
    outcome = judge_name(s, &name);
    return outcome == NAMES_ALLOWED ? judge_addresses(s, rdns) : outcome;
}

enum names_outcome name_constraints_judge(struct span constraints, struct span subject,
                                          struct span alternative)
{
    struct subtrees s;
    struct span names = SPAN_NONE;
    struct der name;
    enum names_outcome outcome;

    if (!read_constraints(constraints, &s) ||
        (alternative.n > 0 && !der_only(alternative, DER_SEQUENCE_OF, &names)))
        return NAMES_UNREADABLE;
    outcome = judge_subject(&s, subject);
    while (outcome == NAMES_ALLOWED && names.n > 0)
        outcome = der_next(&names, &name) ? judge_name(&s, &name) : NAMES_UNREADABLE;
    return outcome;
}
