/* SPDX-License-Identifier: ISC */
/* ctl_password - reads a password. The caller wipes the room. */
#ifndef MW_CTL_PASSWORD_H
#define MW_CTL_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#include "limits.h"

/* Reads one line of standard input, without its end, into room. false: there is no line, it is too
 * long, or it contains a NUL. */
bool password_line(char room[LIMIT_PASSWORD + 1], size_t *n);

/* Asks on the terminal, which is standard input, without echo. Restores the terminal, also after a
 * signal. false: as above, or standard input is not a terminal. */
bool password_ask(const char *prompt, char room[LIMIT_PASSWORD + 1], size_t *n);

#endif
