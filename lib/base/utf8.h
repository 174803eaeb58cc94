/* SPDX-License-Identifier: ISC */
/* utf8 - RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF. PURE. */
#ifndef MW_UTF8_H
#define MW_UTF8_H

#include "span.h"

bool utf8_valid(struct span s); /* NUL and other controls are valid UTF-8 */

#endif
