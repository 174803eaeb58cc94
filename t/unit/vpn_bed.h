/* SPDX-License-Identifier: ISC */
/* vpn_bed - what the tests of VPN sessions share: a state file, and words for what stands in it. */
#ifndef MW_VPN_BED_H
#define MW_VPN_BED_H

#include <errno.h>

#include "clock.h"
#include "state_bed.h"
#include "vpn_record.h"
#include "vpn_table.h"

static struct vpn_met met;

/* addresses: separated by blanks, those behind a "+" leased. */
static inline struct vpn_session vpn(const char *user, const char *id, const char *addresses)
{
    struct vpn_session v = {.address_count = 0};
    struct span rest = span_str(addresses);

    assert_true(span_copy(v.user, sizeof v.user, span_str(user)));
    assert_true(span_copy(v.id, sizeof v.id, span_str(id)));
    while (rest.n) {
        struct span word = span_cut(&rest, ' ');
        bool leased = word.p[0] == '+';
        assert_true(v.address_count < LIMIT_VPN_ADDRESSES);
        v.leased |= (unsigned)leased << v.address_count;
        assert_true(vpn_address_parse(span_tail(word, leased), &v.addresses[v.address_count++]));
    }
    return v;
}

static inline int add(const char *user, const char *id, const char *addresses, unsigned limit)
{
    struct vpn_session v = vpn(user, id, addresses);
    const struct vpn_limit l = {limit, 1u << PROTOCOL_IMAP4S | 1u << PROTOCOL_SMTPS};

    return state_vpn_add(bed.s, &v, &l, &met);
}

static inline bool finds(const char *user, const char *address)
{
    struct vpn_session v;

    int rc = state_vpn_find(bed.s, user, address, &v);
    assert_true(rc == 0 || errno == ENOENT);
    return rc == 0;
}

/* A mail session of this user, authenticated; returns its id. */
static inline uint64_t mail(const char *user, enum protocol protocol, bool piggyback,
                            struct process p)
{
    struct entry e = {.protocol = (uint8_t)protocol, .process = p}, evicted;

    assert_int_equal(state_enter(bed.s, &e, 0, 0, &evicted), 0);
    assert_true(span_copy(e.vpn_user, sizeof e.vpn_user, span_str(user)));
    e.piggyback = piggyback;
    assert_int_equal(state_authenticate(bed.s, &e, 0), 0);
    return e.id;
}

static inline bool count_one(void *context, const struct vpn_session *v)
{
    (void)v;
    return ++*(unsigned *)context < 1000000;
}

static inline unsigned listed(void)
{
    unsigned n = 0;

    assert_int_equal(state_vpn_each(bed.s, count_one, &n), 0);
    return n;
}

#endif
