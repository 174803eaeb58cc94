/* SPDX-License-Identifier: ISC */
/* notify - tells the service manager that we are ready; see sd_notify(3). */
#ifndef MW_NOTIFY_H
#define MW_NOTIFY_H

/* Says that everything is loaded and service begins. Removes NOTIFY_SOCKET from the environment, so
 * only the first call has an effect. Does nothing without a service manager. */
void notify_ready(void);

#endif
