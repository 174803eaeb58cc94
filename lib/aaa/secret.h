/* SPDX-License-Identifier: ISC */
/* secret - a server's secret from its file: the first line, without its end. */
#ifndef MW_SECRET_H
#define MW_SECRET_H

#include "err.h"
#include "limits.h"

/* Fills room with the secret, NUL-terminated; the caller wipes it. 0, or -1 and e: the file can't
 * be read, or the secret is empty, too long or has a NUL. */
int secret_read(const char *file, char room[LIMIT_SECRET + 1], struct err *e);

#endif
