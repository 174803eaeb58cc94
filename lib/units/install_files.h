/* SPDX-License-Identifier: ISC */
/*
 * install_files - installs the files of units.h in a directory, and removes those of an earlier
 * policy.
 *
 * All files are checked first: if one can't be made, or a file that isn't ours has its name,
 * nothing is changed. Files are replaced atomically; a file that is up to date isn't touched.
 */
#ifndef MW_INSTALL_FILES_H
#define MW_INSTALL_FILES_H

#include "units.h"

enum install_event {
    INSTALL_ERROR,   /* text: what is wrong, and what was expected */
    INSTALL_WRITTEN, /* text: the file's name, with its directory */
    INSTALL_KEPT,    /* likewise: it was up to date */
    INSTALL_REMOVED, /* likewise: the policy no longer needs it */
};

/* Called for each file and each error; text is valid during the call. */
typedef void install_report(void *context, enum install_event event, const char *text);

/* directory must exist; directories below it are made. 0, or -1: there was an INSTALL_ERROR, and
 * nothing was changed unless the system failed midway (a full disk); even then each file is whole.
 * Files have mode 0644 and directories 0755, less the umask. */
int install_units(const struct units *u, const char *directory, install_report *report,
                  void *context);

/* Removes all our files of the kind, as for a policy that enables nothing. Returns likewise. */
int install_remove(enum units_kind kind, const char *directory, install_report *report,
                   void *context);

#endif
