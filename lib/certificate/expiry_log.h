/* SPDX-License-Identifier: ISC */
/* expiry_log - logs how long certificates, OCSP responses and CRLs are still good (R15.1), for the
 * filter and the helper. */
#ifndef MW_EXPIRY_LOG_H
#define MW_EXPIRY_LOG_H

#include "validity.h"

#define EXPIRY_LOG_MS (24 * 3600 * 1000) /* between two times that a service logs */

/* Logs an event for each element of the list: error if it has expired, warning if it will soon,
 * otherwise info. With urgent_only those at info are left out. */
void expiry_log(const struct validity *list, size_t count, bool urgent_only);

#endif
