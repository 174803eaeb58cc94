/* SPDX-License-Identifier: ISC */
/*
 * class - which group policy a RADIUS server's attributes name (R3.2). PURE.
 *
 * Each value of vendor 3076's attribute 25 (Group-Policy) and of Class (RFC 2865 section 5.25) is
 * taken in the order of the answer. What counts, in this order, of several the first:
 *
 *   1. Group-Policy        NAME or OU=NAME;
 *   2. a Class with OU     a field OU=NAME among fields that ';' separates, the last ';' may lack
 *   3. a Class             that as a whole can be a group policy's name
 *
 * OU may be in either case, NAME in double quotes, blanks around each are nothing. Another Class
 * (Class is also a server's own note for accounting, and may be any octets) names none. Where 1 or
 * 2 stands, but no name that a group policy can have, the answer is bad rather than without a name:
 * the server meant to set limits.
 */
#ifndef MW_CLASS_H
#define MW_CLASS_H

#include "limits.h"
#include "span.h"

enum class_source { CLASS_NOTHING, CLASS_PLAIN, CLASS_OU, CLASS_GROUP_POLICY };

struct class_choice { /* all zero is the beginning */
    enum class_source from;
    bool bad;                         /* it can't be a group policy's name; name is empty */
    char name[LIMIT_POLICY_NAME + 1]; /* or empty */
};

void class_take(struct class_choice *c, struct span value);        /* a Class */
void class_take_vendor(struct class_choice *c, struct span value); /* a Group-Policy */

#endif
