/* SPDX-License-Identifier: ISC */
/* ask - one question, by the server group's type; see aaa.h. */
#include "aaa.h"

static enum aaa_outcome (*const types[])(const struct aaa_question *, struct aaa_answer *) = {
    [GROUP_LOCAL] = aaa_local, [GROUP_HTTP] = NULL, /* the last: radius and ldap are not available
                                                       either */
};

enum aaa_outcome aaa_ask(const struct aaa_question *q, struct aaa_answer *a)
{
    enum group_type type = q->group->type;

    if (types[type])
        return types[type](q, a);
    err_set(&a->why, "server group %s: its type is not available", q->group->name);
    return AAA_TEMPORARY;
}
