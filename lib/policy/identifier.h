/* SPDX-License-Identifier: ISC */
/* identifier - valid names for the parts of a policy and for network devices. PURE. */
#ifndef MW_IDENTIFIER_H
#define MW_IDENTIFIER_H

#include "span.h"

/* The shortest name of a group policy, and the longest that every AAA server can return if it has
 * only letters and digits (R3.2). Octets. */
#define GROUP_POLICY_MIN   4
#define GROUP_POLICY_PLAIN 15

/* Whether s can name an interface, server group or group policy: 1 to LIMIT_POLICY_NAME letters,
 * digits, "_", "." and "-"; "." and "-" not first. */
bool identifier_is_name(struct span s);

/* Whether s can name a network device. Says nothing about whether that device exists. */
bool identifier_is_device(struct span s);

/* Whether a device's name is one that VLANs usually have: eth0.100, vlan100. */
bool identifier_is_vlan(struct span device);

#endif
