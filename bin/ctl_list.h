/* SPDX-License-Identifier: ISC */
/*
 * ctl_list - many sessions, gathered and brought in order. Each is kept packed, as in the state
 * file: some 300 octets and not 3 KB, for there may be 50,000.
 */
#ifndef MW_CTL_LIST_H
#define MW_CTL_LIST_H

#include "state.h"

#define LIST_TEXT_MAX 48 /* room for a key that is made of a number or an address */

/* What can be sorted by: a number, or a text. */
struct list_key {
    const char *name;
    uint64_t (*number)(const struct entry *s, uint64_t now);
    const char *(*text)(const struct entry *s, char room[LIST_TEXT_MAX]); /* or NULL: by number */
};

/* The key of this name; with "-" in front *descending. NULL: there is none. */
const struct list_key *list_key_find(const char *argument, bool *descending);

/* All names, in a row with blanks between. */
const char *list_key_names(void);

struct list_row {
    uint64_t id, number;
    char *text;   /* owned; NULL: by number */
    char *packed; /* owned */
    size_t size;
};

struct list {
    const struct list_key *key;
    bool descending;
    uint64_t now;          /* clock_ms */
    struct list_row *rows; /* owned */
    size_t count;
};

/* Appends a copy. Out of memory ends the program. */
void list_add(struct list *l, const struct entry *s);
void list_sort(struct list *l); /* equal ones by index */
void list_get(const struct list *l, size_t row, struct entry *s);
void list_free(struct list *l); /* it is empty then, and may be filled again */

#endif
