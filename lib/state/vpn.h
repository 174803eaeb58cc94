/* SPDX-License-Identifier: ISC */
/*
 * vpn - the VPN sessions that the gateway told of, in the state file (R4.5, R4.7).
 *
 * A session is known by its user and the gateway's id for it; one user may have several. It lives
 * until it is removed, expires, or the machine is booted anew. Names are compared whole, octet by
 * octet. An IPv4-mapped IPv6 address is the IPv4 address, and a zone doesn't count.
 *
 * An address that the gateway leased is one session's alone. A later session with it takes the
 * place of the one before: with the same user it is that session, come back over another connection
 * (which a gateway may tell of before it tells of the old connection's end); with another user the
 * end of the one before was never told.
 *
 * Each call is one transaction, and costs what the user's own sessions cost, however many others
 * there are, but for those that look at all of them (each, sweep). Those that return int return 0
 * or more, or -1 with errno as in state.h.
 */
#ifndef MW_VPN_H
#define MW_VPN_H

#include "state.h"

struct vpn_session {
    uint64_t index; /* its own in the state file; never used again */
    char user[LIMIT_NAME + 1];
    char id[LIMIT_VPN_ID + 1];
    char group_policy[LIMIT_POLICY_NAME + 1];       /* "": the gateway named none */
    struct in6_addr addresses[LIMIT_VPN_ADDRESSES]; /* IPv4 as IPv4-mapped */
    size_t address_count;
    unsigned leased;   /* bit i: the gateway leased addresses[i]; else the client comes from it */
    int64_t started;   /* wall clock, s */
    uint64_t lifetime; /* s from one touch to the next, 0: until it is removed */
    uint64_t expires;  /* clock_ms, 0: never */
};

/* false: neither an IPv4 nor an IPv6 address, or one that no client has (0.0.0.0, ::). */
bool vpn_address_parse(struct span text, struct in6_addr *address);
const char *vpn_address_text(const struct in6_addr *address,
                             char room[INET6_ADDRSTRLEN]); /* returns room */

/* What a user may have (R4.5): so many VPN sessions and mail sessions together. Of mail sessions
 * those count that piggyback let in through a protocol whose bit (1 << enum protocol) is set. */
struct vpn_limit {
    unsigned simultaneous_logins;
    unsigned protocols;
};

/* What an addition met. vpn, mail: what else the user has, counted up to the limit. displaced:
 * other users' sessions that had its leased addresses, and are gone. */
struct vpn_met {
    unsigned vpn, mail, displaced;
};

enum vpn_added {
    VPN_ADDED,
    VPN_REPLACED, /* it took the place of a session of this user */
    VPN_RENEWED,  /* the user had it already: this id, these addresses */
    VPN_REFUSED,  /* the limit is reached: nothing is changed */
};

/* Adds a session. In: user to leased, lifetime; at least one address. Out: the rest. One that is
 * renewed, or replaces the user's own of a leased address, is no new one, and is refused only
 * where the limit is 0. Mail sessions whose process is gone don't count. Returns enum vpn_added, or
 * -1 (EINVAL: user or id is empty, a text or lifetime is too long, no address, or one twice). */
int state_vpn_add(struct state *s, struct vpn_session *v, const struct vpn_limit *limit,
                  struct vpn_met *met);

/* The user's session of this address: the one that was added last. ENOENT: none. */
int state_vpn_find(struct state *s, const char *user, const char *address, struct vpn_session *out);

/* Renews the user's sessions, or the one of this id (NULL: all), from now on for *lifetime seconds
 * (0: until it is removed), or, where that is NULL, for as long as each was added for. Returns how
 * many; an expired one can't be renewed. */
int state_vpn_touch(struct state *s, const char *user, const char *id, const uint64_t *lifetime);

/* Removes the user's sessions, or the one of this id (NULL: all). Returns how many, expired ones
 * not counted. user NULL: everybody's, also where an entry is damaged; then all are counted. */
int state_vpn_remove(struct state *s, const char *user, const char *id);

/* Each session that has not expired, by user; stops when visit returns false. visit must not call
 * state_*. */
int state_vpn_each(struct state *s, bool (*visit)(void *context, const struct vpn_session *v),
                   void *context);

int state_vpn_sweep(struct state *s); /* removes the expired ones; returns how many */

#endif
