/* SPDX-License-Identifier: ISC */
/* vpn_table - inside lib/state: VPN sessions in their two tables, and a walk over one user's
 * sessions or all. Functions here return a code, as in file.h. */
#ifndef MW_VPN_TABLE_H
#define MW_VPN_TABLE_H

#include "file.h"
#include "vpn.h"

#define WALK_END (-1) /* a visit returns it to stop early; not one of LMDB's codes */

struct vpn_walk {
    const struct state *s;
    MDB_txn *txn;
    const char *user; /* NULL: all users */
    bool exact;       /* compare the user with regard to case, whatever the rule */
    const char *id;   /* NULL: any */
    uint64_t now;     /* clock_ms */
    /* Called for each session, which it may delete (vpn_delete_current) or write again. Returns
     * 0, a code, or WALK_END. */
    int (*visit)(struct vpn_walk *w, const struct vpn_session *v);
    void *context;
    int found; /* visit counts here */
    MDB_cursor *cursor;
};

int vpn_walk(struct vpn_walk *w); /* 0 also if there is no session */
bool vpn_expired(const struct vpn_walk *w, const struct vpn_session *v);

/* Only these write the two tables. */
int vpn_put(const struct vpn_walk *w,
            const struct vpn_session *v); /* writes a new or changed session */
int vpn_delete_current(const struct vpn_walk *w, const struct vpn_session *v);
int vpn_delete(const struct vpn_walk *w, const struct vpn_session *v);

/* Finds the session with this leased address. MDB_NOTFOUND: none. */
int vpn_lease(const struct vpn_walk *w, const struct in6_addr *address, struct vpn_session *v);

bool vpn_has_lease(const struct vpn_session *v, const struct in6_addr *address);

#endif
