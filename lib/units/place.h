/* SPDX-License-Identifier: ISC */
/*
 * place - writes what units.h makes into a directory, and takes away what it made there before.
 *
 * All is looked at first: where one file can't be made, or somebody else's stands in its place,
 * nothing is changed. A file is replaced as a whole; one that is right already isn't touched.
 */
#ifndef MW_PLACE_H
#define MW_PLACE_H

#include "units.h"

enum place_event {
    PLACE_WRONG,   /* text: what is wrong; what would be right */
    PLACE_WRITTEN, /* text: the file's name, its directory in front */
    PLACE_KEPT,    /* likewise: it was right already */
    PLACE_REMOVED, /* likewise: the policy no longer wants it */
};

/* Told of each file, and of each complaint; text lives for the call. */
typedef void place_tell(void *context, enum place_event event, const char *text);

/* directory: must be there; what is wanted below it is made. 0, or -1: something was PLACE_WRONG.
 * Nothing was changed then, unless the system failed in the middle (a full disk): each file is
 * whole even so. Files have mode 0644 and directories 0755, less the umask. */
int place_units(const struct units *u, const char *directory, place_tell *tell, void *context);

/* Removes whatever of the kind was made there, as for a policy that enables nothing. Likewise. */
int place_remove(enum units_kind kind, const char *directory, place_tell *tell, void *context);

#endif
