/* SPDX-License-Identifier: ISC */
/* radius_answer - what a believed answer's attributes and code mean for the user. PURE. */
#ifndef MW_RADIUS_ANSWER_H
#define MW_RADIUS_ANSWER_H

#include "class.h"
#include "radius_talk.h"

#define RADIUS_REPLY_MESSAGE 18
#define RADIUS_CLASS         25
#define RADIUS_GROUP_POLICY  25 /* of RADIUS_VENDOR */

struct radius_reading { /* all zero is the beginning */
    struct class_choice choice;
    struct span message; /* the first Reply-Message */
};

/* One attribute, in the answer's order; its text must stay as long as the reading. */
void reading_take(struct radius_reading *r, const struct radius_attribute *attribute,
                  struct aaa_answer *a);

/* Behind the last one: Access-Accept; Access-Reject or Access-Challenge, what being its name. */
enum aaa_outcome reading_accept(const struct radius_reading *r, struct aaa_answer *a);
enum aaa_outcome reading_refuse(const struct radius_reading *r, const char *what,
                                struct aaa_answer *a);
#define RADIUS_REJECTED   "the server refuses"
#define RADIUS_CHALLENGED "the server asks for more than a password"

#endif
