/* SPDX-License-Identifier: ISC */
/* ask - for the tests: puts one question to a server group, as the helper's worker does.
 *
 *     ask POLICY SCHEMA GROUP USER [DEAD [authorize|account KIND]]
 *
 * The password is read from standard input, whole. DEAD is aaa_question's mask. Prints
 * "yes GROUP-POLICY", "no WHY" or "temporary WHY", dead=MASK and alive=MASK, and the octets of what
 * Class brought. With account the group is told of a session (KIND is Acct-Status-Type's number)
 * whose Class is standard input. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "aaa.h"
#include "account.h"
#include "load.h"

static void complain(void *context, enum complaint_kind kind, const char *text)
{
    (void)context;
    fprintf(stderr, "%s%s\n", kind == COMPLAINT_ERROR ? "" : "warning: ", text);
}

static const struct server_group *find(const struct policy *p, const char *name)
{
    for (size_t i = 0; i < p->group_count; i++)
        if (strcmp(p->groups[i].name, name) == 0)
            return &p->groups[i];
    return NULL;
}

static void print(enum aaa_outcome outcome, const struct aaa_answer *a)
{
    static const char *const names[] = {
        [AAA_YES] = "yes", [AAA_NO] = "no", [AAA_UNFIT] = "unfit", [AAA_TEMPORARY] = "temporary"};

    printf("%s %s dead=%u alive=%u class=%u\n", names[outcome],
           outcome == AAA_YES ? a->group_policy : a->why.text, (unsigned)a->dead,
           (unsigned)a->alive, (unsigned)a->class_size);
}

/* A session with everything. */
static enum aaa_outcome account(const struct aaa_question *q, enum account_kind kind,
                                struct aaa_answer *a)
{
    char class[LIMIT_PASSWORD + 2];
    struct account session = {.kind = kind,
                              .session = SPAN("e1f2-00000007"),
                              .user = q->user,
                              .client = q->client,
                              .server = SPAN("mail.example.org"),
                              .in = 5,
                              .out = (UINT64_C(3) << 32) + 7,
                              .duration = 61,
                              .cause = ACCOUNT_IDLE_TIMEOUT,
                              .event = 1700000000,
                              .delay = 9};

    class[0] = (char)q->password.n;
    memcpy(class + 1, q->password.p, q->password.n);
    session.class = span_of(class, q->password.n ? q->password.n + 1 : 0);
    a->dead = q->dead;
    return radius_account(q->group, &session, &a->dead, NULL, &a->why);
}

int main(int argc, char **argv)
{
    static char password[LIMIT_PASSWORD + 1];
    struct aaa_question q = {.client = "192.0.2.1"};
    struct aaa_answer a = {0};
    struct policy *p = argc < 5 ? NULL : policy_load(argv[1], argv[2], complain, NULL);

    if (!p || !(q.group = find(p, argv[3])))
        return 2;
    q.user = span_str(argv[4]);
    q.dead = argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 0) : 0;
    q.password = span_of(password, fread(password, 1, sizeof password, stdin));
    q.authorize = argc == 7;
    print(argc > 7 ? account(&q, (enum account_kind)atoi(argv[7]), &a) : aaa_ask(&q, &a), &a);
    policy_free(p);
    return 0;
}
