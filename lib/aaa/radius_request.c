/* SPDX-License-Identifier: ISC */
/* radius_request - a list of attributes is put together; see radius_talk.h. PURE. */
#include "radius_talk.h"

static void add(struct radius_request *r, struct radius_attribute a)
{
    if (r->count == RADIUS_ATTRIBUTES || a.text.n > LIMIT_RADIUS_TEXT)
        r->overflow = true;
    else
        r->attributes[r->count++] = a;
}

void radius_text(struct radius_request *r, unsigned type, struct span text)
{
    if (text.n > 0)
        add(r, (struct radius_attribute){.type = type, .text = text});
}

void radius_number(struct radius_request *r, unsigned type, uint32_t number)
{
    add(r, (struct radius_attribute){.type = type, .number = number});
}

void radius_vendor_number(struct radius_request *r, unsigned type, uint32_t number)
{
    add(r, (struct radius_attribute){.type = type, .vendor = RADIUS_VENDOR, .number = number});
}
