/* SPDX-License-Identifier: ISC */
/* radius_answer - what an answer means; see radius_answer.h. PURE. */
#include "radius_answer.h"

#include <stdio.h>
#include <string.h>

#include "class.h"
#include "radius_packet.h"

struct reading {
    struct class_choice choice;
    struct span message; /* the first Reply-Message */
    const char *broken;  /* the name of an attribute that can't be read; NULL: none */
};

/* An integer of RFC 2865 section 5; false: not four octets. */
static bool read_integer(struct span value, uint32_t *n)
{
    const unsigned char *p = (const unsigned char *)value.p;

    if (value.n != 4)
        return false;
    *n = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
    return true;
}

static void take_timeout(struct reading *r, struct span value, uint32_t *limit, const char *name)
{
    uint32_t seconds;

    if (!read_integer(value, &seconds))
        r->broken = name;
    else if (seconds && (*limit == 0 || seconds < *limit))
        *limit = seconds;
}

static void keep_class(struct aaa_answer *a, struct span value)
{
    if (value.n == 0 || value.n > LIMIT_RADIUS_TEXT ||
        value.n + 1 > sizeof a->class - a->class_size)
        return;
    a->class[a->class_size] = (unsigned char)value.n;
    memcpy(a->class + a->class_size + 1, value.p, value.n);
    a->class_size = (uint16_t)(a->class_size + value.n + 1);
}

void aaa_attribute_name(char room[AAA_ATTRIBUTE_NAME], const struct aaa_attribute *x)
{
    const char *name = x->vendor == 0 && x->type == RADIUS_FILTER_ID    ? "Filter-Id"
                       : x->vendor == 0 && x->type == RADIUS_PORT_LIMIT ? "Port-Limit"
                                                                        : NULL;

    if (x->vendor == RADIUS_VENDOR && x->type == RADIUS_SIMULTANEOUS_LOGINS)
        snprintf(room, AAA_ATTRIBUTE_NAME, "Simultaneous-Logins other than 0");
    else if (name)
        snprintf(room, AAA_ATTRIBUTE_NAME, "%s (%u)", name, (unsigned)x->type);
    else if (x->vendor)
        snprintf(room, AAA_ATTRIBUTE_NAME, "attribute %u of vendor %u", (unsigned)x->type,
                 (unsigned)x->vendor);
    else
        snprintf(room, AAA_ATTRIBUTE_NAME, "attribute %u", (unsigned)x->type);
}

static void note_unheeded(struct aaa_answer *a, uint32_t vendor, uint32_t type)
{
    for (size_t i = 0; i < a->unheeded_count; i++)
        if (a->unheeded[i].vendor == vendor && a->unheeded[i].type == type)
            return;
    if (a->unheeded_count < AAA_UNHEEDED)
        a->unheeded[a->unheeded_count++] = (struct aaa_attribute){vendor, type};
}

static void take_vendor(struct reading *r, const struct radius_attribute *sub, struct aaa_answer *a)
{
    uint32_t logins;

    switch (sub->type) {
    case RADIUS_GROUP_POLICY:
        class_take_vendor(&r->choice, sub->text);
        break;
    case RADIUS_ACCESS_HOURS:
        if (sub->text.n == 0 ||
            !span_copy(a->limits.time_range, sizeof a->limits.time_range, sub->text))
            r->broken = "Access-Hours";
        break;
    case RADIUS_SIMULTANEOUS_LOGINS:
        if (!read_integer(sub->text, &logins))
            r->broken = "Simultaneous-Logins";
        else if (logins == 0)
            a->limits.blocked = true;
        else
            note_unheeded(a, RADIUS_VENDOR, sub->type);
        break;
    default:
        note_unheeded(a, RADIUS_VENDOR, sub->type);
        break;
    }
}

/* Other vendors may build theirs otherwise, and say nothing to us. */
static void take_vendors(struct reading *r, const struct radius_attribute *attribute,
                         struct aaa_answer *a)
{
    struct span octets = attribute->text;
    struct radius_attribute sub;

    if (attribute->vendor == RADIUS_VENDOR)
        while (packet_vendor_next(&octets, &sub))
            take_vendor(r, &sub, a);
    if (attribute->vendor == 0 || (attribute->vendor == RADIUS_VENDOR && octets.n > 0) ||
        (attribute->vendor == RADIUS_VENDOR && attribute->text.n == 0))
        r->broken = "Vendor-Specific";
}

static void take(struct reading *r, const struct radius_attribute *attribute, struct aaa_answer *a)
{
    switch (attribute->type) {
    case RADIUS_VENDOR_SPECIFIC:
        take_vendors(r, attribute, a);
        break;
    case RADIUS_CLASS:
        class_take(&r->choice, attribute->text);
        keep_class(a, attribute->text);
        break;
    case RADIUS_SESSION_TIMEOUT:
        take_timeout(r, attribute->text, &a->limits.session_timeout, "Session-Timeout");
        break;
    case RADIUS_IDLE_TIMEOUT:
        take_timeout(r, attribute->text, &a->limits.idle_timeout, "Idle-Timeout");
        break;
    case RADIUS_REPLY_MESSAGE:
        if (r->message.n == 0)
            r->message = attribute->text;
        break;
    case RADIUS_USER_NAME:
    case RADIUS_SERVICE_TYPE: /* both came with every login of a modem's user, and still do */
    case RADIUS_FRAMED_PROTOCOL:
    case RADIUS_STATE:
    case RADIUS_PROXY_STATE:
    case RADIUS_EAP_MESSAGE:
    case RADIUS_MESSAGE_AUTHENTICATOR:
        break;
    default:
        note_unheeded(a, 0, attribute->type);
        break;
    }
}

static enum aaa_outcome accept(const struct reading *r, struct aaa_answer *a)
{
    if (r->choice.bad) {
        err_set(&a->why, "the server names an invalid group policy: " CLASS_EXPECTED);
        return AAA_UNFIT;
    }
    if (r->broken) {
        err_set(&a->why, "the server sent an invalid %s", r->broken);
        return AAA_UNFIT;
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
    if (packet_code(packet) != RADIUS_ACCESS_ACCEPT)
        a->unheeded_count = 0;
    switch (packet_code(packet)) {
    case RADIUS_ACCESS_ACCEPT:
        return accept(&r, a);
    case RADIUS_ACCESS_CHALLENGE:
        return refuse(&r, "the server asks for more than a password", a);
    default:
        return refuse(&r, "the server refuses", a);
    }
}
