/* SPDX-License-Identifier: ISC */
/*
 * ctl_list - collects entries and sorts them. Entries are kept packed, as in the state file: about
 * 300 octets each instead of 3 KB, because there may be 50,000 of them.
 */
#ifndef MW_CTL_LIST_H
#define MW_CTL_LIST_H

#include "state.h"

#define LIST_TEXT_MAX 48 /* room for a key that is made of a number or an address */

/* A key to sort by: a number or a text. */
struct list_key {
    const char *name;
    uint64_t (*number)(const struct entry *e, uint64_t now);
    const char *(*text)(const struct entry *e, char room[LIST_TEXT_MAX]); /* NULL: use number */
};

/* Returns the key of this name, without a "-" in front, which sets *descending. NULL: there is
 * none. */
const struct list_key *list_key_find(const char *argument, bool *descending);

/* Returns all names, separated by blanks, in static memory. */
const char *list_key_names(void);

struct list_row {
    uint64_t id, number;
    char *text;   /* owned; NULL: number is the key */
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
void list_add(struct list *l, const struct entry *e);
void list_sort(struct list *l); /* by key, then by index */
void list_get(const struct list *l, size_t row, struct entry *e);
void list_free(struct list *l); /* leaves an empty list, which may be filled again */

#endif
