/* SPDX-License-Identifier: ISC */
/*
 * ldap_lines - entries as libcurl writes them. PURE.
 *
 *     DN: the entry's DN                  (an empty DN may lack the blank)
 *     TAB attribute: value
 *     TAB attribute:: value in base64     (where it isn't printable ASCII)
 *     TAB attribute:                      (no value)
 *     an empty line                       (behind each attribute and each entry)
 *
 * Push bytes, pull events: call ldap_next until LDAP_MORE. A line ends in LF and is nowhere folded.
 */
#ifndef MW_LDAP_LINES_H
#define MW_LDAP_LINES_H

#include "limits.h"
#include "span.h"

struct ldap_lines { /* all zero is the beginning */
    size_t len;     /* octets of a line that isn't whole yet */
    bool entry;     /* an entry has begun */
    bool bad;
    char line[LIMIT_LDAP_LINE];
};

enum ldap_event {
    LDAP_MORE,  /* *in is spent */
    LDAP_ENTRY, /* value: the DN */
    LDAP_VALUE, /* name, value */
    LDAP_BAD,   /* not such lines, or one that is too long; for good */
};

/* The spans point into l until the next call; they may hold any octet but LF in a name or DN. */
struct ldap_item {
    struct span name, value;
};

/* Takes from *in what it needs. */
enum ldap_event ldap_next(struct ldap_lines *l, struct span *in, struct ldap_item *out);

/* Whether the bytes so far end where an answer may end. */
bool ldap_whole(const struct ldap_lines *l);

#endif
