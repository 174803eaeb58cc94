/* SPDX-License-Identifier: ISC */
/* references - resolves the names of interfaces, server groups and group policies in a policy. */
#include <stdio.h>
#include <string.h>

#include "policy_internal.h"

#define EXPECTED_MAX 300

struct policy_interface every_interface = {.name = (char[]){"all"}};

/* The i-th name of a kind, or NULL after the last; *it is what has the name. */
static const char *interface_name(struct policy *p, size_t i, void **it)
{
    if (i >= p->interface_count)
        return NULL;
    *it = &p->interfaces[i];
    return p->interfaces[i].name;
}

static const char *group_name(struct policy *p, size_t i, void **it)
{
    if (i >= p->group_count)
        return NULL;
    *it = &p->groups[i];
    return p->groups[i].name;
}

static const char *group_policy_name(struct policy *p, size_t i, void **it)
{
    if (i >= p->group_policy_count)
        return NULL;
    *it = &p->group_policies[i];
    return p->group_policies[i].name;
}

static const struct {
    const char *what;
    const char *(*name)(struct policy *p, size_t i, void **it);
} kinds[] = {
    [VALUE_INTERFACE] = {"interface", interface_name},
    [VALUE_GROUP] = {"server group", group_name},
    [VALUE_GROUP_POLICY] = {"group policy", group_policy_name},
    [VALUE_GROUP_POLICY_NAME] = {"group policy", group_policy_name},
};

static void *find_named(struct loading *l, const struct reference *r)
{
    void *it = NULL;
    const char *name;

    if (r->kind == VALUE_INTERFACE && strcmp(r->name, every_interface.name) == 0)
        return &every_interface;
    for (size_t i = 0; (name = kinds[r->kind].name(&l->policy, i, &it)); i++)
        if (strcmp(name, r->name) == 0)
            return it;
    return NULL;
}

static void complain_unknown(struct loading *l, const struct reference *r)
{
    char expected[EXPECTED_MAX] = "";
    size_t n = 0;
    const char *name;
    void *it;

    for (size_t i = 0; (name = kinds[r->kind].name(&l->policy, i, &it)) && n < sizeof expected; i++)
        n += (size_t)snprintf(expected + n, sizeof expected - n, "%s%s", i > 0 ? ", " : "", name);
    if (r->kind == VALUE_INTERFACE && n < sizeof expected)
        n += (size_t)snprintf(expected + n, sizeof expected - n, "%sall", n > 0 ? ", " : "");
    complain_at(&l->complaints, COMPLAINT_ERROR, r->line, r->element, "unknown %s \"%.64s\"%s%s",
                kinds[r->kind].what, r->name, n > 0 ? ": expected one of " : ": none is defined",
                expected);
}

void references_resolve(struct loading *l)
{
    for (const struct reference *r = l->references; r; r = r->next) {
        void *it = find_named(l, r);
        if (!it)
            complain_unknown(l, r);
        else if (r->kind == VALUE_INTERFACE && it != &every_interface && !interface_usable(it))
            complain_at(&l->complaints, COMPLAINT_ERROR, r->line, r->element,
                        "interface %s is %s: expected one that is neither management-only nor "
                        "a VLAN",
                        r->name,
                        ((struct policy_interface *)it)->management_only ? "management-only"
                                                                         : "a VLAN");
        if (r->kind != VALUE_GROUP_POLICY_NAME)
            memcpy(r->to, &it, sizeof it);
    }
}
