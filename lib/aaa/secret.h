/* SPDX-License-Identifier: ISC */
/* secret - reads a server's secret: the first line of its file, without the line's end. */
#ifndef MW_SECRET_H
#define MW_SECRET_H

#include "err.h"
#include "limits.h"

/* Fills room with the secret and a NUL. The caller wipes it. 0, or -1 and e: the file cannot be
 * read, or the secret is empty, too long or contains a NUL. */
int secret_read(const char *file, char room[LIMIT_SECRET + 1], struct err *e);

#endif
