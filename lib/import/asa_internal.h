/* SPDX-License-Identifier: ISC */
/* asa_internal - what the parts of the reader share. */
#ifndef MW_ASA_INTERNAL_H
#define MW_ASA_INTERNAL_H

#include "asa.h"
#include "asa_line.h"

#define ASA_ANY ASA_WORDS /* any number of words */

/* A command of a block. */
struct asa_command {
    const char *name;
    size_t least, most; /* words after the name; with "no" there may be fewer */
    bool no;            /* "no" may come first: the handler finds it in l->no */
    /* false: the line is invalid, or is not carried over, and needs the administrator. NULL: neither
     * the command nor the deeper lines below it have an effect here. */
    bool (*take)(struct asa *a, const struct asa_line *l);
    const char *hint; /* for the note about such a line: what is expected, why, or what to do */
};

/* Opens a block. why is the hint for commands that aren't in the table; not_mail: they have no
 * effect here, else they need the administrator. */
#define ASA_BLOCK(a, table, why, not_mail)                                                         \
    ((a)->rows = (table), (a)->row_count = sizeof(table) / sizeof *(table), (a)->hint = (why),     \
     (a)->other = (not_mail))

/* Appends to an ASA_LIST. Does nothing once the room is full: then all items are a->spare. */
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

/* Returns zeroed memory from the room, never NULL. If the room is full, sets a->full and returns
 * memory that is valid only until the next call. */
void *asa_get(struct asa *a, size_t size);

/* Copies into the room; format is printf's. Empty: the room is full, or the text is too long. */
struct span asa_copy(struct asa *a, struct span s);
struct span asa_keep(struct asa *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Keeps the line for later, in front of a list. Returns true. */
bool asa_keep_line(struct asa *a, struct asa_later **list, const struct asa_line *l);

/* Gives a note about a line; format is printf's. No note shows what follows a command's name: it
 * may be a secret. */
void asa_note(struct asa *a, enum asa_note_kind kind, int line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Notes that lines which counted as carried over are not: as ASA_NOTE_LEFT or ASA_NOTE_OTHER. */
void asa_drop(struct asa *a, enum asa_note_kind kind, int line, unsigned lines, const char *format,
              ...) __attribute__((format(printf, 5, 6)));

/* Notes that the line is not carried over: as ASA_NOTE_LEFT or ASA_NOTE_OTHER. Successive lines with
 * the same command and hint become one note, which asa_flush gives. */
void asa_left(struct asa *a, const struct asa_line *l, enum asa_note_kind kind, const char *hint);
void asa_flush(struct asa *a);

/* For a handler: replaces its row's hint for this line. asa_other: the line has no effect here.
 * Both return false. */
bool asa_because(struct asa *a, const char *why);
bool asa_other(struct asa *a, const char *why);

/* A name for a note, cut if it is too long. */
struct span asa_shown(struct span s);

/* Reads a number from least to max. false: it is not, and *to is unchanged. */
bool asa_number(struct span s, unsigned least, unsigned max, unsigned *to);

/* The address for which s is an alias ("name ADDRESS ALIAS"), or s itself. */
struct span asa_address(const struct asa *a, struct span s);

bool asa_is_address(struct span s); /* a valid IPv4 or IPv6 address */
bool asa_is_host(struct span s);    /* likewise, or a valid host name */

/* Whether a command without indentation is one of the many that are not about mail. */
bool asa_is_foreign(struct span name);

/* NULL: there is none of that name, or the group policy is not carried over. */
struct asa_group *asa_find_group(struct asa *a, struct span name);
struct asa_group_policy *asa_find_group_policy(struct asa *a, struct span name);
struct asa_time_range *asa_find_range(const struct asa *a, struct span name);

/* Handlers of commands that open a block or are a single line. */
bool asa_take_interface(struct asa *a, const struct asa_line *l);
bool asa_take_group(struct asa *a, const struct asa_line *l); /* aaa-server */
bool asa_take_map(struct asa *a, const struct asa_line *l);   /* ldap attribute-map */
bool asa_take_range(struct asa *a, const struct asa_line *l);
bool asa_take_group_policy(struct asa *a, const struct asa_line *l);
bool asa_take_user(struct asa *a, const struct asa_line *l);
bool asa_take_mail(struct asa *a, const struct asa_line *l);

/* Handler of a command that always needs the administrator, but not with "no". */
bool asa_take_not(struct asa *a, const struct asa_line *l);

/* Opens the block of a->at.server, in a group of this type. */
void asa_open_radius(struct asa *a);
void asa_open_ldap(struct asa *a);

/* Handlers in both blocks: "timeout SECONDS"; "key" or "ldap-login-password" with "*****",
 * "SECRET", "0 SECRET" or "8 ENCRYPTED". */
bool asa_take_timeout(struct asa *a, const struct asa_line *l);
bool asa_take_secret(struct asa *a, const struct asa_line *l);
/* Empties it if it is only asterisks, or the line's octets were changed. */
void asa_hide(struct asa_reference *secret, const struct asa_line *l);

/* After reading, in this order: finds what names refer to, and what a policy can hold. */
void asa_resolve_ranges(struct asa *a);
void asa_resolve_group_policies(struct asa *a);
void asa_resolve_interfaces(struct asa *a);
void asa_resolve_mails(struct asa *a);
void asa_resolve_users(struct asa *a);
void asa_resolve_rest(struct asa *a); /* what no protocol names */

/* The group that a protocol names. NULL: it can't be carried over, and a note says so. */
struct asa_group *asa_resolve_group(struct asa *a, const struct asa_reference *r);
void asa_resolve_map(struct asa *a, struct asa_map *m);

/* Notes that a group, with its servers, is not carried over. */
void asa_drop_group(struct asa *a, struct asa_group *g, enum asa_note_kind kind, const char *why);

#endif
