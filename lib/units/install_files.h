/* SPDX-License-Identifier: ISC */
/*
 * place - writes what units.h makes into a directory, and takes away what it made there before.
 *
 * All is looked at first: where one file can't be made, or somebody else's stands in its place,
 * nothing is changed. A file is replaced as a whole; one that is right already isn't touched.
 */
#ifndef MW_INSTALL_FILES_H
#define MW_INSTALL_FILES_H

#include "units.h"

enum install_event {
    INSTALL_WRONG,   /* text: what is wrong; what would be right */
    INSTALL_WRITTEN, /* text: the file's name, its directory in front */
    INSTALL_KEPT,    /* likewise: it was right already */
    INSTALL_REMOVED, /* likewise: the policy no longer wants it */
};

/* Told of each file, and of each complaint; text lives for the call. */
typedef void install_tell(void *context, enum install_event event, const char *text);

/* directory: must be there; what is wanted below it is made. 0, or -1: something was INSTALL_WRONG.
 * Nothing was changed then, unless the system failed in the middle (a full disk): each file is
 * whole even so. Files have mode 0644 and directories 0755, less the umask. */
int install_units(const struct units *u, const char *directory, install_tell *tell, void *context);

/* Removes whatever of the kind was made there, as for a policy that enables nothing. Likewise. */
int install_remove(enum units_kind kind, const char *directory, install_tell *tell, void *context);

#endif
