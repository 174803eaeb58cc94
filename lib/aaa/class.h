/* SPDX-License-Identifier: ISC */
/*
 * class - finds the group policy that a RADIUS server's attributes name (R3.2). PURE.
 *
 * The caller passes each value of Group-Policy (vendor 3076, attribute 25) and Class (RFC 2865
 * section 5.25) in the order of the answer. The first kind of this list that is there counts, and
 * of several values of a kind the first:
 *
 *   1. Group-Policy        NAME or OU=NAME;
 *   2. Class with OU       a field OU=NAME, where ';' separates fields and the last ';' is optional
 *   3. Class               a value that as a whole can be a group policy's name
 *
 * OU may be in either case and NAME in double quotes. Blanks around both are ignored. Any other
 * Class names no group policy: servers also use Class for their own notes, of any octets. If 1 or 2
 * is there but its name cannot be a group policy's, the answer is bad, because the server meant to
 * set limits.
 */
#ifndef MW_CLASS_H
#define MW_CLASS_H

#include "limits.h"
#include "span.h"

enum class_source { CLASS_NOTHING, CLASS_PLAIN, CLASS_OU, CLASS_GROUP_POLICY };

struct class_choice { /* begins all zero */
    enum class_source from;
    bool bad;                         /* the name cannot be a group policy's; name is empty */
    char name[LIMIT_POLICY_NAME + 1]; /* or empty */
};

/* The end of the reason where a server names another group policy than can be. */
#define CLASS_EXPECTED "expected at most 64 letters, digits and _ . -"

/* Whether s can be a group policy's name. */
bool class_is_name(struct span s);

void class_take(struct class_choice *c, struct span value);        /* of a Class */
void class_take_vendor(struct class_choice *c, struct span value); /* of a Group-Policy */

#endif
