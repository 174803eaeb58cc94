/* SPDX-License-Identifier: ISC */
/*
 * vpn - the VPN sessions that gateways report, in the state file (R4.5, R4.7).
 *
 * A VPN session is known by its user and by the gateway's id for it; a user may have several. It
 * lives until it is removed, expires, or the machine reboots. Users are compared as
 * state_compare_users says, ids octet by octet. An IPv4-mapped IPv6 address equals the IPv4 address, and a zone does not count.
 *
 * An address that the gateway leased belongs to one VPN session only. A later one with the same
 * leased address replaces the earlier: for the same user it is the same session over a new
 * connection (a gateway may report that before the end of the old connection); for another user the
 * end of the earlier one was never reported.
 *
 * Each call is one transaction. It costs as much as the user's own sessions, however many others
 * there are, except for calls that look at all of them (each, sweep). Functions that return int
 * return 0 or more, or -1 with errno as in state.h.
 */
#ifndef MW_VPN_H
#define MW_VPN_H

#include "state.h"

struct vpn_session {
    uint64_t index; /* unique in the state file; never used again */
    char user[LIMIT_NAME + 1];
    char id[LIMIT_VPN_ID + 1];
    char group_policy[LIMIT_POLICY_NAME + 1];       /* "": the gateway named none */
    struct in6_addr addresses[LIMIT_VPN_ADDRESSES]; /* IPv4 as IPv4-mapped */
    size_t address_count;
    unsigned leased; /* bit i: the gateway leased addresses[i]; else the client connects from it */
    int64_t started; /* wall clock, s */
    uint64_t lifetime; /* s from one touch to the next; 0: until removed */
    uint64_t expires;  /* clock_ms, 0: never */
};

/* false: not an IPv4 or IPv6 address, or one that no client can have (0.0.0.0, ::). */
bool vpn_address_parse(struct span text, struct in6_addr *address);
const char *vpn_address_text(const struct in6_addr *address,
                             char room[INET6_ADDRSTRLEN]); /* returns room */

/* How many VPN sessions and mail sessions together a user may have (R4.5). Mail sessions count if
 * piggyback let them in through a protocol whose bit (1 << enum protocol) is set. */
struct vpn_limit {
    unsigned simultaneous_logins;
    unsigned protocols;
};

/* What an addition found. vpn: the user's other sessions. mail: the mail sessions that count, all of
 * them if it is refused, else as many as leave the limit unreached. displaced: other users' sessions
 * that had its leased addresses; they were removed. */
struct vpn_met {
    unsigned vpn, mail, displaced;
};

enum vpn_added {
    VPN_ADDED,
    VPN_REPLACED, /* it replaced a session of this user */
    VPN_RENEWED,  /* the user had it already, with this id and these addresses */
    VPN_REFUSED,  /* the limit is reached: nothing changed */
};

/* Adds a VPN session. In: user to leased, and lifetime; at least one address. Out: the rest. A
 * session that is renewed, or replaces the user's own with a leased address, is not a new one, and
 * only a limit of 0 refuses it. Mail sessions whose process is gone don't count. Returns enum
 * vpn_added, or -1 (EINVAL: empty user or id, a text or lifetime too long, no address, or one
 * twice). */
int state_vpn_add(struct state *s, struct vpn_session *v, const struct vpn_limit *limit,
                  struct vpn_met *met);

/* Finds the user's VPN session with this address, the newest of several. ENOENT: none. */
int state_vpn_find(struct state *s, const char *user, const char *address, struct vpn_session *out);

/* Renews the user's session with this id (NULL: all of the user's) for *lifetime seconds from
 * now (0: until removed; lifetime NULL: as long as each was added for). Returns how many; an
 * expired one can't be renewed. */
int state_vpn_touch(struct state *s, const char *user, const char *id, const uint64_t *lifetime);

/* Removes the user's session with this id (NULL: all of the user's). Returns how many; expired ones
 * are not counted. user NULL: removes all users' sessions, damaged records too, and counts all. */
int state_vpn_remove(struct state *s, const char *user, const char *id);

/* Visits each VPN session that has not expired, by user, until visit returns false. visit must not
 * call state_*. */
int state_vpn_each(struct state *s, bool (*visit)(void *context, const struct vpn_session *v),
                   void *context);

int state_vpn_sweep(struct state *s); /* removes expired ones; returns how many */

#endif
