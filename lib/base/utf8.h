/* SPDX-License-Identifier: ISC */
/* utf8 - UTF-8 as in RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. PURE. */
#ifndef MW_UTF8_H
#define MW_UTF8_H

#include "span.h"

bool utf8_valid(struct span s); /* NUL and other control characters are valid */

#endif
