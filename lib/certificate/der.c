/* SPDX-License-Identifier: ISC */
/* der - PURE; see der.h. */
#include "der.h"

#define LENGTH_OCTETS_MAX 3

/* Reads the length behind the tag (X.690 sections 8.1.3 and 10.1); *head becomes the octets of tag
 * and length. */
static bool read_length(struct span der, size_t *head, size_t *length)
{
    const unsigned char *p = (const unsigned char *)der.p;
    size_t more;

    if (der.n < 2)
        return false;
    *head = 2;
    *length = p[1];
    if (p[1] < 0x80)
        return true;
    more = p[1] & 0x7fu;
    if (more == 0 || more > LENGTH_OCTETS_MAX || more > der.n - 2 || p[2] == 0)
        return false;
    *length = 0;
    for (size_t i = 0; i < more; i++)
        *length = *length << 8 | p[2 + i];
    *head = 2 + more;
    return *length > 0x7f;
}

bool der_next(struct span *rest, struct der *element)
{
    size_t head, length;

    if (!read_length(*rest, &head, &length) || length > rest->n - head)
        return false;
    element->tag = (unsigned char)rest->p[0];
    if ((element->tag & 0x1f) == 0x1f)
        return false;
    element->content = span_of(rest->p + head, length);
    element->whole = span_head(*rest, head + length);
    *rest = span_tail(*rest, head + length);
    return true;
}

bool der_only(struct span input, unsigned char tag, struct span *content)
{
    struct der element;

    if (!der_next(&input, &element) || element.tag != tag || input.n > 0)
        return false;
    *content = element.content;
    return true;
}
