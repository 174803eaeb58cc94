/* SPDX-License-Identifier: ISC */
/* err - one sentence that says what is wrong and what would be right, on its way to who logs it. */
#ifndef MW_ERR_H
#define MW_ERR_H

#define ERR_MAX 512 /* octets with the NUL; a longer text is cut */

struct err {
    char text[ERR_MAX]; /* empty: no error */
};

/* Sets the text, printf-like. Returns -1, so that "return err_set(...)" reads well. Never put a
 * secret in it. */
int err_set(struct err *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
