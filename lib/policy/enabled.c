/* SPDX-License-Identifier: ISC */
/* enabled - PURE; see enabled.h. */
#include "enabled.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include "identifier.h"

bool interface_usable(const struct policy_interface *i)
{
    return !i->management_only && !identifier_is_vlan(span_str(i->device));
}

bool interface_link_local(const struct policy_interface *i)
{
    struct in6_addr a;

    return inet_pton(AF_INET6, i->address, &a) == 1 && IN6_IS_ADDR_LINKLOCAL(&a);
}

bool protocol_enabled_on(const struct protocol_policy *p, struct span interface)
{
    for (size_t i = 0; p->present && i < p->enabled_count; i++)
        if (span_eq(span_str(p->enabled[i]->name), interface))
            return true;
    return false;
}
