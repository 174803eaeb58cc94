/* SPDX-License-Identifier: ISC */
/*
 * credential - a file of the policy that the service manager hands over (LoadCredential=, in
 * systemd.exec(5)), because its reader may not open the file itself.
 *
 * The credential of DIRECTORY/FILE is named DIRECTORY_FILE, as systemd names those of a whole
 * directory (LoadCredential=DIRECTORY:/etc/mailwicket/DIRECTORY), or FILE.
 */
#ifndef MW_POLICY_CREDENTIAL_H
#define MW_POLICY_CREDENTIAL_H

#include <stdbool.h>
#include <stddef.h>

/* Where the file (an absolute name) can't be read and a credential of its name was handed over
 * ($CREDENTIALS_DIRECTORY): writes the credential's file name to room. false: read the file itself;
 * room is as it was. */
bool credential_of(const char *file, char *room, size_t size);

#endif
