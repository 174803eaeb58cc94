/* SPDX-License-Identifier: ISC */
/* elements_internal - macros for the tables of elements.c and elements_protocol.c: a table named
 * x_attributes (and x_children) makes x_element. */
#ifndef MW_ELEMENTS_INTERNAL_H
#define MW_ELEMENTS_INTERNAL_H

#include "elements.h"

#define ROWS_OF(table)     .attributes = (table), .attribute_count = sizeof(table) / sizeof *(table)
#define CHILDREN_OF(table) .children = (table), .child_count = sizeof(table) / sizeof *(table)

/* A child without variants. */
#define ONE(e) .variants = (const struct element *const[]){&e##_element}, .variant_count = 1

/* An element with attributes only; with attributes and elements; with elements only. */
#define ELEMENT(e, tag, where)                                                                     \
    static const struct element e##_element = {                                                    \
        .name = (tag), ROWS_OF(e##_attributes), .line = (where)}
#define PARENT(e, tag, where)                                                                      \
    static const struct element e##_element = {                                                    \
        .name = (tag), ROWS_OF(e##_attributes), CHILDREN_OF(e##_children), .line = (where)}
#define HOLDER(e, tag)                                                                             \
    static const struct element e##_element = {                                                    \
        .name = (tag), CHILDREN_OF(e##_children), .line = NOWHERE}

extern const struct element group_policy_element, time_range_element;
extern const struct element imap4s_element, pop3s_element, smtps_element;

#endif
