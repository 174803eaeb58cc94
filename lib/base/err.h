/* SPDX-License-Identifier: ISC */
/* err - an error's text, "invalid X: expected Y" or what failed and why, on its way to the caller
 * that logs or prints it. PURE. */
#ifndef MW_ERR_H
#define MW_ERR_H

#define ERR_MAX 512 /* octets with the NUL; longer texts are cut */

struct err {
    char text[ERR_MAX]; /* empty: no error */
};

/* Sets the text, printf-like. Returns -1, so that "return err_set(...)" reads well. Never put a
 * secret in it. */
int err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
