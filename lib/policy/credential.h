/* SPDX-License-Identifier: ISC */
/*
 * credential - finds a file of the policy among systemd's credentials (LoadCredential= in
 * systemd.exec(5)), for a program that may not open the file itself.
 *
 * The credential of DIRECTORY/FILE is named DIRECTORY_FILE, which is how systemd names those of a
 * whole directory (LoadCredential=DIRECTORY:/etc/mailwicket/DIRECTORY), or FILE.
 */
#ifndef MW_POLICY_CREDENTIAL_H
#define MW_POLICY_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

/* file: an absolute name. If the file can't be read and $CREDENTIALS_DIRECTORY holds its
 * credential, writes the credential's file name to room and returns true. Otherwise returns false
 * and leaves room alone: the caller uses the file itself. */
bool credential_of(const char *file, char *room, size_t size);

#endif
