/* SPDX-License-Identifier: ISC */
/* report - what the relay tells the helper: a datagram on RELAY_FD_REPORT. Nobody answers. */
#ifndef MW_RELAY_REPORT_H
#define MW_RELAY_REPORT_H

#include "wire.h"

/* An END waits this long for room in the helper's queue; an INTERIM not at all. */
#define REPORT_WAIT_S 5

void report_open(void); /* sets the time limit; there may be no descriptor: then nothing is sent */
void report_send(const struct wire_end *what); /* cause 0: INTERIM, else END */

#endif
