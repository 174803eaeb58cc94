/* SPDX-License-Identifier: ISC */
/* enabled - on which interfaces a protocol is offered. PURE. */
#ifndef MW_ENABLED_H
#define MW_ENABLED_H

#include "policy.h"

/* Whether the interface can have a protocol (R7.1): not management-only, no VLAN by its name. */
bool interface_usable(const struct policy_interface *i);

/* Whether its address is one that every link has for itself (fe80::/10): it takes the device, too,
 * to say which is meant. */
bool interface_link_local(const struct policy_interface *i);

/* Whether the policy has the protocol and enables it on the interface of this name. */
bool protocol_enabled_on(const struct protocol_policy *p, struct span interface);

#endif
