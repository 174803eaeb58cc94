/* SPDX-License-Identifier: ISC */
/* local - asks a server group of type local: a users file and crypt(3); see aaa.h. */
#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "aaa.h"
#include "class.h"
#include "users.h"

/* An unknown user's password is hashed with this if the file has no usable hash. It costs the same
 * time as mailwicketctl passwd's hashes. */
#define DEFAULT_SETTING "$y$j9T$Mailwicket......"

struct found {
    bool known;
    bool exact;                    /* in the user's own case */
    char hash[CRYPT_OUTPUT_SIZE];  /* the user's; empty if it is not usable */
    char dummy[CRYPT_OUTPUT_SIZE]; /* any user's: it costs the same time */
    char group_policy[LIMIT_POLICY_NAME + 1];
    bool policy_invalid;
};

/* Whether a password can have this hash. A hash that begins with '!' or '*' locks the user. */
static bool usable(struct span hash)
{
    return hash.n > 0 && hash.n < CRYPT_OUTPUT_SIZE && hash.p[0] != '!' && hash.p[0] != '*';
}

/* Whether the line is the user's, and goes before the one that was found. */
static bool is_better(const struct aaa_question *q, const struct users_entry *e,
                      const struct found *out)
{
    if (span_eq(e->name, q->user))
        return !out->exact;
    return !out->known && user_same(q->user_case, e->name, q->user);
}

static void keep_user(const struct users_entry *e, const struct aaa_question *q, struct found *out)
{
    out->known = true;
    out->exact = span_eq(e->name, q->user);
    out->hash[0] = '\0';
    if (usable(e->hash))
        span_copy(out->hash, sizeof out->hash, e->hash);
    out->policy_invalid = e->group_policy.n > 0 && !class_is_name(e->group_policy);
    span_copy(out->group_policy, sizeof out->group_policy, e->group_policy);
}

/* Always reads the file to its end, so that the time does not tell whether the user exists. */
static void find_user(FILE *f, const struct aaa_question *q, struct found *out)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t n;
    struct users_entry e;

    while ((n = getline(&line, &room, f)) > 0) {
        if (!users_parse(span_of(line, (size_t)n), &e))
            continue;
        if (usable(e.hash))
            span_copy(out->dummy, sizeof out->dummy, e.hash);
        if (is_better(q, &e, out))
            keep_user(&e, q, out);
    }
    if (line)
        explicit_bzero(line, room);
    free(line);
}

/* Compares two hashes. The time does not depend on where they differ. */
static bool same(const char *a, const char *b)
{
    size_t n = strlen(a);
    unsigned char difference = 0;

    if (strlen(b) != n)
        return false;
    for (size_t i = 0; i < n; i++)
        difference |= (unsigned char)(a[i] ^ b[i]);
    return difference == 0;
}

/* Whether the password has this hash. */
static bool matches(struct span password, const char *hash)
{
    static struct crypt_data data;
    char phrase[CRYPT_MAX_PASSPHRASE_SIZE + 1];
    bool fits = span_copy(phrase, sizeof phrase, password);
    const char *made = crypt_rn(phrase, hash, &data, sizeof data);
    bool yes = fits && made && made[0] != '*' && same(made, hash);

    explicit_bzero(phrase, sizeof phrase);
    explicit_bzero(&data, sizeof data);
    return yes;
}

static enum aaa_outcome judge(const struct aaa_question *q, const struct found *u,
                              struct aaa_answer *a)
{
    bool yes = u->hash[0] && q->password.n;

    if (q->authorize && u->known)
        return AAA_YES;
    if (q->authorize) {
        err_set(&a->why, "unknown user");
        return AAA_NO;
    }
    if (yes)
        yes = matches(q->password, u->hash);
    else
        matches(q->password, u->dummy[0] ? u->dummy : DEFAULT_SETTING);
    if (yes)
        return AAA_YES;
    err_set(&a->why, "%s",
            !u->known    ? "unknown user"
            : u->hash[0] ? "wrong password"
                         : "locked user");
    return AAA_NO;
}

enum aaa_outcome aaa_local(const struct aaa_question *q, struct aaa_answer *a)
{
    struct found u = {0};
    FILE *f = users_open(q->group->users, &a->why);
    enum aaa_outcome outcome;

    a->group_policy[0] = '\0';
    if (!f)
        return AAA_TEMPORARY;
    errno = 0;
    find_user(f, q, &u);
    if (ferror(f)) {
        err_set(&a->why, "users file %s: %s", q->group->users, strerror(errno));
        fclose(f);
        return AAA_TEMPORARY;
    }
    fclose(f);
    outcome = judge(q, &u, a);
    explicit_bzero(u.hash, sizeof u.hash);
    explicit_bzero(u.dummy, sizeof u.dummy);
    if (outcome == AAA_YES && u.policy_invalid) {
        err_set(&a->why, "the users file names an invalid group policy: " CLASS_EXPECTED);
        return AAA_UNFIT;
    }
    if (outcome == AAA_YES)
        memcpy(a->group_policy, u.group_policy, sizeof a->group_policy);
    return outcome;
}
