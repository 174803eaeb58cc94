/* SPDX-License-Identifier: ISC */
/* program - the names of Mailwicket's programs, and of the system users that they run as. PURE. */
#ifndef MW_PROGRAM_H
#define MW_PROGRAM_H

#define PROGRAM_FILTER    "mailwicket"           /* the filter: listens, TLS, the login dialogue */
#define PROGRAM_HELPER    "mailwicket-verify"    /* the helper: verifies logins, keeps the state */
#define PROGRAM_RELAY     "mailwicket-relay"     /* the relay: moves bytes after the login */
#define PROGRAM_CONTROL   "mailwicketctl"        /* the administrator's control program */
#define PROGRAM_GENERATOR "mailwicket-generator" /* makes systemd units from the policy */

#define USER_FILTER "mailwicket"        /* of the filter and the relay */
#define USER_HELPER "mailwicket-verify" /* of the helper; may read secrets and users files */

#define GROUP_ADMIN "mailwicket-admin" /* may look without root: see snapshot.h */

/* In the state directory. */
#define SNAPSHOT_SOCKET   "snapshot"
#define SNAPSHOT_GREETING "state" /* comes with the copy's descriptor */

#endif
