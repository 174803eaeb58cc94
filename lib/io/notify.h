/* SPDX-License-Identifier: ISC */
/* notify - telling the service manager how far we are, as sd_notify(3) describes it. */
#ifndef MW_NOTIFY_H
#define MW_NOTIFY_H

/* Everything is loaded and served from now on. Once; the variable NOTIFY_SOCKET is taken out of the
 * environment. Where there is no such service manager, nothing happens. */
void notify_ready(void);

#endif
