/* SPDX-License-Identifier: ISC */
/*
 * machine - whether this machine has the files and network devices that a policy names.
 *
 * Not part of policy_load: each program reads only the files that it needs, with its own rights;
 * devices come and go; and a policy may be written on another machine.
 */
#ifndef MW_POLICY_MACHINE_H
#define MW_POLICY_MACHINE_H

#include "load.h"

/* Whether the caller isn't root and may not read the file, so that it can't be judged. */
bool machine_hides(const char *path);

/* Both of the following report by line, with name as the policy's file name. */

/* Reports an error for each file that can't be read, COMPLAINT_UNSEEN for one that is hidden, and a
 * warning for a key, secret or users file that everyone may read. false: one is no regular file, but
 * a pipe or a device, for example, so that reading it might never end. */
bool policy_check_files(const struct policy *p, const char *name, policy_complain complain,
                        void *context);

/* Looks at the interfaces on which a protocol is enabled. Reports a warning if the device doesn't
 * exist, or if it is a VLAN, whatever its name. */
void policy_check_devices(const struct policy *p, const char *name, policy_complain complain,
                          void *context);

#endif
