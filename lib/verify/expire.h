/* SPDX-License-Identifier: ISC */
/* expire - logs how long the helper's certificates are still good (R15.1): when it starts, after each
 * new policy, and once a day. Only in a service. */
#ifndef MW_EXPIRE_H
#define MW_EXPIRE_H

struct helper;

void expire_begin(struct helper *h); /* also after a new policy */

#endif
