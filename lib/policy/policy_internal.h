/* SPDX-License-Identifier: ISC */
/* inner - what the parts of the loader share. */
#ifndef MW_POLICY_INTERNAL_H
#define MW_POLICY_INTERNAL_H

#include "complaints.h"
#include "policy.h"
#include "values.h"

/* A name that was met in the file and means something else in it. */
struct reference {
    struct reference *next;
    enum value_kind kind; /* VALUE_INTERFACE … */
    int line;
    const char *element, *name;
    void *to; /* the pointer that is to be set */
};

/* A policy and what it is made of and with. */
struct loading {
    struct policy policy; /* first: a struct policy * is a struct loading * */
    struct arena arena;
    struct complaints complaints;
    struct values values;
    struct reference *references; /* the last one first */
};

/* enable interface="all" before rules_check has put the interfaces themselves there. */
extern struct policy_interface every_interface;

/* Sets what the references mean. */
void references_settle(struct loading *l);

/* Completes the policy, and complains about what a schema can't say. */
void rules_check(struct policy *p, struct complaints *c, struct arena *a);

/* Protocol by protocol: what rules_check does for one. */
void rules_protocol(const struct policy *policy, const struct protocol_policy *p,
                    struct complaints *c);

/* A server of a group of type radius: completes its ports, and complains. */
void rules_radius(struct aaa_server *s, struct complaints *c);

#endif
