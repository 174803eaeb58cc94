/* SPDX-License-Identifier: ISC */
/* ctl_import - writes what mailwicketctl import-asa makes: the policy, and the files that it
 * names. */
#ifndef MW_CTL_IMPORT_H
#define MW_CTL_IMPORT_H

#include <stdio.h>

#include "asa.h"
#include "err.h"

#define IMPORT_POLICY "policy.xml" /* its name in a directory */

/* Writes a file as a whole or not at all. Without force, a file that exists is kept, and is an
 * error. 0, or -1 and e. */
int import_put(const char *file, struct span text, bool force, struct err *e);

/* Makes the directory if it does not exist, and in it the files that the policy names, then the
 * policy by import_put. A secret in clear text goes into its file. A file that only an
 * administrator can fill is made empty. Files that exist are kept. Prints on told what it made. 0,
 * or -1 and e; then it has removed what it made. */
int import_put_all(const struct asa *a, const char *directory, struct span policy, bool force,
                   FILE *told, struct err *e);

#endif
