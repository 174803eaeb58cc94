/* SPDX-License-Identifier: ISC */
/* enabled - PURE; see enabled.h. */
#include "enabled.h"

#include <string.h>

static bool is_digits(const char *s)
{
    return *s && s[strspn(s, "0123456789")] == '\0';
}

/* Names as the kernel's users give them: eth0.100, vlan100. */
static bool is_vlan(const char *device)
{
    const char *dot = strrchr(device, '.');

    return (dot && is_digits(dot + 1)) ||
           (strncmp(device, "vlan", 4) == 0 && is_digits(device + 4));
}

bool interface_usable(const struct policy_interface *i)
{
    return !i->management_only && !is_vlan(i->device);
}

bool protocol_enabled_on(const struct protocol_policy *p, struct span interface)
{
    for (size_t i = 0; p->present && i < p->enabled_count; i++)
        if (span_eq(span_str(p->enabled[i]->name), interface))
            return true;
    return false;
}
