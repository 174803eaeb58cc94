/* SPDX-License-Identifier: ISC */
/* vpn_table - inside lib/state: a VPN session in its two tables, and a walk over those of a user or
 * of everybody. Functions here return a code. */
#ifndef MW_VPN_TABLE_H
#define MW_VPN_TABLE_H

#include "file.h"
#include "vpn.h"

#define WALK_END (-1) /* what a visit returns to stop early: none of LMDB's codes */

struct vpn_walk {
    const struct state *s;
    MDB_txn *txn;
    const char *user; /* NULL: everybody's */
    const char *id;   /* NULL: any */
    uint64_t now;     /* clock_ms */
    /* Called for each, which it may delete (vpn_delete_current) or put anew. Returns 0, a code, or
     * WALK_END. */
    int (*visit)(struct vpn_walk *w, const struct vpn_session *v);
    void *context;
    int found; /* for visit to count */
    MDB_cursor *cursor;
};

int vpn_walk(struct vpn_walk *w); /* 0 also where there is none */
bool vpn_expired(const struct vpn_walk *w, const struct vpn_session *v);

/* The only places that write the two tables. */
int vpn_put(const struct vpn_walk *w, const struct vpn_session *v); /* new, or anew */
int vpn_delete_current(const struct vpn_walk *w, const struct vpn_session *v);
int vpn_delete(const struct vpn_walk *w, const struct vpn_session *v);

/* Who has this leased address. MDB_NOTFOUND: nobody. */
int vpn_lease(const struct vpn_walk *w, const struct in6_addr *address, struct vpn_session *v);

bool vpn_has_lease(const struct vpn_session *v, const struct in6_addr *address);

#endif
