/* SPDX-License-Identifier: ISC */
/* ctl_passwd - mailwicketctl passwd: writes a local user's entry. Holds a password, and wipes
 * it. */
#include <crypt.h>
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "ctl_password.h"
#include "limits.h"
#include "name.h"
#include "users.h"

#define METHOD "$y$" /* yescrypt, with the library's default cost */

struct passwd_options {
    const char *users, *group_policy, *name;
};

static int passwd_failed(const char *what)
{
    fprintf(stderr, PROGRAM_CONTROL ": %s\n", what);
    return CTL_NO;
}

static bool passwd_read_options(struct passwd_options *o, int argc, char **argv)
{
    static const struct option table[] = {
        {"users", required_argument, NULL, 'u'},
        {"group-policy", required_argument, NULL, 'g'},
        {NULL, 0, NULL, 0},
    };
    int c;

    while ((c = getopt_long(argc, argv, "u:g:", table, NULL)) != -1) {
        if (c == 'u')
            o->users = optarg;
        else if (c == 'g')
            o->group_policy = optarg;
        else
            return false;
    }
    o->name = argv[optind];
    return argc - optind == 1;
}

/* Returns the users file of the policy's only local server group. NULL: standard error says why. */
static const char *users_of_policy(struct ctl *ctl)
{
    const struct policy *p = ctl_policy(ctl);
    const char *file = NULL;

    for (size_t i = 0; p && i < p->group_count; i++) {
        if (p->groups[i].type != GROUP_LOCAL)
            continue;
        if (file && strcmp(file, p->groups[i].users) != 0) {
            passwd_failed("the policy has several local server groups: name the file with --users");
            return NULL;
        }
        file = p->groups[i].users;
    }
    if (p && !file)
        passwd_failed("the policy has no local server group: name the file with --users");
    return file;
}

static int ask_twice(char password[LIMIT_PASSWORD + 1], size_t *n)
{
    char again[LIMIT_PASSWORD + 1];
    size_t m = 0;
    bool same;

    if (!password_ask("New password: ", password, n) ||
        !password_ask("Repeat the password: ", again, &m))
        return passwd_failed("no password was read");
    same = *n == m && memcmp(password, again, m) == 0;
    explicit_bzero(again, sizeof again);
    return same ? CTL_GOOD : passwd_failed("the passwords differ; nothing is changed");
}

static int read_password(char password[LIMIT_PASSWORD + 1], size_t *n)
{
    if (isatty(0))
        return ask_twice(password, n);
    return password_line(password, n) ? CTL_GOOD : passwd_failed("no password on standard input");
}

static int check_password(struct span password)
{
    enum name_fault fault = password_check(password);

    if (fault != NAME_OK)
        return passwd_failed(name_fault_text(fault));
    return password.n <= CRYPT_MAX_PASSPHRASE_SIZE
               ? CTL_GOOD
               : passwd_failed("the password is too long to hash");
}

/* An AAA user's password cannot contain the name delimiter (R2.4). Checked if a policy is
 * loaded. */
static int check_delimiters(const struct policy *p, struct span password)
{
    for (size_t i = 0; p && i < PROTOCOLS; i++) {
        const struct protocol_policy *pp = &p->protocols[i];

        if (!pp->present || !(pp->methods & METHOD_AAA) ||
            span_find(password, pp->name_delimiter) == SPAN_NOT_FOUND)
            continue;
        fprintf(stderr,
                PROGRAM_CONTROL
                ": the password contains '%c', which separates the VPN and the mail "
                "password in %s logins: choose another\n",
                pp->name_delimiter, protocol_name((enum protocol)i));
        return CTL_NO;
    }
    return CTL_GOOD;
}

static int write_entry(const struct passwd_options *o, const char *password)
{
    char *setting = crypt_gensalt_ra(METHOD, 0, NULL, 0);
    void *data = NULL;
    int size = 0;
    const char *hash = setting ? crypt_ra(password, setting, &data, &size) : NULL;
    struct users_entry entry = {span_str(o->name), span_str(hash), span_str(o->group_policy)};
    struct err e = {""};
    int code = CTL_GOOD;

    if (!hash)
        code = passwd_failed(strerror(errno));
    else if (users_put(o->users, &entry, USER_HELPER, &e))
        code = passwd_failed(e.text);
    if (data)
        explicit_bzero(data, (size_t)size);
    free(data);
    free(setting);
    return code;
}

int ctl_passwd(struct ctl *ctl, int argc, char **argv)
{
    static char password[LIMIT_PASSWORD + 1];
    struct passwd_options o = {0};
    size_t n = 0;
    int code;

    if (!passwd_read_options(&o, argc, argv))
        return CTL_USAGE;
    if (!users_name_valid(span_str(o.name)))
        return passwd_failed(
            "invalid user name: expected UTF-8 without ':' and control characters, "
            "without '#' in front and without blanks at either end");
    if (o.group_policy &&
        (!users_name_valid(span_str(o.group_policy)) || strlen(o.group_policy) > LIMIT_POLICY_NAME))
        return passwd_failed("invalid --group-policy: expected a group policy's name");
    if (!o.users)
        o.users = users_of_policy(ctl);
    if (!o.users)
        return CTL_NO;
    code = read_password(password, &n);
    if (code == CTL_GOOD)
        code = check_password(span_of(password, n));
    if (code == CTL_GOOD)
        code = check_delimiters(ctl->policy, span_of(password, n));
    if (code == CTL_GOOD)
        code = write_entry(&o, password);
    explicit_bzero(password, sizeof password);
    return code;
}
