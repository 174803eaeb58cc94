/* SPDX-License-Identifier: ISC */
/*
 * values - reads the text of an attribute into a member of a struct.
 *
 * The attribute's kind says how the text is read, into which C type, and what is expected.
 */
#ifndef MW_VALUES_H
#define MW_VALUES_H

#include "arena.h"
#include "policy.h"

/* What a text is read into. */
enum value_kind {
    VALUE_TEXT,              /* char *, any text */
    VALUE_FILLED,            /* char *, not empty */
    VALUE_FILE,              /* char *, made absolute; "" stays "" */
    VALUE_FILE_FILLED,       /* char *, made absolute, not empty */
    VALUE_NAME,              /* char *, letters, digits, "_", ".", "-" */
    VALUE_DEVICE,            /* char *, a network device's name */
    VALUE_ADDRESS,           /* char *, an IP address, or empty */
    VALUE_HOST,              /* char *, a name (A-labels) or an address (without brackets) */
    VALUE_HOST_PATTERN,      /* char *, likewise, or "*.suffix" */
    VALUE_URL,               /* char *, begins with one of choices */
    VALUE_HOURS,             /* char *, access-hours (hours.h), or empty */
    VALUE_OFFER,             /* char *, a list of capabilities; without the attribute: NULL */
    VALUE_WORD,              /* char *, one of choices */
    VALUE_NUMBER,            /* unsigned, min to max */
    VALUE_LIMIT,             /* unsigned, min to max, or "none": 0 */
    VALUE_BOOL,              /* bool */
    VALUE_CHOICE,            /* int or an enum, one of choices */
    VALUE_FLAG,              /* bool, one of two choices */
    VALUE_SET,               /* unsigned, several of choices, or'ed */
    VALUE_DELIMITER,         /* char */
    VALUE_INTERFACE,         /* struct policy_interface *; the references begin here */
    VALUE_GROUP,             /* struct server_group * */
    VALUE_GROUP_POLICY,      /* struct group_policy * */
    VALUE_GROUP_POLICY_NAME, /* char *, the name of a group policy that exists */
};

struct choice {
    const char *text; /* NULL ends the list */
    int value;
};

struct attribute {
    const char *name;
    enum value_kind kind;
    size_t offset;        /* in the element's struct */
    const char *fallback; /* the default, as it would be written; NULL: zero, "" or none */
    unsigned min, max;
    const struct choice *choices;
    bool required;
};

struct values {
    struct arena *arena;
    const char *directory;                  /* of the policy file, absolute */
    struct policy_credential **credentials; /* the list to add to; NULL: none is kept */
};

/* Reads text into to. false: text is invalid, and to holds the default, or nothing; a string is
 * never NULL. References (the last four kinds) are not read here: see references_resolve. */
bool value_read(const struct values *v, const struct attribute *a, const char *text, void *to);

/* Writes what is expected, for a complaint: "a number from 1 to 65535". */
void value_expected(const struct attribute *a, char *room, size_t size);

#endif
