/* SPDX-License-Identifier: ISC */
/*
 * identifier - what the parts of a policy and network devices may be called. PURE.
 */
#ifndef MW_IDENTIFIER_H
#define MW_IDENTIFIER_H

#include "span.h"

/* Octets: a group policy's name is no shorter; with letters and digits alone, and no longer, every
 * AAA server knows it (R3.2). */
#define GROUP_POLICY_MIN   4
#define GROUP_POLICY_PLAIN 15

/* The name of an interface, server group or group policy: 1 to LIMIT_POLICY_NAME letters, digits,
 * "_", "." and "-", the last two not in front. */
bool identifier_is_name(struct span s);

/* The name of a network device. Not whether there is one. */
bool identifier_is_device(struct span s);

/* Whether a device is a VLAN by the names that the kernel's users give them: eth0.100, vlan100. */
bool identifier_is_vlan(struct span device);

#endif
