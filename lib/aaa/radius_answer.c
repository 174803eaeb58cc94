/* SPDX-License-Identifier: ISC */
/* radius_answer - what an answer means; see radius_answer.h. PURE. */
#include "radius_answer.h"

#include <string.h>

#include "class.h"
#include "radius_packet.h"

struct reading {
    struct class_choice choice;
    struct span message; /* the first Reply-Message */
};

static void keep_class(struct aaa_answer *a, struct span value)
{
    if (value.n == 0 || value.n > LIMIT_RADIUS_TEXT ||
        value.n + 1 > sizeof a->class - a->class_size)
        return;
    a->class[a->class_size] = (unsigned char)value.n;
    memcpy(a->class + a->class_size + 1, value.p, value.n);
    a->class_size = (uint16_t)(a->class_size + value.n + 1);
}

static void take(struct reading *r, const struct radius_attribute *attribute, struct aaa_answer *a)
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

static enum aaa_outcome accept(const struct reading *r, struct aaa_answer *a)
{
    if (r->choice.bad) {
        err_set(&a->why,
                "the server names an invalid group policy: expected letters, digits and _ . -");
        return AAA_NO;
    }
    memcpy(a->group_policy, r->choice.name, sizeof a->group_policy);
    return AAA_YES;
}

/* The server's words to the user are for the log. */
static enum aaa_outcome refuse(const struct reading *r, const char *what, struct aaa_answer *a)
{
    char message[LIMIT_RADIUS_TEXT + 1];
    bool said = r->message.n > 0 && span_copy(message, sizeof message, r->message);

    err_set(&a->why, "%s%s%s", what, said ? ": " : "", said ? message : "");
    return AAA_NO;
}

enum aaa_outcome radius_answer_read(struct span packet, struct aaa_answer *a)
{
    struct span rest = packet_attributes(packet);
    struct reading r = {0};
    struct radius_attribute one;

    if (packet_code(packet) == RADIUS_ACCOUNTING_RESPONSE)
        return AAA_YES;
    while (packet_next(&rest, &one))
        take(&r, &one, a);
    switch (packet_code(packet)) {
    case RADIUS_ACCESS_ACCEPT:
        return accept(&r, a);
    case RADIUS_ACCESS_CHALLENGE:
        return refuse(&r, "the server asks for more than a password", a);
    default:
        return refuse(&r, "the server refuses", a);
    }
}
