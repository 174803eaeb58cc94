/* SPDX-License-Identifier: ISC */
/* install_files_internal - what the parts of place share. */
#ifndef MW_INSTALL_FILES_INTERNAL_H
#define MW_INSTALL_FILES_INTERNAL_H

#include "install_files.h"

struct installation {
    const struct units *units;
    const char *directory;
    int fd; /* of the directory */
    install_tell *tell;
    void *context;
    char **names; /* of the files that are wanted; owned */
    size_t name_count;
    bool failed;
};

enum owner { OWNER_NOBODY, OWNER_US, OWNER_OTHER };

/* Whose the file is that has this name. */
enum owner install_owner(const struct installation *p, const char *name);

/* Whether the file is there already as it is wanted. */
bool install_same(const struct installation *p, const struct unit_file *f);

/* Removes our files that aren't wanted. */
void install_clean(struct installation *p);

/* Tells of a file, with the directory in front of its name; and of what is wrong. */
void install_told(struct installation *p, enum install_event event, const char *name);
void install_wrong(struct installation *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
