/* SPDX-License-Identifier: ISC */
/* ctl_try_server - the part of "mailwicketctl try" that the filter plays at the mail server. */
#ifndef MW_CTL_TRY_SERVER_H
#define MW_CTL_TRY_SERVER_H

#include <stdbool.h>

#include "policy.h"
#include "wire.h"

/* Goes on where the helper's GRANT leaves off: the mail server's greeting, TLS, capabilities, and
 * with log_in its login, if the grant has one. Prints what is good. fd is the connection to the
 * server, which this closes. result is what a filter would tell the helper; its strings are valid
 * until the next call. */
void try_at_server(const struct policy *whole, const struct protocol_policy *policy,
                   const struct wire_grant *grant, int fd, bool log_in, struct wire_result *result);

#endif
