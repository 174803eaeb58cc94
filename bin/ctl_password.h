/* SPDX-License-Identifier: ISC */
/* ctl_password - reads a password. The room is the caller's to wipe. */
#ifndef MW_CTL_PASSWORD_H
#define MW_CTL_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

/* One line of standard input, without its end, into room. false: nothing, too long, or a NUL. */
bool password_line(char room[LIMIT_PASSWORD + 1], size_t *n);

/* Asks on the terminal that standard input is, without echo; the terminal is as before, also when
 * interrupted. false: as above, or it is no terminal. */
bool password_ask(const char *prompt, char room[LIMIT_PASSWORD + 1], size_t *n);

#endif
