/* SPDX-License-Identifier: ISC */
/* place_inner - what the parts of place share. */
#ifndef MW_PLACE_INNER_H
#define MW_PLACE_INNER_H

#include "place.h"

struct placing {
    const struct units *units;
    const char *directory;
    int fd; /* of the directory */
    place_tell *tell;
    void *context;
    char **names; /* of the files that are wanted; owned */
    size_t name_count;
    bool failed;
};

enum owner { OWNER_NOBODY, OWNER_US, OWNER_OTHER };

/* Whose the file is that has this name. */
enum owner place_owner(const struct placing *p, const char *name);

/* Whether the file is there already as it is wanted. */
bool place_same(const struct placing *p, const struct unit_file *f);

/* Removes our files that aren't wanted. */
void place_clean(struct placing *p);

/* Tells of a file, with the directory in front of its name; and of what is wrong. */
void place_told(struct placing *p, enum place_event event, const char *name);
void place_wrong(struct placing *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
