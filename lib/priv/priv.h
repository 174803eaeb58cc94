/* SPDX-License-Identifier: ISC */
/*
 * priv - drops rights for good: first the user, then privileges, then system calls.
 */
#ifndef MW_PRIV_H
#define MW_PRIV_H

#include "buf.h"
#include "err.h"

/* If run as root: becomes user (groups, gid, uid, in this order) and checks that it can't become
 * root again. If run as another user: stays that user. Then in both cases: no new privileges, no
 * core file, no tracing by others. Returns 0, or -1, and e says what to do. */
int priv_drop(const char *user, struct err *e);

/* A jail: the system calls that a role may still make, as a classic BPF program. All others fail
 * with EPERM; a call by another architecture's convention kills the process. */
enum jail_role {
    JAIL_FILTER, /* mailwicket after loading; includes the relay's calls, since jails add up */
    JAIL_RELAY,  /* mailwicket-relay */
};
#define JAIL_MAX 4096 /* most octets of program */

/* Appends the program to out; call it once, before forking. Returns 0, or -1 and e. */
int jail_compile(enum jail_role role, struct buf *out, struct err *e);

/* Puts the calling process into the jail; needs priv_drop first. Returns 0, or -1 and e. */
int jail_enter(struct span program, struct err *e);

#endif
