/* SPDX-License-Identifier: ISC */
/* check - the first header of every unit test: cmocka with the headers that it needs. */
#ifndef MW_CHECK_H
#define MW_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof *(table))

/* Prints the row of a table test, so that a failed assertion can be found. */
#define ROW(i, name) print_message("# row %zu: %s\n", (size_t)(i), (name))

#endif
