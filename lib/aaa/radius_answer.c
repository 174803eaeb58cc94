/* SPDX-License-Identifier: ISC */
/* radius_answer - what an answer means; see radius_answer.h. PURE. */
#include "radius_answer.h"

#include <string.h>

static void keep_class(struct aaa_answer *a, struct span value)
{
    if (value.n == 0 || value.n > LIMIT_RADIUS_TEXT ||
        value.n + 1 > sizeof a->class - a->class_size)
        return;
    a->class[a->class_size] = (unsigned char)value.n;
    memcpy(a->class + a->class_size + 1, value.p, value.n);
    a->class_size = (uint16_t)(a->class_size + value.n + 1);
}

void reading_take(struct radius_reading *r, const struct radius_attribute *attribute,
                  struct aaa_answer *a)
{
    if (attribute->vendor == RADIUS_VENDOR && attribute->type == RADIUS_GROUP_POLICY) {
        class_take_vendor(&r->choice, attribute->text);
    } else if (attribute->vendor == 0 && attribute->type == RADIUS_CLASS) {
        class_take(&r->choice, attribute->text);
        keep_class(a, attribute->text);
    } else if (attribute->vendor == 0 && attribute->type == RADIUS_REPLY_MESSAGE &&
               r->message.n == 0) {
        r->message = attribute->text;
    }
}

enum aaa_outcome reading_accept(const struct radius_reading *r, struct aaa_answer *a)
{
    if (r->choice.bad) {
        err_set(&a->why, "the server names a group policy that can't be one's name");
        return AAA_NO;
    }
    memcpy(a->group_policy, r->choice.name, sizeof a->group_policy);
    return AAA_YES;
}

/* The server's words to the user are for the log. */
enum aaa_outcome reading_refuse(const struct radius_reading *r, const char *what,
                                struct aaa_answer *a)
{
    char message[LIMIT_RADIUS_TEXT + 1];
    bool said = r->message.n > 0 && span_copy(message, sizeof message, r->message);

    err_set(&a->why, "%s%s%s", what, said ? ": " : "", said ? message : "");
    return AAA_NO;
}
