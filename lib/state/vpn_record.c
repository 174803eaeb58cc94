/* SPDX-License-Identifier: ISC */
/* vpn_record - VPN sessions to octets and back, and addresses. PURE; believes nothing that it reads
 * from the file. */
#include "vpn_record.h"

#include <arpa/inet.h>
#include <string.h>

#include "pack.h"

struct numbers {
    int64_t started;
    uint64_t lifetime, expires;
    uint32_t address_count, leased;
};

_Static_assert(sizeof(struct numbers) + sizeof((struct vpn_session){0}.addresses) +
                       sizeof((struct vpn_session){0}.user) + sizeof((struct vpn_session){0}.id) +
                       sizeof((struct vpn_session){0}.group_policy) <=
                   VPN_PACKED_MAX,
               "a packed session's room");

size_t vpn_pack(char room[VPN_PACKED_MAX], const struct vpn_session *v)
{
    const struct numbers n = {v->started, v->lifetime, v->expires, (uint32_t)v->address_count,
                              v->leased};
    char *to = room;

    memcpy(to, &n, sizeof n);
    to += sizeof n;
    memcpy(to, v->addresses, v->address_count * sizeof *v->addresses);
    to += v->address_count * sizeof *v->addresses;
    to = pack_put_text(to, v->user, sizeof v->user);
    to = pack_put_text(to, v->id, sizeof v->id);
    to = pack_put_text(to, v->group_policy, sizeof v->group_policy);
    return (size_t)(to - room);
}

bool vpn_unpack(struct span p, uint64_t index, struct vpn_session *v)
{
    struct numbers n;

    *v = (struct vpn_session){.index = index};
    if (p.n < sizeof n)
        return false;
    memcpy(&n, p.p, sizeof n);
    p = span_tail(p, sizeof n);
    if (n.address_count == 0 || n.address_count > LIMIT_VPN_ADDRESSES ||
        p.n < n.address_count * sizeof *v->addresses)
        return false;
    v->started = n.started;
    v->lifetime = n.lifetime;
    v->expires = n.expires;
    v->address_count = n.address_count;
    v->leased = n.leased;
    memcpy(v->addresses, p.p, n.address_count * sizeof *v->addresses);
    p = span_tail(p, n.address_count * sizeof *v->addresses);
    return pack_take_text(&p, v->user, sizeof v->user) && pack_take_text(&p, v->id, sizeof v->id) &&
           pack_take_text(&p, v->group_policy, sizeof v->group_policy) && p.n == 0 && *v->user &&
           *v->id;
}

bool vpn_address_parse(struct span text, struct in6_addr *address)
{
    char room[INET6_ADDRSTRLEN];
    struct in_addr v4;
    bool in_v6 = span_find(text, ':') != SPAN_NOT_FOUND;

    if (in_v6)
        text = span_head(text, span_find(text, '%')); /* a zone: the address is the same */
    if (!span_copy(room, sizeof room, text))
        return false;
    if (in_v6 && inet_pton(AF_INET6, room, address) != 1)
        return false;
    if (!in_v6) {
        if (inet_pton(AF_INET, room, &v4) != 1)
            return false;
        memset(address, 0, sizeof *address);
        memset(address->s6_addr + 10, 0xff, 2);
        memcpy(address->s6_addr + 12, &v4, sizeof v4);
    }
    if (IN6_IS_ADDR_V4MAPPED(address)) {
        memcpy(&v4, address->s6_addr + 12, sizeof v4);
        return v4.s_addr != 0;
    }
    return !IN6_IS_ADDR_UNSPECIFIED(address);
}

const char *vpn_address_text(const struct in6_addr *address, char room[INET6_ADDRSTRLEN])
{
    if (IN6_IS_ADDR_V4MAPPED(address))
        return inet_ntop(AF_INET, address->s6_addr + 12, room, INET6_ADDRSTRLEN);
    return inet_ntop(AF_INET6, address, room, INET6_ADDRSTRLEN);
}
