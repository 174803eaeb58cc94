/* SPDX-License-Identifier: ISC */
/* drop - an edge: the only place that changes the user of a process; see priv.h. */
#include "priv.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

static int become_user(const char *user, struct err *e)
{
    struct passwd *pw = getpwnam(user);

    if (!pw)
        return err_set(e, "no user %s: create it (systemd-sysusers), or don't start as root", user);
    if (pw->pw_uid == 0)
        return err_set(e, "invalid user %s: expected a user other than root", user);
    if (initgroups(user, pw->pw_gid) || setresgid(pw->pw_gid, pw->pw_gid, pw->pw_gid) ||
        setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid))
        return err_set(e, "can't become user %s: %s", user, strerror(errno));
    if (setuid(0) == 0 || setgid(0) == 0 || geteuid() != pw->pw_uid)
        return err_set(e, "user %s could become root again", user);
    return 0;
}

int priv_drop(const char *user, struct err *e)
{
    const struct rlimit none = {0, 0};

    if (geteuid() == 0 && become_user(user, e))
        return -1;
    if (setrlimit(RLIMIT_CORE, &none) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        return err_set(e, "can't drop rights: %s", strerror(errno));
    return 0;
}
