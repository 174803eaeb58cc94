/* SPDX-License-Identifier: ISC */
/* ctl_servers - mailwicketctl show --servers. */
#ifndef MW_CTL_SERVERS_H
#define MW_CTL_SERVERS_H

#include "ctl.h"

/* Prints what each mail server was seen to offer before the login. Returns the exit code. */
int servers_show(struct ctl *c, bool json);

#endif
