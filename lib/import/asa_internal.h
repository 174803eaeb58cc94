/* SPDX-License-Identifier: ISC */
/* asa_internal - what the parts of the reader share. */
#ifndef MW_ASA_INTERNAL_H
#define MW_ASA_INTERNAL_H

#include "asa.h"
#include "asa_line.h"

#define ASA_ANY ASA_WORDS /* so many words as there are */

/* A command of a block. */
struct asa_command {
    const char *name;
    size_t least, most; /* words behind the name; behind a "no" there may be fewer */
    bool no;            /* "no" may stand in front: the handler sees it in l->no */
    /* false: the line is not right, or not carried over; then `right` is told. NULL: a command that
     * is known, and never carried over: left with what stands deeper below it. */
    bool (*take)(struct asa *a, const struct asa_line *l);
    const char *right; /* what would be right, or what to do */
};

#define ASA_ROWS(a, table) ((a)->rows = (table), (a)->row_count = sizeof(table) / sizeof *(table))

/* Appends to an ASA_LIST: nothing where the room is full, for then all items are one. */
#define ASA_APPEND(a, list, item)                                                                  \
    do {                                                                                           \
        if ((a)->full)                                                                             \
            break;                                                                                 \
        if ((list).last)                                                                           \
            (list).last->next = (item);                                                            \
        else                                                                                       \
            (list).first = (item);                                                                 \
        (list).last = (item);                                                                      \
    } while (0)

/* Zeroed memory from the room, never NULL: where there is no more, a->full is set, and what comes
 * back serves only until the line is done. */
void *asa_get(struct asa *a, size_t size);

/* Kept in the room; the second one is printf-like. */
struct span asa_copy(struct asa *a, struct span s);
struct span asa_keep(struct asa *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Notes about a line. The first word for LEFT is the command's: what stands behind it may be a
 * secret. */
void asa_note(struct asa *a, enum asa_note_kind kind, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* The line is left: hint says what to do. Lines that follow each other and would be told the same
 * become one note. */
void asa_left(struct asa *a, const struct asa_line *l, const char *hint);
void asa_flush(struct asa *a); /* tells what is pending */

/* For a handler: the line is left, and not for what its row says is right. Returns false. */
bool asa_because(struct asa *a, const char *why);

/* A name as a note shows it: cut at a length that fits. */
struct span asa_shown(struct span s);

/* A number of least to max. false: *to is untouched. */
bool asa_number(struct span s, unsigned least, unsigned max, unsigned *to);

/* The address that a name of the "names" list means, or s itself. */
struct span asa_address(const struct asa *a, struct span s);

/* Whether s is a right IPv4 or IPv6 address; or a right host name. */
bool asa_is_address(struct span s);
bool asa_is_host(struct span s);

/* What a name means; NULL: nothing. */
struct asa_group *asa_find_group(struct asa *a, struct span name);
struct asa_group_policy *asa_find_group_policy(struct asa *a, struct span name);

/* The commands that open a block, or are one line. */
bool asa_take_interface(struct asa *a, const struct asa_line *l);
bool asa_take_group(struct asa *a, const struct asa_line *l); /* aaa-server */
bool asa_take_map(struct asa *a, const struct asa_line *l);   /* ldap attribute-map */
bool asa_take_range(struct asa *a, const struct asa_line *l);
bool asa_take_group_policy(struct asa *a, const struct asa_line *l);
bool asa_take_user(struct asa *a, const struct asa_line *l);
bool asa_take_mail(struct asa *a, const struct asa_line *l);

/* a->at.server was opened, of a group of that type. */
void asa_open_radius(struct asa *a);
void asa_open_ldap(struct asa *a);

/* In both: "timeout SECONDS"; "key" or "ldap-login-password" with "*****", "SECRET", "0 SECRET" or
 * "8 ENCRYPTED". */
bool asa_take_timeout(struct asa *a, const struct asa_line *l);
bool asa_take_secret(struct asa *a, const struct asa_line *l);
void asa_hide(struct asa_reference *secret); /* asterisks are no secret */

/* The access-hours that a range means, in room; empty: they can't be said, and nobody may come in
 * by them. */
struct span asa_hours(struct asa *a, const struct asa_time_range *r);

/* When all is read: what names mean, and what of it can be in a policy. In this order. */
void asa_settle_group_policies(struct asa *a);
void asa_settle_interfaces(struct asa *a);
void asa_settle_mails(struct asa *a);
void asa_settle_users(struct asa *a);

/* The group that a protocol names, if it can be carried over; else NULL, and noted. */
struct asa_group *asa_settle_group(struct asa *a, const struct asa_reference *r);
void asa_settle_map(struct asa *a, struct asa_map *m);

/* When all protocols are settled: the groups that none of them named. */
void asa_settle_groups(struct asa *a);

#endif
