/* SPDX-License-Identifier: ISC */
/*
 * in_force - which policy the helper has in force, in the file "policy" of the state directory: so that
 * a policy that was edited, but not reloaded, is seen. Everybody who may enter the directory may read
 * it; it holds a hash and a file name.
 */
#ifndef MW_IN_FORCE_H
#define MW_IN_FORCE_H

#include "state.h"

#define IN_FORCE_HASH 32 /* SHA-256 of the policy's file */

/* Writes that helper has loaded the policy of this file and hash. 0, or -1 and errno. */
int in_force_write(const char *directory, const struct process *helper,
                   const unsigned char hash[IN_FORCE_HASH], const char *file);

enum in_force {
    IN_FORCE_UNKNOWN, /* no helper runs as a service, or it has another file's policy */
    IN_FORCE_THIS,
    IN_FORCE_OLDER, /* the file was changed, and not reloaded */
};

/* Compares the file, which now has this hash, with what the helper has in force. */
enum in_force in_force_compare(const char *directory, const unsigned char hash[IN_FORCE_HASH],
                               const char *file);

#endif
