/* SPDX-License-Identifier: ISC */
/*
 * priv - giving rights away for good: user, then what it may still do, then which system calls.
 */
#ifndef MW_PRIV_H
#define MW_PRIV_H

#include "buf.h"
#include "err.h"

/* Run as root: becomes user, with its groups, in this order: groups, gid, uid, and checks that root
 * can't come back. Run as anybody else: stays who it is. Then for both: no new privileges, no core
 * file, not traceable by others. 0, or -1 and e says what to do. */
int priv_drop(const char *user, struct err *e);

/* A jail: the system calls that one role may still make, as a classic BPF program. Anything else
 * fails with EPERM; another architecture's call kills. */
enum jail_role {
    JAIL_FILTER, /* mailwicket after loading, and what the relay needs: jails add up across exec */
    JAIL_RELAY,  /* mailwicket-relay */
};
#define JAIL_MAX 4096 /* octets of program, at most */

/* Appends the program to out (once, before anything is forked). 0, or -1 and e. */
int jail_compile(enum jail_role role, struct buf *out, struct err *e);

/* From here on the calling process lives by the program; needs priv_drop. 0, or -1 and e. */
int jail_enter(struct span program, struct err *e);

#endif
