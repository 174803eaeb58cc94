/* SPDX-License-Identifier: ISC */
/*
 * files - whether the files that a policy names are there and can be read by the caller.
 *
 * Not part of policy_load: the programs read only the files that they need, each with its own
 * rights. A key, secret or users file that everybody may read is a warning, and so is an empty file,
 * but for users.
 */
#ifndef MW_POLICY_FILES_H
#define MW_POLICY_FILES_H

#include "load.h"

/* Complains, with name as the policy's file name, in the file's order. false: there was an error.
 */
bool policy_check_files(const struct policy *p, const char *name, policy_complain complain,
                        void *context);

#endif
