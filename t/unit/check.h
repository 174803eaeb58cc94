/* SPDX-License-Identifier: ISC */
/* check - what every unit test includes before anything else: cmocka with its four headers. */
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

/* Names the row of a table test in which an assertion fails. */
#define ROW(i, name) print_message("# row %zu: %s\n", (size_t)(i), (name))

#endif
