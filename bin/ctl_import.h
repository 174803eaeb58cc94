/* SPDX-License-Identifier: ISC */
/* ctl_import - what mailwicketctl import-asa writes: the policy, and the files that it names. */
#ifndef MW_CTL_IMPORT_H
#define MW_CTL_IMPORT_H

#include "asa.h"
#include "err.h"

#define IMPORT_POLICY "policy.xml" /* in a directory */

/* Writes a file as a whole or not at all. Without force one that is there stays, and is an error.
 * 0, or -1 and e. */
int import_put(const char *file, struct span text, bool force, struct err *e);

/* Makes the directory, if it isn't there, and in it the files that the policy names: those that
 * only an administrator can fill are empty, a secret that stood in clear is in its file. What is
 * there is kept. Then the policy, as import_put does. Tells on standard error what it made. 0, or
 * -1 and e; then what it made is gone again. */
int import_put_all(const struct asa *a, const char *directory, struct span policy, bool force,
                   struct err *e);

#endif
