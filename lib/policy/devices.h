/* SPDX-License-Identifier: ISC */
/*
 * devices - whether the devices that a policy names are as this machine has them.
 *
 * Not part of policy_load: devices come and go, and a policy may be written for another machine.
 */
#ifndef MW_POLICY_DEVICES_H
#define MW_POLICY_DEVICES_H

#include "load.h"

/* Warns, with name as the policy's file name and in the file's order, of interfaces with something
 * enabled whose device isn't there, or is a VLAN whatever its name is. */
void policy_check_devices(const struct policy *p, const char *name, policy_complain complain,
                          void *context);

#endif
