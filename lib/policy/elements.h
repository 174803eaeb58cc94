/* SPDX-License-Identifier: ISC */
/*
 * elements - the policy format as tables: which attributes and elements an element has, and where
 * in struct policy they go. xml/policy.rng says the same as a schema, which validates a policy;
 * these tables read it. Change both together, and mailwicket-policy.5 with them.
 */
#ifndef MW_ELEMENTS_H
#define MW_ELEMENTS_H

#include "values.h"

#define NOWHERE ((size_t)-1)

struct element {
    const char *name;
    const char *variant; /* the value of its struct child's attribute `by` that selects it */
    const struct attribute *attributes;
    const struct child *children;
    size_t attribute_count, child_count;
    size_t line; /* offset of an int, or NOWHERE */
};

struct child {
    const struct element *const *variants; /* usually one; all have the same name */
    size_t variant_count;
    const char *by, *by_default; /* the attribute that chooses among several, and its default */
    size_t at;    /* offset in the parent's struct: of its own struct, or of the array's pointer */
    size_t count; /* offset of the array's size_t count; NOWHERE: at most one, and no array */
    size_t size;  /* of one item of the array */
    size_t max;   /* items in the array; 0: no limit but the file's */
    bool required;
};

extern const struct element policy_element; /* into a struct policy */

#endif
